/** A mistake that one can make and that still trains: one change of the source, with a test that fails of it. */
export interface Fault {
  /** What is wrong then. */
  readonly name: string;
  /** Records that are wrong then: engines, Stein kernels, estimators, gate estimators, kernels of moves, divergences, optimizers. */
  readonly of?: readonly string[];
  /** Below `src`. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  /** Below `test`. */
  readonly test: string;
  /** A part of the test's title, or of a group of tests. */
  readonly title: string;
}
