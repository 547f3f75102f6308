/** Expressions of the program in JavaScript: on numbers for schedules and conditions, on tensors for likelihoods. */
import { type BinaryOp, type Expr, partsOf } from '../../base/expr.ts';
import { formatExpr } from '../../language/check/format.ts';
import { evaluateConstant } from '../../language/index.ts';
import {
  binary,
  call,
  conditional,
  id,
  type Js,
  type JsBinaryOp,
  literal,
  member,
  plainValue,
  tf,
  unary,
} from '../target/javascript.ts';
import type { LibraryName } from './library.ts';
import type { Writer } from './writer.ts';

/** What names and calls mean; asked first at every node, null where it has nothing to say. */
export type Resolve = (expr: Expr) => Js | null;

const operators: Partial<Readonly<Record<BinaryOp, JsBinaryOp>>> = {
  or: '||',
  and: '&&',
  ...{ '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '===', '!=': '!==' },
  ...{ '+': '+', '-': '-', '*': '*', '/': '/', '^': '**' },
};

/** How each function of `base/functions.ts` is called in JavaScript; a test holds the lists equal. */
const onNumbers: Readonly<Record<string, { readonly math: string } | { readonly library: LibraryName }>> = {
  exp: { math: 'exp' },
  log: { math: 'log' },
  log1p: { math: 'log1p' },
  sqrt: { math: 'sqrt' },
  abs: { math: 'abs' },
  sign: { math: 'sign' },
  floor: { math: 'floor' },
  sin: { math: 'sin' },
  cos: { math: 'cos' },
  tanh: { math: 'tanh' },
  cosh: { math: 'cosh' },
  sigmoid: { library: 'sigmoid' },
  softplus: { library: 'softplus' },
  relu: { math: 'max' },
  min: { math: 'min' },
  max: { math: 'max' },
  clamp: { library: 'clamp' },
};

export const emittedFunctions: readonly string[] = Object.keys(onNumbers);

const onTensors: Readonly<Record<string, string>> = {
  ...{ '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '^': 'pow', min: 'minimum', max: 'maximum' },
  ...{ exp: 'exp', log: 'log', log1p: 'log1p', sqrt: 'sqrt', abs: 'abs', sign: 'sign', floor: 'floor', tanh: 'tanh' },
  ...{ sin: 'sin', cos: 'cos', cosh: 'cosh' },
  ...{ sigmoid: 'sigmoid', softplus: 'softplus', relu: 'relu' },
};

/** An expression on numbers. Choices that are known already are made. */
export function numberExpression(writer: Writer, expr: Expr, resolve: Resolve): Js {
  const known = resolve(expr);
  if (known !== null) return known;
  const inner = (part: Expr) => numberExpression(writer, part, resolve);
  switch (expr.kind) {
    case 'number':
    case 'boolean':
      return plainValue(expr.value);
    case 'unary':
      return unary(expr.op === '-' ? '-' : '!', inner(expr.operand));
    case 'binary': {
      const op = operators[expr.op];
      return op === undefined ? refuse(writer, expr) : binary(inner(expr.left), op, inner(expr.right));
    }
    case 'conditional': {
      const choice = evaluateConstant(expr.condition);
      if (choice.ok) return inner(choice.value === true ? expr.then : expr.else);
      return conditional(inner(expr.condition), inner(expr.then), inner(expr.else));
    }
    case 'call':
      return callOnNumbers(writer, expr, inner);
    default:
      return refuse(writer, expr);
  }
}

function callOnNumbers(writer: Writer, expr: Extract<Expr, { kind: 'call' }>, inner: (part: Expr) => Js): Js {
  const name = expr.callee.kind === 'name' ? expr.callee.name : '';
  const entry = Object.hasOwn(onNumbers, name) ? onNumbers[name] : undefined;
  if (entry === undefined) return refuse(writer, expr);
  const args = expr.args.map((argument) => inner(argument.value));
  if ('library' in entry) return call(writer.use(entry.library), ...args);
  return call(member(id('Math'), entry.math), ...args, ...(name === 'relu' ? [literal(0)] : []));
}

/** An expression on tensors; parts that hold no tensor stay numbers. */
export function tensorExpression(writer: Writer, expr: Expr, resolve: Resolve): Js {
  const known = resolve(expr);
  if (known !== null) return known;
  if (!mentions(expr, resolve)) return numberExpression(writer, expr, () => null);
  const inner = (part: Expr) => tensorExpression(writer, part, resolve);
  if (expr.kind === 'unary' && expr.op === '-') return tf('neg', inner(expr.operand));
  if (expr.kind === 'binary') {
    const op = onTensors[expr.op];
    if (op !== undefined) return tf(op, inner(expr.left), inner(expr.right));
  }
  if (expr.kind === 'call' && expr.callee.kind === 'name') {
    const args = expr.args.map((argument) => inner(argument.value));
    const op = onTensors[expr.callee.name];
    if (op !== undefined) return tf(op, ...args);
    if (expr.callee.name === 'clamp') return tf('minimum', tf('maximum', args[0]!, args[1]!), args[2]!);
  }
  return refuse(writer, expr);
}

function mentions(expr: Expr, resolve: Resolve): boolean {
  return resolve(expr) !== null || partsOf(expr).some((part) => mentions(part, resolve));
}

function refuse(writer: Writer, expr: Expr): Js {
  return writer.refuse(expr.span, `the expression \`${formatExpr(expr)}\``);
}
