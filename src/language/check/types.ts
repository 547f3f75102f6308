/**
 * Types of closed expressions: what kind of value, when it is known, and how many numbers. Mistakes are reported at the
 * operator or function that cannot take what it gets; what was reported before is `unknown` and passes in silence.
 */

import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { formatShape, type Shape, sameShape } from '../../base/host-array.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import type { Hinted } from './report.ts';

export type ValueType = 'number' | 'boolean' | 'string' | 'list' | 'distribution' | 'unknown';

/** When a value is known: before the run, at each step, or only inside a graph (criteria, outputs of networks). */
export type Stage = 'constant' | 'schedule' | 'run';

export interface Typed {
  readonly type: ValueType;
  readonly stage: Stage;
  /** Of one row: `[]` for a number, `[10]` for the output of a network with ten outputs. */
  readonly shape: Shape;
}

export const UNKNOWN: Typed = { type: 'unknown', stage: 'constant', shape: [] };

export function typed(type: ValueType, stage: Stage = 'constant', shape: Shape = []): Typed {
  return { type, stage, shape };
}

const ORDER: readonly Stage[] = ['constant', 'schedule', 'run'];

function later(...stages: readonly Stage[]): Stage {
  return ORDER[Math.max(0, ...stages.map((s) => ORDER.indexOf(s)))]!;
}

const NOUN: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  boolean: 'a truth value',
  string: 'a text',
  list: 'a list',
  distribution: 'a distribution',
  unknown: 'unknown',
};

export function nounOf(type: ValueType): string {
  return NOUN[type];
}

export function typeOf(ctx: Context, expr: Expr, scope: Scope): Typed {
  const known = scope.typeOf(expr);
  if (known !== null) return known;
  switch (expr.kind) {
    case 'number':
      return typed('number');
    case 'string':
      return typed('string');
    case 'boolean':
      return typed('boolean');
    case 'list':
      return listType(expr.items.map((item) => typeOf(ctx, item, scope)));
    case 'unary': {
      const wanted = expr.op === '-' ? 'number' : 'boolean';
      const operand = wantType(ctx, expr.operand, wanted, `\`${expr.op}\``, scope);
      return operand.type === 'unknown' ? UNKNOWN : operand;
    }
    case 'binary':
      return binaryType(ctx, expr, scope);
    case 'conditional':
      return conditionalType(ctx, expr, scope);
    case 'call':
      return callType(ctx, expr, scope);
    case 'index':
      return indexType(ctx, expr, scope);
    default:
      return UNKNOWN;
  }
}

/** The type of a part that must be of type `wanted`; lists of numbers may stand for numbers. Reports and gives unknown if it is not. */
function wantType(ctx: Context, expr: Expr, wanted: ValueType, who: string, scope: Scope): Typed {
  const found = typeOf(ctx, expr, scope);
  if (found.type === 'unknown' || found.type === wanted) return unitFree(ctx, expr, found);
  if (wanted === 'number' && found.type === 'list') return found;
  ctx.report.say(
    'BP2008',
    expr.span,
    `${who} takes ${NOUN[wanted]}, but \`${formatExpr(expr)}\` is ${NOUN[found.type]}`,
    wanted === 'number' && found.type === 'boolean' && expr.kind !== 'boolean'
      ? truthAsNumber(expr)
      : { hint: wanted === 'boolean' ? 'compare numbers to get a truth value: `x > 3`' : `put ${NOUN[wanted]} here` },
  );
  return UNKNOWN;
}

/** What to write where a truth value stands and a number belongs. */
export function truthAsNumber(expr: Expr): Hinted {
  const { span } = expr;
  const edits = [
    { span: { ...span, end: span.start }, text: 'if ' },
    { span: { ...span, start: span.end }, text: ' then 1 else 0' },
  ];
  return {
    hint: `write \`if ${formatExpr(expr)} then 1 else 0\``,
    fix: { edits, otherwise: 'put a number here' },
  };
}

/** A number with a unit is a length of training and nothing to calculate with. */
export function unitFree(ctx: Context, expr: Expr, found: Typed): Typed {
  if (expr.kind !== 'number' || expr.unit === null) return found;
  ctx.report.say('BP2017', expr.span, `\`${formatExpr(expr)}\` has a unit, which has no meaning here`, {
    hint: `write the bare number \`${expr.value}\``,
    fix: replacement(expr.span, `${expr.value}`),
  });
  return UNKNOWN;
}

function listType(items: readonly Typed[]): Typed {
  if (items.some((item) => item.type === 'unknown')) return UNKNOWN;
  return typed('list', later(...items.map((i) => i.stage)), [items.length]);
}

function binaryType(ctx: Context, expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): Typed {
  const sign = `\`${expr.op}\``;
  if (expr.op === '==' || expr.op === '!=') return equalityType(ctx, expr, scope);
  const logic = expr.op === 'and' || expr.op === 'or';
  const wanted = logic ? 'boolean' : 'number';
  const left = wantType(ctx, expr.left, wanted, sign, scope);
  const right = wantType(ctx, expr.right, wanted, sign, scope);
  if (left.type === 'unknown' || right.type === 'unknown') return UNKNOWN;
  const stage = later(left.stage, right.stage);
  if (expr.op === '..') return typed('list', stage);
  const shape = jointShape(ctx, expr, [left, right]);
  if (shape === null) return UNKNOWN;
  const comparison = ['<', '<=', '>', '>='].includes(expr.op);
  if (logic || comparison) return typed('boolean', stage, shape);
  return typed(left.type === 'list' || right.type === 'list' ? 'list' : 'number', stage, shape);
}

