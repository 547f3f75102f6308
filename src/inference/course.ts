/** The course of a training: its length, and where in it a step stands. */
import type { PlanInfer } from '../language/check/checked.ts';

export interface Course {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** Completed epochs, a real number, and completed steps. */
export interface Moment {
  readonly epoch: number;
  readonly step: number;
}

/** A number at each moment, for what the language has no words for. */
export type Timetable = (at: Moment) => number;

export function courseOf({ length, batch }: Pick<PlanInfer, 'length' | 'batch'>, rows: number): Course {
  const stepsPerEpoch = Math.ceil(rows / Math.min(batch, rows));
  const steps = length.unit === 'steps' ? length.count : length.count * stepsPerEpoch;
  return { steps: length.count === 0 ? 0 : Math.max(1, Math.round(steps)), stepsPerEpoch };
}

export function momentOf({ stepsPerEpoch }: Course, step: number): Moment {
  return { epoch: step / stepsPerEpoch, step };
}
