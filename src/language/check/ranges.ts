/**
 * Which numbers a closed expression can take, from the ranges of the names in it, by interval arithmetic (Moore 1966). Numbers that are
 * only known in a graph are held against what a distribution's argument must be, before anything is trained.
 */
import type { DistributionParam, Support } from '../../base/catalogue.ts';
import { type Expr, partsOf } from '../../base/expr.ts';
import { formatExpr } from './format.ts';

/** All numbers from `low` to `high`; NaN on both sides where it may be no number at all, as the root of a negative one. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** `low` is a value like all others, at which it may come to rest; else it may be a limit that has no mass. */
  readonly restsAtLow?: true;
}

/** The range of a name or of a network's output; null where nothing is known of it, undefined for what is neither. */
export type LeafRange = (expr: Expr) => Range | null | undefined;

export const REAL: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const NO_NUMBER: Range = { low: Number.NaN, high: Number.NaN };

export function point(value: number): Range {
  return { low: value, high: value };
}

const SUPPORTS: Readonly<Partial<Record<Support, Range>>> = {
  real: REAL,
  positive: { low: 0, high: REAL.high },
  nonnegative: { low: 0, high: REAL.high },
  unit: { low: 0, high: 1 },
  binary: { low: 0, high: 1 },
  nested: { low: 0, high: 1 },
};

/** Null where it depends on arguments, or the values are no single numbers. */
export function rangeOfSupport(support: Support): Range | null {
  return SUPPORTS[support] ?? null;
}

type Constraint = DistributionParam['constraint'];

/** Zero alone is no way to be positive; a range that reaches down to it has all its mass above. */
const INSIDE: Readonly<Partial<Record<Constraint, (range: Range) => boolean>>> = {
  positive: ({ low, high, restsAtLow }) => (restsAtLow === true ? low > 0 : low >= 0) && high > 0,
  unit: ({ low, high }) => low >= 0 && high <= 1,
  open_unit: ({ low, high }) => low >= 0 && high <= 1 && high > 0 && low < 1,
};

const OUTSIDE: Readonly<Partial<Record<Constraint, (range: Range) => boolean>>> = {
  positive: ({ high }) => high <= 0,
  unit: ({ low, high }) => high < 0 || low > 1,
  open_unit: ({ low, high }) => high <= 0 || low >= 1,
};

/**
 * The range of `expr` where some of it is certainly not what the constraint wants, else null. Interval arithmetic takes every mention
 * of a name for another number, so that of a name that stands twice only a range wholly outside is certain.
 */
export function rangeOutside(expr: Expr, constraint: Constraint, leaf: LeafRange): Range | null {
  const inside = INSIDE[constraint];
  const range = inside === undefined ? null : rangeOf(expr, leaf);
  if (range === null || inside!(range)) return null;
  return OUTSIDE[constraint]!(range) || !repeats(expr, leaf) ? range : null;
}

function repeats(expr: Expr, leaf: LeafRange): boolean {
  const seen = new Set<string>();
  const again = (part: Expr): boolean => {
    const range = leaf(part);
    if (range === undefined) return partsOf(part).some(again);
    // A single number is the same wherever it stands.
    if (range !== null && range.low === range.high) return false;
    const text = formatExpr(part);
    if (seen.has(text)) return true;
    seen.add(text);
    return false;
  };
  return again(expr);
}

/** Null where nothing is known. */
export function rangeOf(expr: Expr, leaf: LeafRange): Range | null {
  const known = leaf(expr);
  if (known !== undefined) return known;
  const inner = (part: Expr) => rangeOf(part, leaf);
  switch (expr.kind) {
    case 'number':
      return point(expr.value);
    case 'unary':
      return expr.op === '-' ? lift(inner(expr.operand), (x) => ({ low: -x.high, high: -x.low })) : null;
    case 'binary':
      return binary(expr, inner);
    case 'conditional': {
      const [yes, no] = [inner(expr.then), inner(expr.else)];
      return yes === null || no === null ? null : hull([yes.low, yes.high, no.low, no.high]);
    }
    case 'call': {
      const change = expr.callee.kind === 'name' ? FUNCTIONS[expr.callee.name] : undefined;
      const args = expr.args.map((argument) => inner(argument.value));
      if (change === undefined || args.includes(null)) return null;
      return args.some((a) => Number.isNaN(a!.low)) ? NO_NUMBER : change(...(args as readonly Range[]));
    }
    default:
      return null;
  }
}

function lift(x: Range | null, change: (x: Range) => Range): Range | null {
  return x === null ? null : change(x);
}

