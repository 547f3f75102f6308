/** The state of chains: which tensors there are, what they are called, and where they begin. */
import { f32, type HostArray, realArray, sizeOf } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { initialKey } from '../base/streams.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StateSpec } from '../graph/program.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { startParticles } from '../model/particles.ts';
import type { Posterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import type { EngineRequest, StateArrays } from './engine.ts';
import type { SamplingCourse } from './sampling-course.ts';
import { isHeld } from './site-optimizers.ts';

/** What a step makes of the weights of one site in all chains. */
export interface DynamicsInputs {
  readonly value: Ref;
  /** Of minus the log joint density of the whole data set. */
  readonly gradient: Ref;
  /** The step size of this step. */
  readonly lr: Ref;
  /** Standard normal numbers times the root of the temperature: 0 where none are wanted, and under a mask. */
  readonly noise: Ref;
  /** Values of the declared slots, all zero at first. */
  readonly slot: (name: string) => Ref;
}

export interface Dynamics {
  readonly slots: readonly string[];
  step(b: GraphBuilder, inputs: DynamicsInputs): { readonly value: Ref; readonly slots: Readonly<Record<string, Ref>> };
}

export interface ChainSetup {
  readonly request: EngineRequest;
  readonly dynamics: Dynamics;
  readonly chains: number;
  readonly temperature: number;
  readonly course: SamplingCourse;
}

export const chainName = (site: CheckedSite) => `${site.path}.chain`;
export const slotName = (site: CheckedSite, slot: string) => `${chainName(site)}.${slot}`;
export const maskName = (site: CheckedSite) => `${site.path}.mask`;

/** `[chains, ...shape]`: the axis of chains stands before those of the site. */
export function ofChains({ chains }: ChainSetup, site: CheckedSite, name: string): StateSpec {
  return { name, type: f32([chains, ...site.shape]), follows: site.path };
}

/** What no gradient moves has no slots. */
export function slotNames({ request, dynamics }: ChainSetup, site: CheckedSite): readonly string[] {
  return isHeld(request, site) ? [] : dynamics.slots.map((slot) => slotName(site, slot));
}

/** Each chain has running statistics of its own. */
export function statisticsState({ request, chains }: ChainSetup): StateSpec[] {
  return request.density.statistics.map(({ path, spec }) => ({
    ...{ name: path, type: f32([chains, ...spec.shape]), follows: null },
  }));
}

export function maskSpec(site: CheckedSite): StateSpec {
  return { name: maskName(site), type: f32(site.shape), follows: site.path };
}

export function initialState(setup: ChainSetup, key: Key, from: Posterior | null): StateArrays {
  const { chains, request } = setup;
  const earlier = new Map((from?.sites ?? []).map((s) => [s.path, s]));
  const common = initialKey(key, 'common');
  const sites = request.density.sites.flatMap((site): [string, HostArray][] => {
    const before = earlier.get(site.path);
    const fitting = before !== undefined && before.mean.length === sizeOf(site.shape) ? before : null;
    const mask = request.masks.get(site.path);
    const start = startParticles(site, chains, { own: initialKey(key, site.path), common }, fitting, false);
    // Neither gradient nor noise reaches what begins at 0 under the mask.
    if (mask !== undefined) start.forEach((_, i) => void (mask[i % mask.length] === 0 && (start[i] = 0)));
    const shape = [chains, ...site.shape];
    const entries: [string, HostArray][] = [[chainName(site), realArray(shape, start)]];
    for (const slot of slotNames(setup, site)) entries.push([slot, realArray(shape)]);
    if (mask !== undefined) entries.push([maskName(site), realArray(site.shape, Float32Array.from(mask))]);
    return entries;
  });
  const statistics = request.density.statistics.map((statistic): [string, HostArray] => {
    const start = startStatistic(statistic, chains, from?.statistics ?? []);
    return [statistic.path, realArray([chains, ...statistic.spec.shape], start)];
  });
  return Object.fromEntries([...sites, ...statistics]);
}
