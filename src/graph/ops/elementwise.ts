/** Ops of one value, element by element. */
import { invariant } from '../../base/diagnostic.ts';
import type { TensorType } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpName } from '../ir.ts';
import { elementByElement } from './batching.ts';
import type { OpRecord } from './op.ts';
import { trigamma } from './trigamma.ts';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

type UnaryName = Extract<
  OpName,
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'square'
  | 'reciprocal'
  | 'sigmoid'
  | 'softplus'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'relu'
  | 'step'
  | 'floor'
  | 'lgamma'
  | 'digamma'
  | 'expm1'
  | 'erf'
  | 'log_normal_cdf'
  | 'normal_quantile'
>;

function inferReal(inputs: readonly TensorType[]): TensorType {
  const [x] = inputs;
  invariant(inputs.length === 1 && x !== undefined && x.dtype === 'f32', 'one real value expected');
  return x;
}

/** `slope(b, x, y)` is dy/dx; null where the function has no useful gradient. */
function unary<K extends UnaryName>(
  op: K,
  doc: string,
  slope: ((b: GraphBuilder, x: Ref, y: Ref) => Ref) | null,
): OpRecord<K> {
  return {
    doc,
    infer: inferReal,
    vjp: slope === null ? null : ({ b, inputs, output, grad }) => [b.mul(grad, slope(b, inputs[0]!, output))],
    batch: elementByElement(op),
  };
}

export const elementwiseOps = {
  neg: { doc: '-x', infer: inferReal, vjp: ({ b, grad }) => [b.neg(grad)], batch: elementByElement('neg') },
  abs: unary('abs', '|x|; gradient 0 at 0', (b, x) => b.sign(x)),
  sign: unary('sign', '-1, 0 or 1', null),
  exp: unary('exp', 'e^x', (_, __, y) => y),
  log: unary('log', 'natural logarithm', (b, x) => b.reciprocal(x)),
  log1p: unary('log1p', 'log(1 + x), exact near 0', (b, x) => b.reciprocal(b.add(x, 1))),
  sqrt: unary('sqrt', 'square root', (b, _, y) => b.div(0.5, y)),
  square: unary('square', 'x^2', (b, x) => b.mul(x, 2)),
  reciprocal: unary('reciprocal', '1/x', (b, _, y) => b.neg(b.square(y))),
  sigmoid: unary('sigmoid', '1 / (1 + e^-x)', (b, _, y) => b.mul(y, b.sub(1, y))),
  softplus: unary('softplus', 'log(1 + e^x), stable for large |x|', (b, x) => b.sigmoid(x)),
  sin: unary('sin', 'sine of x radians', (b, x) => b.cos(x)),
  cos: unary('cos', 'cosine of x radians', (b, x) => b.neg(b.sin(x))),
  tanh: unary('tanh', 'hyperbolic tangent', (b, _, y) => b.sub(1, b.square(y))),
  relu: unary('relu', 'max(x, 0); gradient 0 at 0', (b, x) => b.step(x)),
  step: unary('step', '1 where x > 0, else 0', null),
  floor: unary('floor', 'the largest whole number not above x', null),
  lgamma: unary('lgamma', 'log |Gamma(x)|', (b, x) => b.digamma(x)),
  digamma: unary('digamma', 'derivative of lgamma; gradient for x > 0', (b, x) => trigamma(b, x)),
  expm1: unary('expm1', 'e^x - 1, exact near 0', (b, _, y) => b.add(y, 1)),
  erf: unary('erf', 'error function', (b, x) => b.mul(b.exp(b.neg(b.square(x))), 2 / Math.sqrt(Math.PI))),
  /** phi(x) / Phi(x), as one exponential: the density alone is 0 in the tail. */
  log_normal_cdf: unary('log_normal_cdf', 'log of the standard normal distribution function', (b, x, y) =>
    b.exp(b.sub(b.mul(b.square(x), -0.5), b.add(y, HALF_LOG_TWO_PI))),
  ),
  /** 1 / phi(y). */
  normal_quantile: unary(
    'normal_quantile',
    'inverse of the standard normal distribution function, 0 < p < 1',
    (b, _, y) => b.exp(b.add(b.mul(b.square(y), 0.5), HALF_LOG_TWO_PI)),
  ),
} satisfies { readonly [K in UnaryName]: OpRecord<K> };
