/**
 * The mathjs instance that computes expressions: only what the language has, on plain numbers. Comparisons are exact here
 * (mathjs compares within a tolerance), so that the host and a graph agree.
 */
import {
  absDependencies,
  addDependencies,
  ConditionalNodeDependencies,
  ConstantNodeDependencies,
  create,
  divideDependencies,
  expDependencies,
  type FactoryFunctionMap,
  FunctionNodeDependencies,
  floorDependencies,
  log1pDependencies,
  logDependencies,
  type MathJsInstance,
  multiplyDependencies,
  OperatorNodeDependencies,
  powDependencies,
  SymbolNodeDependencies,
  signDependencies,
  sqrtDependencies,
  subtractDependencies,
  tanhDependencies,
  unaryMinusDependencies,
} from 'mathjs/number';
import type { BinaryOp, HostValue, UnaryOp } from '../../base/expr.ts';

export const LIST = 'list';
export const RANGE = 'range';
export const ELEMENT = 'element';

/** mathjs' name of the function behind each operator. */
export const OPERATORS: Readonly<Record<Exclude<BinaryOp, '..'>, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '^': 'pow',
  '<': 'smaller',
  '<=': 'smallerEq',
  '>': 'larger',
  '>=': 'largerEq',
  '==': 'equal',
  '!=': 'unequal',
  and: 'and',
  or: 'or',
};

export const PREFIXES: Readonly<Record<UnaryOp, string>> = { '-': 'unaryMinus', not: 'not' };

const parts = {
  absDependencies,
  addDependencies,
  ConditionalNodeDependencies,
  ConstantNodeDependencies,
  divideDependencies,
  expDependencies,
  FunctionNodeDependencies,
  floorDependencies,
  log1pDependencies,
  logDependencies,
  multiplyDependencies,
  OperatorNodeDependencies,
  powDependencies,
  SymbolNodeDependencies,
  signDependencies,
  sqrtDependencies,
  subtractDependencies,
  tanhDependencies,
  unaryMinusDependencies,
};

/** The types of mathjs call every part optional; all are there. */
export const math: MathJsInstance = create(parts as Record<string, FactoryFunctionMap>);

/** More elements than anybody sweeps over, few enough to hold. */
const LONGEST_RANGE = 1_000_000;

function range(first: number, last: number): readonly number[] {
  if (!Number.isInteger(first) || !Number.isInteger(last))
    throw new Error('a range goes from one whole number to another');
  const count = Math.max(0, last - first + 1);
  if (count > LONGEST_RANGE) throw new Error(`the range has ${count} elements, more than ${LONGEST_RANGE}`);
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Indices start at 1. */
function element(list: HostValue, ...indices: readonly number[]): HostValue {
  return indices.reduce<HostValue>((value, i) => {
    const found = Array.isArray(value) && Number.isInteger(i) ? (value[i - 1] as HostValue | undefined) : undefined;
    if (found === undefined) throw new Error(`there is no element ${i}`);
    return found;
  }, list);
}

math.import(
  {
    smaller: (x: number, y: number) => x < y,
    smallerEq: (x: number, y: number) => x <= y,
    larger: (x: number, y: number) => x > y,
    largerEq: (x: number, y: number) => x >= y,
    equal: (x: HostValue, y: HostValue) => x === y,
    unequal: (x: HostValue, y: HostValue) => x !== y,
    and: (x: boolean, y: boolean) => x && y,
    or: (x: boolean, y: boolean) => x || y,
    not: (x: boolean) => !x,
    min: (x: number, y: number) => Math.min(x, y),
    max: (x: number, y: number) => Math.max(x, y),
    sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
    softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    relu: (x: number) => Math.max(x, 0),
    clamp: (x: number, low: number, high: number) => Math.min(Math.max(x, low), high),
    [LIST]: (...items: readonly HostValue[]) => items,
    [RANGE]: range,
    [ELEMENT]: element,
  },
  { override: true },
);
