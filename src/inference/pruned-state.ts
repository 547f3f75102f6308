/** Masks of a training in progress: `SITE.mask` of its state, and what becomes of the rest of the state when more elements go. */
import type { HostArray } from '../base/host-array.ts';
import type { EngineProgram, StateArrays } from './engine.ts';

type Keep = ReadonlyMap<string, Uint8Array>;

const maskName = (site: string) => `${site}.mask`;

/** The mask of a site in a state, 1 = kept; null when the program has none for it. */
export function maskIn(state: StateArrays, site: string): Uint8Array | null {
  const mask = state[maskName(site)];
  return mask === undefined ? null : Uint8Array.from(mask.data);
}

/** Where something has gone, for good: masks say so, and what the state has of it is 0, slots of optimizers too, so that nothing moves it. */
export function prunedState({ state: specs }: EngineProgram, state: StateArrays, keep: Keep): StateArrays {
  return changed(state, (name, array) => {
    const site = specs.find((spec) => spec.name === name)?.follows ?? null;
    const mask = site === null ? undefined : keep.get(site);
    return mask === undefined ? array : zeroed(array, mask);
  });
}

/** Softly: values become 0, and may come back with the next gradient (He et al. 2018, algorithm 1). */
export function softlyPrunedState({ valueName }: EngineProgram, state: StateArrays, keep: Keep): StateArrays {
  const masks = new Map([...keep].map(([site, mask]) => [valueName(site), mask]));
  return changed(state, (name, array) => {
    const mask = masks.get(name);
    return mask === undefined ? array : zeroed(array, mask);
  });
}

function changed(state: StateArrays, change: (name: string, array: HostArray) => HostArray): StateArrays {
  return Object.fromEntries(Object.entries(state).map(([name, array]) => [name, change(name, array)]));
}

/** The last axes of the array are those of the mask. */
function zeroed(array: HostArray, mask: Uint8Array): HostArray {
  const data = array.data.slice();
  for (let i = 0; i < data.length; i++) if (mask[i % mask.length] === 0) data[i] = 0;
  return { ...array, data };
}
