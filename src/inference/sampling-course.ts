/**
 * When a sampler draws. Its steps cool down in cycles where cycles are wanted (Zhang, Li, Zhang, Chen & Wilson 2020, eq. 1), each
 * of them first exploring without noise and then sampling; draws are kept every so many steps, the last state always, none during
 * the burn-in and none while exploring.
 */
import type { OptionSpec, OptionValues } from '../base/catalogue.ts';
import type { Course, Timetable } from './course.ts';
import { courseOptions } from './options.ts';

/** Draws that each chain keeps where nothing is said of it. */
const DRAWS = 100;

export interface SamplingCourse {
  /** True where the state after `done` steps is kept. */
  readonly due: (done: number) => boolean;
  /** How many draws each chain keeps, at least one. */
  readonly draws: number;
  /** What the step size is multiplied by. */
  readonly cooling: Timetable;
  /** 1 where noise is added, 0 while exploring. */
  readonly sampling: Timetable;
}

/** Options that samplers have in common. Without a burn-in, the first half of the steps; with cycles, none. */
export const samplingOptions: readonly OptionSpec[] = [
  ...courseOptions,
  {
    name: 'lr',
    type: { kind: 'schedule', min: 0 },
    default: null,
    required: true,
    doc: 'step along the gradient of the log joint density of all rows: 1 / N of what would do for a mean loss',
  },
  {
    name: 'temperature',
    type: { kind: 'number', min: 0 },
    default: 1,
    required: false,
    doc: 'of the noise: draws come from the density to the power 1 / temperature',
  },
  {
    name: 'burn_in',
    type: { kind: 'period', fromZero: true },
    default: null,
    required: false,
    doc: 'length of the beginning of which no draw is kept; half of all steps when left out, nothing with `cycles`',
  },
  {
    name: 'collect_every',
    type: { kind: 'period' },
    default: null,
    required: false,
    doc: `how often a draw is kept; when left out, so often that each chain keeps about ${DRAWS}`,
  },
  {
    name: 'chains',
    type: { kind: 'integer', min: 1 },
    default: 1,
    required: false,
    doc: 'number of chains, which run side by side from starts of their own',
  },
  {
    name: 'cycles',
    type: { kind: 'integer', min: 1 },
    default: null,
    required: false,
    doc: 'number of cycles in which `lr` falls along a cosine to 0; when left out, `lr` is as it is written',
  },
  {
    name: 'explore',
    type: { kind: 'number', min: 0, max: 1 },
    default: 0.8,
    required: false,
    doc: 'with `cycles`, the share of each in which no noise is added and no draw is kept',
  },
];

/** Lengths in `options` are in steps. */
export function samplingCourse(options: OptionValues, { steps }: Course): SamplingCourse {
  const cycles = typeof options.cycles === 'number' ? options.cycles : null;
  const burnIn = typeof options.burn_in === 'number' ? options.burn_in : cycles === null ? Math.floor(steps / 2) : 0;
  const length = Math.ceil(steps / (cycles ?? 1));
  const place = (step: number) => (step % length) / length;
  const samples = (step: number) => cycles === null || place(step) >= Number(options.explore ?? 0.8);
  // The draw after `done` steps was made by step `done - 1`.
  const may = (done: number) => done > burnIn && samples(done - 1);
  const count = (is: (done: number) => boolean) => {
    let found = 0;
    for (let done = 1; done <= steps; done++) if (is(done)) found += 1;
    return found;
  };
  const every =
    typeof options.collect_every === 'number' ? options.collect_every : Math.max(1, Math.ceil(count(may) / DRAWS));
  const due = (done: number) => done === steps || ((steps - done) % every === 0 && may(done));
  return {
    due,
    draws: count(due),
    cooling: ({ step }) => (cycles === null ? 1 : (Math.cos(Math.PI * place(step)) + 1) / 2),
    sampling: ({ step }) => (samples(step) ? 1 : 0),
  };
}
