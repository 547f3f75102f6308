/** What passes between a session and the thread that runs it. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import type { BlockInput, Stacked } from '../block.ts';

/** The executors that can run in a thread of their own. */
export type RemoteName = 'native' | 'onnx' | 'onnx-web' | 'tensorflow';

export type Call =
  | { readonly kind: 'open'; readonly state: readonly StateSpec[] }
  | { readonly kind: 'compile'; readonly id: number; readonly program: StepProgram }
  | { readonly kind: 'write'; readonly values: Stacked }
  | { readonly kind: 'read'; readonly names: readonly string[] }
  | { readonly kind: 'run'; readonly id: number; readonly steps: number; readonly inputs: Stacked }
  | { readonly kind: 'dispose' };

export interface Request {
  readonly number: number;
  readonly call: Call;
}

export type Answer = readonly BlockInput[] | Stacked | null;

export type Reply =
  | { readonly number: number; readonly ok: true; readonly answer: Answer }
  /** What failed, in words of the library; or diagnostics, which already say it to the user. */
  | { readonly number: number; readonly ok: false; readonly problem: string | readonly Diagnostic[] };

/** Buffers that may leave the sender: every array is a fresh one. */
export function buffersOf(arrays: Stacked): ArrayBuffer[] {
  return [...new Set(Object.values(arrays).map((a) => a.buffer as ArrayBuffer))];
}
