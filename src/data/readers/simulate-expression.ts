/**
 * Closed expressions of columns as functions of the row: numbers as they are, truth values as 0 and 1. What comes in several
 * numbers a row is asked for one of them; a single number goes with each. An index that is out of range gives NaN.
 */
import type { Column } from '../../base/data.ts';
import type { BinaryOp, Expr } from '../../base/expr.ts';
import { sizeOf } from '../../base/host-array.ts';

export interface Computed {
  /** Numbers of one row. */
  readonly width: number;
  at(row: number, element: number): number;
}

type Columns = Readonly<Record<string, Column>>;
type Scalar = (...args: number[]) => number;

/** The functions of the language (`base/functions.ts`); a test holds them to their meaning elsewhere. */
export const functions: Readonly<Record<string, Scalar>> = {
  ...{ exp: Math.exp, log: Math.log, log1p: Math.log1p, sqrt: Math.sqrt, abs: Math.abs },
  ...{ sign: Math.sign, floor: Math.floor, min: Math.min, max: Math.max },
  ...{ sin: Math.sin, cos: Math.cos, tanh: Math.tanh, cosh: Math.cosh },
  sigmoid: (x) => (x! >= 0 ? 1 / (1 + Math.exp(-x!)) : Math.exp(x!) / (1 + Math.exp(x!))),
  softplus: (x) => Math.max(x!, 0) + Math.log1p(Math.exp(-Math.abs(x!))),
  relu: (x) => Math.max(x!, 0),
  clamp: (x, low, high) => Math.min(Math.max(x!, low!), high!),
};

const operators: Readonly<Record<Exclude<BinaryOp, '..'>, Scalar>> = {
  or: (a, b) => Math.max(a!, b!),
  and: (a, b) => Math.min(a!, b!),
  '<': (a, b) => Number(a! < b!),
  '<=': (a, b) => Number(a! <= b!),
  '>': (a, b) => Number(a! > b!),
  '>=': (a, b) => Number(a! >= b!),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '+': (a, b) => a! + b!,
  '-': (a, b) => a! - b!,
  '*': (a, b) => a! * b!,
  '/': (a, b) => a! / b!,
  '^': (a, b) => a! ** b!,
};

export function compileColumn(expr: Expr, columns: Columns): Computed {
  const part = (e: Expr) => compileColumn(e, columns);
  switch (expr.kind) {
    case 'number':
    case 'boolean':
      return constant(Number(expr.value));
    case 'name':
      return whole(columnNamed(expr.name, columns));
    case 'list': {
      const items = expr.items.map(part);
      return { width: items.length, at: (row, element) => items[element]!.at(row, 0) };
    }
    case 'unary':
      return applied(expr.op === '-' ? (x) => -x! : (x) => 1 - x!, [part(expr.operand)]);
    case 'binary':
      if (expr.op === '..') break;
      return applied(operators[expr.op], [part(expr.left), part(expr.right)]);
    case 'conditional':
      return applied((c, yes, no) => (c === 1 ? yes! : no!), [part(expr.condition), part(expr.then), part(expr.else)]);
    case 'call': {
      const f = expr.callee.kind === 'name' ? functions[expr.callee.name] : undefined;
      if (f === undefined) break;
      return applied(
        f,
        expr.args.map((a) => part(a.value)),
      );
    }
    case 'index': {
      const indices = expr.indices.map(part);
      if (expr.object.kind === 'name') return elementOf(columnNamed(expr.object.name, columns), indices);
      const object = part(expr.object);
      return picked(object, [object.width], indices);
    }
  }
  throw new Error(`internal: rows cannot be computed from ${expr.kind}`);
}

function constant(value: number): Computed {
  return { width: 1, at: () => value };
}

function columnNamed(name: string, columns: Columns): Column {
  const column = columns[name];
  if (column === undefined) throw new Error(`internal: column ${name} is not drawn yet`);
  return column;
}

function whole({ data, shape }: Column): Computed {
  const width = sizeOf(shape);
  return { width, at: (row, element) => data[row * width + element]! };
}

function elementOf(column: Column, indices: readonly Computed[]): Computed {
  return picked(whole(column), column.shape, indices);
}

/** Indices count from 1, the last one runs fastest. */
function picked(object: Computed, shape: readonly number[], indices: readonly Computed[]): Computed {
  const at = (row: number) => {
    let element = 0;
    for (const [axis, index] of indices.entries()) {
      const i = index.at(row, 0);
      if (!Number.isInteger(i) || i < 1 || i > shape[axis]!) return Number.NaN;
      element = element * shape[axis]! + i - 1;
    }
    return object.at(row, element);
  };
  return { width: 1, at };
}

function applied(f: Scalar, parts: readonly Computed[]): Computed {
  const width = Math.max(...parts.map((p) => p.width));
  const get = parts.map((p): Computed['at'] => (p.width === 1 ? (row) => p.at(row, 0) : p.at));
  const [a, b] = get;
  // One and two operands, nearly all there are, without a list for each number.
  if (get.length === 1) return { width, at: (row, element) => f(a!(row, element)) };
  if (get.length === 2) return { width, at: (row, element) => f(a!(row, element), b!(row, element)) };
  return { width, at: (row, element) => f(...get.map((g) => g(row, element))) };
}