function hull(ends: readonly number[]): Range {
  return ends.some(Number.isNaN) ? NO_NUMBER : { low: Math.min(...ends), high: Math.max(...ends) };
}

function binary(expr: Extract<Expr, { kind: 'binary' }>, inner: (part: Expr) => Range | null): Range | null {
  const [x, y] = [inner(expr.left), inner(expr.right)];
  if (x === null || y === null) return null;
  switch (expr.op) {
    case '+':
      return { low: x.low + y.low, high: x.high + y.high };
    case '-':
      return { low: x.low - y.high, high: x.high - y.low };
    case '*':
      return formatExpr(expr.left) === formatExpr(expr.right) ? power(x, 2) : product(x, y);
    case '/':
      return product(x, reciprocal(y));
    case '^':
      return y.low === y.high ? power(x, y.low) : x.low >= 0 ? { low: 0, high: REAL.high } : null;
    default:
      return null;
  }
}

/** Nothing times something without bounds is nothing: the bounds themselves are no numbers. */
function times(x: number, y: number): number {
  return x === 0 || y === 0 ? 0 : x * y;
}

function product(x: Range, y: Range): Range {
  return hull([times(x.low, y.low), times(x.low, y.high), times(x.high, y.low), times(x.high, y.high)]);
}

function reciprocal({ low, high }: Range): Range {
  if (low < 0 && high > 0) return REAL;
  return low >= 0
    ? { low: 1 / high, high: 1 / Math.abs(low) }
    : { low: high === 0 ? REAL.low : 1 / high, high: 1 / low };
}

/** `n` is known. */
function power(x: Range, n: number): Range {
  if (n < 0) return reciprocal(power(x, -n));
  if (!Number.isInteger(n)) return increasing((v) => v ** n, 0)(x);
  if (n % 2 === 1) return { low: x.low ** n, high: x.high ** n };
  const ends = [x.low ** n, x.high ** n];
  return { low: x.low <= 0 && x.high >= 0 && n > 0 ? 0 : Math.min(...ends), high: Math.max(...ends) };
}

type Change = (...args: readonly Range[]) => Range;

/** A function that grows; below `from` it has no value. */
function increasing(f: (x: number) => number, from = Number.NEGATIVE_INFINITY): (x: Range) => Range {
  return (x) => (x.low < from ? NO_NUMBER : { low: f(x.low), high: f(x.high) });
}

const around = (f: (x: number) => number) => (x: Range) => {
  const ends = [f(x.low), f(x.high)];
  return { low: x.low <= 0 && x.high >= 0 ? f(0) : Math.min(...ends), high: Math.max(...ends) };
};

/** A wave of period 2 pi between -1 and 1 with a crest at `crest`. */
const wave = (f: (x: number) => number, crest: number) => (x: Range) => {
  const reaches = (top: number) => Math.floor((x.high - top) / (2 * Math.PI)) >= (x.low - top) / (2 * Math.PI);
  const ends = [f(x.low), f(x.high)];
  const bounded = Number.isFinite(x.low) && Number.isFinite(x.high);
  return {
    low: !bounded || reaches(crest + Math.PI) ? -1 : Math.min(...ends),
    high: !bounded || reaches(crest) ? 1 : Math.max(...ends),
  };
};

/** One entry for each of `base/functions.ts`; a test holds the lists equal. */
const FUNCTIONS: Readonly<Record<string, Change>> = {
  exp: increasing(Math.exp),
  log: increasing(Math.log, 0),
  log1p: increasing(Math.log1p, -1),
  sqrt: increasing(Math.sqrt, 0),
  abs: around(Math.abs),
  sign: increasing(Math.sign),
  floor: increasing(Math.floor),
  sin: wave(Math.sin, Math.PI / 2),
  cos: wave(Math.cos, 0),
  tanh: increasing(Math.tanh),
  cosh: around(Math.cosh),
  sigmoid: increasing((x) => 1 / (1 + Math.exp(-x))),
  softplus: increasing((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  relu: increasing((x) => Math.max(x, 0)),
  min: (x, y) => ({ low: Math.min(x!.low, y!.low), high: Math.min(x!.high, y!.high) }),
  max: (x, y) => ({ low: Math.max(x!.low, y!.low), high: Math.max(x!.high, y!.high) }),
  clamp: (x, low, high) => ({
    low: Math.min(Math.max(x!.low, low!.low), high!.low),
    high: Math.min(Math.max(x!.high, low!.high), high!.high),
  }),
};

export const rangedFunctions: readonly string[] = Object.keys(FUNCTIONS);
