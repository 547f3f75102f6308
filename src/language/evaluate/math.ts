/**
 * The part of mathjs that expressions need: its nodes, and its arithmetic on numbers, spread over lists element by element.
 * The number-only build: no matrices, units or big numbers, which would take twice as long to load.
 */
import {
  absDependencies,
  addDependencies,
  andDependencies,
  ConditionalNodeDependencies,
  ConstantNodeDependencies,
  cosDependencies,
  create,
  divideDependencies,
  expDependencies,
  type FactoryFunctionMap,
  FunctionNodeDependencies,
  floorDependencies,
  largerDependencies,
  largerEqDependencies,
  log1pDependencies,
  logDependencies,
  type MathJsInstance,
  multiplyDependencies,
  notDependencies,
  OperatorNodeDependencies,
  orDependencies,
  powDependencies,
  SymbolNodeDependencies,
  signDependencies,
  sinDependencies,
  smallerDependencies,
  smallerEqDependencies,
  sqrtDependencies,
  subtractDependencies,
  tanhDependencies,
  unaryMinusDependencies,
} from 'mathjs/number';
import type { BinaryOp, HostValue, UnaryOp } from '../../base/expr.ts';

/**
 * Comparisons are exact, as in a graph: mathjs wants a positive tolerance, so it gets the smallest normal number. Smaller ones
 * count as 0 on a thread on which a native library has switched denormal numbers off.
 */
const EXACT = { relTol: 2 ** -1022, absTol: 0 };

/** The factories, each with what it builds on. mathjs' types leave open whether one is there. */
const factories = {
  ...{ ConditionalNodeDependencies, ConstantNodeDependencies, FunctionNodeDependencies },
  ...{ OperatorNodeDependencies, SymbolNodeDependencies },
  ...{ addDependencies, subtractDependencies, multiplyDependencies, divideDependencies, powDependencies },
  ...{ unaryMinusDependencies, andDependencies, orDependencies, notDependencies },
  ...{ smallerDependencies, smallerEqDependencies, largerDependencies, largerEqDependencies },
  ...{ expDependencies, logDependencies, log1pDependencies, sqrtDependencies, absDependencies },
  ...{ signDependencies, floorDependencies, sinDependencies, cosDependencies, tanhDependencies },
} as FactoryFunctionMap;

type Scalar = (...args: number[]) => unknown;

/** Applies `f` to numbers as it is and to lists element by element; a number beside a list goes with each element. */
function elementwise(f: Scalar): (...args: HostValue[]) => HostValue {
  const spread = (...args: HostValue[]): HostValue => {
    if (!args.some(isList)) return f(...(args as number[])) as HostValue;
    const lengths = new Set(args.filter(isList).map((list) => list.length));
    if (lengths.size > 1) throw new RangeError(`lists of ${[...lengths].join(' and ')} elements do not fit together`);
    const [length = 0] = lengths;
    return Array.from({ length }, (_, i) => spread(...args.map((a) => (isList(a) ? a[i]! : a))));
  };
  return spread;
}

function isList(value: HostValue): value is readonly HostValue[] {
  return Array.isArray(value);
}

/** mathjs' name of each operator. */
export const OPERATORS: Readonly<Record<Exclude<BinaryOp, '..'>, string>> = {
  or: 'or',
  and: 'and',
  '<': 'smaller',
  '<=': 'smallerEq',
  '>': 'larger',
  '>=': 'largerEq',
  '==': 'equal',
  '!=': 'unequal',
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '^': 'pow',
};
export const PREFIXES: Readonly<Record<UnaryOp, string>> = { '-': 'unaryMinus', not: 'not' };

const arithmetic = ['add', 'subtract', 'multiply', 'divide', 'pow', 'unaryMinus'] as const;
const comparisons = ['smaller', 'smallerEq', 'larger', 'largerEq'] as const;
const logic = ['and', 'or', 'not'] as const;
const provided = ['exp', 'log', 'log1p', 'sqrt', 'abs', 'sign', 'floor', 'sin', 'cos', 'tanh'] as const;

/** What mathjs does not have for numbers, in forms that do not overflow, and what a graph makes of exponentials. */
const ours: Readonly<Record<string, Scalar>> = {
  sigmoid: (x) => (x! >= 0 ? 1 / (1 + Math.exp(-x!)) : Math.exp(x!) / (1 + Math.exp(x!))),
  softplus: (x) => Math.max(x!, 0) + Math.log1p(Math.exp(-Math.abs(x!))),
  cosh: (x) => (Math.exp(x!) + Math.exp(-x!)) * 0.5,
  relu: (x) => Math.max(x!, 0),
  min: (x, y) => Math.min(x!, y!),
  max: (x, y) => Math.max(x!, y!),
  clamp: (x, low, high) => Math.min(Math.max(x!, low!), high!),
};