function equalityType(ctx: Context, expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): Typed {
  const left = typeOf(ctx, expr.left, scope);
  const right = typeOf(ctx, expr.right, scope);
  if (left.type === 'unknown' || right.type === 'unknown') return UNKNOWN;
  if (left.type === right.type && left.type !== 'distribution') {
    return typed('boolean', later(left.stage, right.stage));
  }
  ctx.report.say('BP2008', expr.span, `\`${expr.op}\` compares ${NOUN[left.type]} with ${NOUN[right.type]}`, {
    hint: elementHint(expr) ?? 'compare two numbers, two texts, two truth values or two lists',
  });
  return UNKNOWN;
}

/** Columns of tables are lists of figures: only an order is asked of each of them. */
function elementHint({ op, left, right }: Extract<Expr, { kind: 'binary' }>): string | null {
  const list = [left, right].find((side) => side.kind === 'list');
  const first = list?.kind === 'list' ? list.items[0] : undefined;
  if (first?.kind !== 'member') return null;
  return `\`${op}\` takes one of them, such as \`${formatExpr(first)}\`; \`<=\` and \`>=\` compare each: \`all(... <= 2%)\``;
}

/** Single numbers go with every shape; two other shapes must be equal. */
function jointShape(ctx: Context, expr: Expr, parts: readonly Typed[]): Shape | null {
  const shapes = parts.map((p) => p.shape).filter((s) => s.length > 0);
  const [first, ...rest] = shapes;
  if (first === undefined) return [];
  const other = rest.find((s) => !sameShape(s, first));
  if (other === undefined) return first;
  ctx.report.say('BP3006', expr.span, `${formatShape(first)} and ${formatShape(other)} numbers do not fit together`, {
    hint: 'both sides need the same shape, or one of them must be a single number',
  });
  return null;
}

function conditionalType(ctx: Context, expr: Extract<Expr, { kind: 'conditional' }>, scope: Scope): Typed {
  const condition = wantType(ctx, expr.condition, 'boolean', '`if`', scope);
  const yes = typeOf(ctx, expr.then, scope);
  const no = typeOf(ctx, expr.else, scope);
  if ([condition, yes, no].some((t) => t.type === 'unknown')) return UNKNOWN;
  if (yes.type !== no.type) {
    ctx.report.say('BP2008', expr.span, `the two sides of \`if\` differ: ${NOUN[yes.type]} and ${NOUN[no.type]}`, {
      labels: [
        { span: expr.then.span, message: NOUN[yes.type] },
        { span: expr.else.span, message: NOUN[no.type] },
      ],
      hint: 'make both sides the same kind of value',
    });
    return UNKNOWN;
  }
  const shape = jointShape(ctx, expr, [condition, yes, no]);
  return shape === null ? UNKNOWN : typed(yes.type, later(condition.stage, yes.stage, no.stage), shape);
}

/** Functions of the registry, and distributions, whose arguments are looked at where they are used. */
function callType(ctx: Context, expr: Extract<Expr, { kind: 'call' }>, scope: Scope): Typed {
  if (expr.callee.kind !== 'name') return UNKNOWN;
  const { name } = expr.callee;
  if (ctx.isDistribution(name)) return typed('distribution');
  const record = ctx.catalogue.functions.get(name);
  if (record === undefined) return UNKNOWN;
  const { min, max } = record.arity;
  if (expr.args.length < min || expr.args.length > max || expr.args.some((a) => a.name !== null || a.weight !== null)) {
    const wanted = min === max ? `${min}` : `${min} to ${max}`;
    ctx.report.say(
      'BP2007',
      expr.span,
      `\`${name}\` takes ${wanted} ${max === 1 ? 'number' : 'numbers'} in brackets, without names`,
      {
        hint: `\`${name}\`: ${record.doc}`,
      },
    );
    return UNKNOWN;
  }
  const args = expr.args.map((a) => wantType(ctx, a.value, 'number', `\`${name}\``, scope));
  if (args.some((a) => a.type === 'unknown')) return UNKNOWN;
  const shape = jointShape(ctx, expr, args);
  if (shape === null) return UNKNOWN;
  return typed(args.some((a) => a.type === 'list') ? 'list' : 'number', later(...args.map((a) => a.stage)), shape);
}

/** `net(x)`, or what a model calls it. */
function isApplication(ctx: Context, expr: Expr): boolean {
  return expr.kind === 'call' && expr.callee.kind === 'name' && ctx.declarations.networks.has(expr.callee.name);
}

function indexType(ctx: Context, expr: Extract<Expr, { kind: 'index' }>, scope: Scope): Typed {
  const object = typeOf(ctx, expr.object, scope);
  const [index, ...more] = expr.indices.map((i) => wantType(ctx, i, 'number', 'an index', scope));
  if (object.type === 'unknown' || index === undefined || index.type === 'unknown') return UNKNOWN;
  if (object.type === 'list' && more.length === 0) {
    const items = expr.object.kind === 'list' ? expr.object.items : [];
    const element = items[0] === undefined ? typed('number') : typeOf(ctx, items[0], scope);
    return typed(element.type, later(object.stage, index.stage));
  }
  if (isApplication(ctx, expr.object)) {
    sayUnavailable(ctx.report, expr.span, `one output of a network, \`${formatExpr(expr)}\`,`);
    return UNKNOWN;
  }
  ctx.report.say(
    'BP2008',
    expr.span,
    `\`${formatExpr(expr.object)}\` is ${NOUN[object.type]} and has no element \`[...]\``,
    {
      hint: 'lists have elements, counted from 1: `[0.5, 0.75][1]`',
    },
  );
  return UNKNOWN;
}
