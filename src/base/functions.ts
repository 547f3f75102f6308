/** The functions that expressions may call. `language/evaluate` has each on the host, `model/expression` has each in a graph; a test holds them together. */
import type { FunctionSignature } from './catalogue.ts';
import type { Expr } from './expr.ts';
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
  fn('sin', 'sine of x radians', 1),
  fn('cos', 'cosine of x radians', 1),
  fn('tanh', 'hyperbolic tangent', 1),
  fn('cosh', 'hyperbolic cosine; `log(cosh(x))` does not overflow', 1),
  fn('sigmoid', '1 / (1 + exp(-x))', 1),
  fn('softplus', 'log(1 + exp(x))', 1),
  fn('relu', 'max(x, 0)', 1),
  fn('min', 'the smaller of two', 2),
  fn('max', 'the larger of two', 2),
  fn('clamp', 'clamp(x, low, high): x, but never outside the two bounds', 3),
]);

/** Numbers that the language has a name for, where the program gives that name to nothing else. */
export const namedNumbers: ReadonlyMap<string, number> = new Map([['pi', Math.PI]]);

/**
 * The `x` of `log(cosh(x))`, which both twins work out as |x| + log1p(exp(-2 |x|)) - log 2: the cosine itself overflows beyond 710,
 * or 88 in single precision, and its logarithm is what densities with exponential tails are made of.
 */
export function logCoshArgument(expr: Expr): Expr | null {
  const cosine = argumentOf(expr, 'log');
  return cosine === null ? null : argumentOf(cosine, 'cosh');
}

function argumentOf(expr: Expr, name: string): Expr | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || expr.callee.name !== name) return null;
  return expr.args.length === 1 ? expr.args[0]!.value : null;
}

/** A function of a whole list. */
export interface ListFunction {
  readonly name: string;
  readonly doc: string;
  readonly of: 'number' | 'boolean';
  readonly gives: 'number' | 'boolean';
}

/** What the figures of a table may be put through, on the host alone: `language/evaluate` has each; a test holds the lists equal. */
export const listFunctions = registry<ListFunction>([
  { name: 'min', doc: 'the smallest of a list', of: 'number', gives: 'number' },
  { name: 'max', doc: 'the largest of a list', of: 'number', gives: 'number' },
  { name: 'mean', doc: 'the mean of a list', of: 'number', gives: 'number' },
  { name: 'sd', doc: 'the standard deviation of a list, with n - 1', of: 'number', gives: 'number' },
  { name: 'increasing', doc: 'each element of a list is larger than the one before', of: 'number', gives: 'boolean' },
  { name: 'decreasing', doc: 'each element of a list is smaller than the one before', of: 'number', gives: 'boolean' },
  { name: 'any', doc: 'at least one of a list is true', of: 'boolean', gives: 'boolean' },
  { name: 'all', doc: 'every one of a list is true', of: 'boolean', gives: 'boolean' },
]);
