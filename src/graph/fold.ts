/** Arithmetic on constants while a graph is built, in float64. */
import { digamma, erf, lgamma, logNormalCdf, normalQuantile } from '../base/special.ts';

const unaryFolds = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  square: (x: number) => x * x,
  reciprocal: (x: number) => 1 / x,
  sigmoid: (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  relu: (x: number) => Math.max(x, 0),
  step: (x: number) => (x > 0 ? 1 : 0),
  floor: Math.floor,
  lgamma,
  digamma,
  expm1: Math.expm1,
  erf,
  log_normal_cdf: logNormalCdf,
  normal_quantile: normalQuantile,
} as const;

const binaryFolds = {
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
  div: (x: number, y: number) => x / y,
  pow: (x: number, y: number) => x ** y,
  max: (x: number, y: number) => Math.max(x, y),
  min: (x: number, y: number) => Math.min(x, y),
} as const;

export type FoldableUnary = keyof typeof unaryFolds;
export type FoldableBinary = keyof typeof binaryFolds;

export function foldUnary(op: FoldableUnary, x: number): number {
  return unaryFolds[op](x);
}

export function foldBinary(op: FoldableBinary, x: number, y: number): number {
  return binaryFolds[op](x, y);
}

export function isFoldableUnary(op: string): op is FoldableUnary {
  return Object.hasOwn(unaryFolds, op);
}

export function isFoldableBinary(op: string): op is FoldableBinary {
  return Object.hasOwn(binaryFolds, op);
}
