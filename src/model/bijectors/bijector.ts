/**
 * A bijector: a smooth map from all real numbers onto a support, with its inverse and the logarithm of its Jacobian's determinant.
 * A density p on the support is log p(forward(z)) + logDetJacobian(z) on the real numbers.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { ValueRange } from './range.ts';

export interface Bijector {
  readonly name: string;
  readonly doc: string;
  /** Whether numbers are mapped one by one, or the last axis as a whole: then there is one Jacobian for each row. */
  readonly event: 'element' | 'row';
  /** The image, where it is one of single numbers and its bounds are known; else null. */
  readonly range: ValueRange | null;
  /** Real numbers that stand for a row of `n` numbers of the support. */
  free(n: number): number;
  forward(b: GraphBuilder, z: Ref): Ref;
  inverse(b: GraphBuilder, x: Ref): Ref;
  logDetJacobian(b: GraphBuilder, z: Ref): Ref;
}

/** The parts of bijectors that map number by number. */
export const elementwise = { event: 'element', free: (n: number) => n } as const;
