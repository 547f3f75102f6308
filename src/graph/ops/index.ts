/** All ops. A name in `OpAttrs` without a record here does not compile. */
import type { OpName } from '../ir.ts';
import { binaryOps } from './binary.ts';
import { convolutionOps } from './convolution.ts';
import { elementwiseOps } from './elementwise.ts';
import { linearOps } from './linear.ts';
import type { OpRecord } from './op.ts';
import { poolingOps } from './pooling.ts';
import { shapeOps } from './shape.ts';

export const ops = {
  ...shapeOps,
  ...elementwiseOps,
  ...binaryOps,
  ...linearOps,
  ...convolutionOps,
  ...poolingOps,
} satisfies {
  readonly [K in OpName]: OpRecord<K>;
};

export const opNames = Object.keys(ops) as readonly OpName[];

/** The record of an op whose name is known only at run time. */
export function opRecord<K extends OpName>(name: K): OpRecord<K> {
  return ops[name] as unknown as OpRecord<K>;
}
