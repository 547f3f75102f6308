/** The functions that expressions may call. `language/evaluate` has each on the host, `model/expression` has each in a graph; a test holds them together. */
import type { FunctionSignature } from './catalogue.ts';
import { registry } from './registry.ts';

function fn(name: string, doc: string, min: number, max: number = min): FunctionSignature {
  return { name, doc, arity: { min, max } };
}

export const functions = registry<FunctionSignature>([
  fn('exp', 'e to the power x', 1),
  fn('log', 'natural logarithm', 1),
  fn('log1p', 'log(1 + x), exact near 0', 1),
  fn('sqrt', 'square root', 1),
  fn('abs', 'absolute value', 1),
  fn('sign', '-1, 0 or 1', 1),
  fn('floor', 'the largest whole number not above x', 1),
  fn('tanh', 'hyperbolic tangent', 1),
  fn('sigmoid', '1 / (1 + exp(-x))', 1),
  fn('softplus', 'log(1 + exp(x))', 1),
  fn('relu', 'max(x, 0)', 1),
  fn('min', 'the smaller of two', 2),
  fn('max', 'the larger of two', 2),
  fn('clamp', 'clamp(x, low, high): x, but never outside the two bounds', 3),
]);
