/**
 * `average = exponential(d)`: beside every number a running mean of it is kept, a <- a + s (p - a), which the posterior shows in its
 * place. The share s = (1 - d) / (1 - d^t) of step t makes it the mean that is weighted by d^age, without the pull of its start
 * (Kingma & Ba 2015, section 3; Polyak & Juditsky 1992 for why averages are better than what they average).
 */
import type { OptionSpec, OptionValues } from '../base/catalogue.ts';
import type { Expr } from '../base/expr.ts';
import type { Ref } from '../graph/builder.ts';
import type { StateSpec } from '../graph/program.ts';
import type { StepProgramBuilder } from '../model/step-program.ts';
import type { StateArrays } from './engine.ts';
import { binary, variable } from './expressions.ts';

export const averageOption: OptionSpec = {
  name: 'average',
  type: { kind: 'call', word: 'exponential', argument: { min: 0, max: 1 }, example: 0.999 },
  default: null,
  required: false,
  doc: 'the posterior is a running mean of the parameters: what a step keeps of it',
};

const SHARE = 'average.share';
const nameOf = (tensor: string) => `${tensor}.average`;

/** The decay; null where nothing is averaged. */
export function decayOf(options: OptionValues): number | null {
  return typeof options.average === 'number' ? options.average : null;
}

/** At a decay of 1 all steps weigh the same: 1 / t. */
export function averageScalars(decay: number | null): Readonly<Record<string, Expr>> {
  if (decay === null) return {};
  const t = binary(variable('step'), '+', 1);
  return { [SHARE]: decay === 1 ? binary(1, '/', t) : binary(1 - decay, '/', binary(1, '-', binary(decay, '^', t))) };
}

export function averageState(decay: number | null, averaged: readonly StateSpec[]): readonly StateSpec[] {
  return decay === null ? [] : averaged.map((spec) => ({ ...spec, name: nameOf(spec.name) }));
}

/** Averages begin at what they average. */
export function initialAverages(decay: number | null, averaged: readonly StateSpec[], start: StateArrays): StateArrays {
  if (decay === null) return {};
  return Object.fromEntries(averaged.map(({ name }) => [nameOf(name), start[name]!]));
}

/** Moves the average of a tensor towards its value after the step. */
export function moveAverage(program: StepProgramBuilder, decay: number | null, spec: StateSpec, value: Ref): void {
  if (decay === null) return;
  const b = program.graph;
  const average = program.state({ ...spec, name: nameOf(spec.name) });
  const moved = b.add(average, b.mul(b.sub(value, average), program.scalar(SHARE)));
  program.setState(nameOf(spec.name), moved);
}

/** The state with averages in the place of what they average. */
export function averagedState(decay: number | null, state: StateArrays): StateArrays {
  if (decay === null) return state;
  return Object.fromEntries(Object.entries(state).map(([name, array]) => [name, state[nameOf(name)] ?? array]));
}