/** Functions that expressions may call, by the names of `base/functions.ts`; a test holds the lists equal. */
export const hostFunctions: readonly string[] = [...provided, ...Object.keys(ours)];

/** log(cosh(x)), which does not overflow. */
export const LOG_COSH = 'log_cosh_';

/** Functions of a whole list. */
const ofLists: Readonly<Record<string, (list: readonly never[]) => HostValue>> = {
  min: (list: readonly number[]) => Math.min(...list),
  max: (list: readonly number[]) => Math.max(...list),
  mean,
  sd: (list: readonly number[]) =>
    Math.sqrt(list.reduce((sum, x) => sum + (x - mean(list)) ** 2, 0) / (list.length - 1)),
  increasing: (list: readonly number[]) => list.every((x, i) => i === 0 || x > list[i - 1]!),
  decreasing: (list: readonly number[]) => list.every((x, i) => i === 0 || x < list[i - 1]!),
  any: (list: readonly boolean[]) => list.some((x) => x),
  all: (list: readonly boolean[]) => list.every((x) => x),
};

/** By the names of `listFunctions` in `base/functions.ts`; a test holds the lists equal. */
export const hostListFunctions: readonly string[] = Object.keys(ofLists);

function mean(list: readonly number[]): number {
  return list.reduce((sum, x) => sum + x, 0) / list.length;
}

/** A name may be a function of one list, and another of numbers. */
function ofListOr(f: (list: readonly never[]) => HostValue, name: string): (...args: HostValue[]) => HostValue {
  const scalar = ours[name];
  return (...args) => {
    const [list] = args;
    if (args.length === 1 && list !== undefined && isList(list)) return f(list as readonly never[]);
    if (scalar === undefined) throw new TypeError(`\`${name}\` takes a list`);
    return elementwise(scalar)(...args);
  };
}

/** `[A, B]`: the name of the function that a list is compiled to. */
export const LIST = 'list_';
/** `FROM..TO`, both ends included. */
export const RANGE = 'range_';
/** `LIST[I]`, counted from 1. */
export const ELEMENT = 'element_';

const LONGEST_RANGE = 1_000_000;

function range(from: number, to: number): readonly number[] {
  if (!Number.isInteger(from) || !Number.isInteger(to)) throw new RangeError('the ends of a range are whole numbers');
  if (to - from >= LONGEST_RANGE) throw new RangeError('a range has at most a million elements');
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

function element(list: readonly HostValue[], index: number): HostValue {
  const value = list[index - 1];
  if (value !== undefined) return value;
  throw new RangeError(`there is no element ${index} in a list of ${list.length}; elements are counted from 1`);
}

/** Numbers, texts, truth values and lists are equal when they are the same. */
function equal(x: HostValue, y: HostValue): boolean {
  if (isList(x) && isList(y)) return x.length === y.length && x.every((v, i) => equal(v, y[i]!));
  return x === y;
}

let made: MathJsInstance | null = null;

/** mathjs with the functions above, put together when an expression first asks: many programs have none but plain numbers. */
export function math(): MathJsInstance {
  made ??= assembled();
  return made;
}

function assembled(): MathJsInstance {
  const instance = create(factories, EXACT);
  const scalars = instance as unknown as Readonly<Record<string, Scalar>>;
  instance.import(
    {
      ...Object.fromEntries(
        [...arithmetic, ...comparisons, ...logic, ...provided].map((name) => [name, elementwise(scalars[name]!)]),
      ),
      ...Object.fromEntries(Object.entries(ours).map(([name, f]) => [name, elementwise(f)])),
      [LOG_COSH]: elementwise((x) => Math.abs(x!) + Math.log1p(Math.exp(-2 * Math.abs(x!))) - Math.LN2),
      ...Object.fromEntries(Object.entries(ofLists).map(([name, f]) => [name, ofListOr(f, name)])),
      equal,
      unequal: (x: HostValue, y: HostValue) => !equal(x, y),
      [LIST]: (...items: HostValue[]) => items,
      [RANGE]: range,
      [ELEMENT]: element,
    },
    { override: true },
  );
  return instance;
}
