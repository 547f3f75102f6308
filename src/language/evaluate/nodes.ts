/** From our expression tree to mathjs' nodes, never through text. Figures such as `final.error` become one symbol each. */
import type { MathNode } from 'mathjs/number';
import type { Expr } from '../../base/expr.ts';
import { logCoshArgument } from '../../base/functions.ts';
import { ELEMENT, LIST, LOG_COSH, math, OPERATORS, PREFIXES, RANGE } from './math.ts';

/** An expression that has no value on the host; the caller turns it into a diagnostic. */
export class NoHostValue extends Error {
  readonly expr: Expr;
  constructor(expr: Expr, message: string) {
    super(message);
    this.expr = expr;
  }
}

/**
 * The name under which a figure is looked up: `final.error`, `final.error.se`, `final.error(validation)`.
 * Null for whatever is not a chain of members that begins with a name.
 */
export function figureKey(expr: Expr): string | null {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member': {
      const object = figureKey(expr.object);
      return object === null ? null : `${object}.${expr.name}`;
    }
    case 'call': {
      const callee = expr.callee.kind === 'member' ? figureKey(expr.callee) : null;
      const args = expr.args.map((a) => (a.name === null && a.weight === null ? figureKey(a.value) : null));
      return callee === null || args.includes(null) ? null : `${callee}(${args.join(', ')})`;
    }
    default:
      return null;
  }
}

export function nodeOf(expr: Expr): MathNode {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return new (math().ConstantNode)(expr.value as number);
    case 'name':
      return new (math().SymbolNode)(expr.name);
    case 'unary':
      return operator(expr.op, PREFIXES[expr.op], [expr.operand]);
    case 'binary':
      if (expr.op === '..') return call(RANGE, [expr.left, expr.right]);
      return operator(expr.op, OPERATORS[expr.op], [expr.left, expr.right]);
    case 'conditional':
      return new (math().ConditionalNode)(nodeOf(expr.condition), nodeOf(expr.then), nodeOf(expr.else));
    case 'list':
      return call(LIST, expr.items);
    case 'index':
      return call(ELEMENT, [expr.object, ...expr.indices]);
    case 'member':
      return figure(expr);
    case 'call':
      return callNode(expr);
    case 'error':
      throw new NoHostValue(expr, 'could not be read');
  }
}

function callNode(expr: Extract<Expr, { kind: 'call' }>): MathNode {
  if (expr.callee.kind !== 'name') return figure(expr);
  const inner = logCoshArgument(expr);
  if (inner !== null) return call(LOG_COSH, [inner]);
  return call(
    expr.callee.name,
    expr.args.map((a) => a.value),
  );
}

function figure(expr: Expr): MathNode {
  const key = figureKey(expr);
  if (key === null) throw new NoHostValue(expr, 'has no value before the run');
  return new (math().SymbolNode)(key);
}

function call(name: string, args: readonly Expr[]): MathNode {
  return new (math().FunctionNode)(new (math().SymbolNode)(name), args.map(nodeOf));
}

function operator(sign: string, name: string, args: readonly Expr[]): MathNode {
  // The types want the literal names of mathjs' own operators.
  return new (math().OperatorNode)(sign as '+', name as 'add', args.map(nodeOf));
}
