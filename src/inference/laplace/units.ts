/** Unit vectors as state. */
import { sizeOf } from '../../base/host-array.ts';
import type { StateSpec } from '../../graph/program.ts';
import type { StateArrays } from '../engine.ts';

/** 1 at one place, 0 at all others. */
export function unitState({ name, type }: StateSpec, place: number): StateArrays {
  const data = new Float64Array(sizeOf(type.shape));
  data[place] = 1;
  return { [name]: { type, data } };
}
