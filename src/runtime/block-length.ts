/** How many steps go into one call of an executor: between two blocks a person sees progress and can stop. */
import type { StepProgram } from '../graph/program.ts';
import { bytesOf } from '../graph/transforms/memory.ts';

const MOST_STEPS = 64;
/** A block's feeds are no larger than this, unless one step's are. */
const MOST_BYTES = 16 * 2 ** 20;
const MOST_MILLISECONDS = 400;

/** The longest block of a program, as far as memory goes. */
export function blockSteps({ batch, noise }: StepProgram): number {
  const fed = [...batch, ...noise].reduce((sum, input) => sum + bytesOf(input.type), 1);
  return Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_BYTES / fed)));
}

/** The next block's length after one of `steps` steps took so many milliseconds: at most twice as long. */
export function nextPace(steps: number, milliseconds: number): number {
  const inTime = Math.floor((MOST_MILLISECONDS * steps) / Math.max(milliseconds, 1e-3));
  return Math.max(1, Math.min(2 * steps, inTime));
}
