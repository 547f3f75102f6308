/** Arithmetic in which a draw is written once: over numbers on the host, over values of a graph in a program (`GraphBuilder` is one). */
import { logNormalCdf, normalQuantile } from '../special.ts';

/** `T` are its numbers, `C` its truth values. */
export interface Arithmetic<T, C> {
  add(x: T | number, y: T | number): T;
  sub(x: T | number, y: T | number): T;
  mul(x: T | number, y: T | number): T;
  div(x: T | number, y: T | number): T;
  min(x: T | number, y: T | number): T;
  max(x: T | number, y: T | number): T;
  neg(x: T | number): T;
  abs(x: T | number): T;
  square(x: T | number): T;
  sqrt(x: T | number): T;
  exp(x: T | number): T;
  expm1(x: T | number): T;
  log(x: T | number): T;
  log1p(x: T | number): T;
  sigmoid(x: T | number): T;
  floor(x: T | number): T;
  logNormalCdf(x: T | number): T;
  normalQuantile(p: T | number): T;
  less(x: T | number, y: T | number): C;
  select(condition: C, x: T | number, y: T | number): T;
}

export const hostArithmetic: Arithmetic<number, boolean> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: Math.min,
  max: Math.max,
  neg: (x) => -x,
  abs: Math.abs,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  floor: Math.floor,
  logNormalCdf,
  normalQuantile,
  less: (x, y) => x < y,
  select: (condition, x, y) => (condition ? x : y),
};
