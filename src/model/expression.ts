/**
 * Lowers closed expressions to graph values. The same meaning as `language/evaluate` has on the host: comparisons and logic
 * give truth values, arithmetic is elementwise with broadcasting.
 */
import type { BinaryOp, Expr } from '../base/expr.ts';
import { logCoshArgument } from '../base/functions.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';

/** What names and calls of the surrounding model mean; asked first at every node, null where it has nothing to say. */
export type Resolve = (expr: Expr) => Operand | null;

type Lowering = (b: GraphBuilder, args: readonly Operand[]) => Ref;

/** One entry for each of `base/functions.ts`; a test holds the lists equal. */
const lowerings: Readonly<Record<string, Lowering>> = {
  exp: (b, [x]) => b.exp(x!),
  log: (b, [x]) => b.log(x!),
  log1p: (b, [x]) => b.log1p(x!),
  sqrt: (b, [x]) => b.sqrt(x!),
  abs: (b, [x]) => b.abs(x!),
  sign: (b, [x]) => b.sign(x!),
  floor: (b, [x]) => b.floor(x!),
  sin: (b, [x]) => b.sin(x!),
  cos: (b, [x]) => b.cos(x!),
  tanh: (b, [x]) => b.tanh(x!),
  cosh: (b, [x]) => b.mul(b.add(b.exp(x!), b.exp(b.neg(x!))), 0.5),
  sigmoid: (b, [x]) => b.sigmoid(x!),
  softplus: (b, [x]) => b.softplus(x!),
  relu: (b, [x]) => b.relu(x!),
  min: (b, [x, y]) => b.min(x!, y!),
  max: (b, [x, y]) => b.max(x!, y!),
  clamp: (b, [x, low, high]) => b.min(b.max(x!, low!), high!),
};

/** Names of the functions that expressions may call in a graph. */
export const loweredFunctions: readonly string[] = Object.keys(lowerings);

/** The value of `expr`; what it mentions must be known to `resolve`. Values carry the expression's place as origin. */
export function lowerExpression(b: GraphBuilder, expr: Expr, resolve: Resolve): Operand {
  const known = resolve(expr);
  if (known !== null) return known;
  const lower = (e: Expr) => lowerExpression(b, e, resolve);
  return b.at(expr.span, () => {
    switch (expr.kind) {
      case 'number':
        return expr.value;
      case 'boolean':
        return b.equal(expr.value ? 1 : 0, 1);
      case 'unary':
        return expr.op === '-' ? negate(b, lower(expr.operand)) : not(b, lower(expr.operand));
      case 'binary':
        return lowerBinary(b, expr.op, lower(expr.left), lower(expr.right));
      case 'conditional':
        return choose(b, lower(expr.condition), lower(expr.then), lower(expr.else));
      case 'call':
        return lowerCall(b, expr, lower);
      default:
        throw new Error(`internal: ${describe(expr)} cannot stand in a graph`);
    }
  });
}

function negate(b: GraphBuilder, x: Operand): Operand {
  return typeof x === 'number' ? -x : b.neg(x);
}

/** Latents of 0 and 1 are real numbers, so that a gradient can follow them: that of the straight line between the two values. */
function isLatent(x: Operand): x is Ref {
  return typeof x !== 'number' && x.type.dtype === 'f32';
}

function real(b: GraphBuilder, x: Operand): Ref {
  return isLatent(x) ? x : b.cast(truth(x), 'f32');
}

function not(b: GraphBuilder, x: Operand): Ref {
  return isLatent(x) ? b.sub(1, x) : b.not(truth(x));
}

function choose(b: GraphBuilder, condition: Operand, yes: Operand, no: Operand): Ref {
  if (!isLatent(condition)) return b.select(truth(condition), yes, no);
  return b.add(b.mul(condition, b.sub(yes, no)), no);
}

function truth(x: Operand): Ref {
  if (typeof x === 'number' || x.type.dtype !== 'bool')
    throw new Error('internal: a number where a truth value belongs');
  return x;
}

const arithmetic: Partial<Record<BinaryOp, (b: GraphBuilder, x: Operand, y: Operand) => Ref>> = {
  '+': (b, x, y) => b.add(x, y),
  '-': (b, x, y) => b.sub(x, y),
  '*': (b, x, y) => b.mul(x, y),
  '/': (b, x, y) => b.div(x, y),
  '^': (b, x, y) => (y === 2 ? b.square(x) : b.pow(x, y)),
  '<': (b, x, y) => b.less(x, y),
  '<=': (b, x, y) => b.lessEqual(x, y),
  '>': (b, x, y) => b.greater(x, y),
  '>=': (b, x, y) => b.greaterEqual(x, y),
  '==': (b, x, y) => b.equal(x, y),
  '!=': (b, x, y) => b.not(b.equal(x, y)),
  and: (b, x, y) => (isLatent(x) || isLatent(y) ? b.mul(real(b, x), real(b, y)) : b.and(truth(x), truth(y))),
  or: (b, x, y) =>
    isLatent(x) || isLatent(y) ? not(b, b.mul(not(b, real(b, x)), not(b, real(b, y)))) : b.or(truth(x), truth(y)),
};

function lowerBinary(b: GraphBuilder, op: BinaryOp, x: Operand, y: Operand): Ref {
  const lower = arithmetic[op];
  if (lower === undefined) throw new Error(`internal: \`${op}\` cannot stand in a graph`);
  return lower(b, x, y);
}

function lowerCall(b: GraphBuilder, call: Extract<Expr, { kind: 'call' }>, lower: (e: Expr) => Operand): Ref {
  const inner = logCoshArgument(call);
  if (inner !== null) return logCosh(b, lower(inner));
  const lowering = call.callee.kind === 'name' ? lowerings[call.callee.name] : undefined;
  if (lowering === undefined) throw new Error(`internal: ${describe(call)} cannot stand in a graph`);
  return lowering(
    b,
    call.args.map((argument) => lower(argument.value)),
  );
}

/** |x| + log(1 + exp(-2 |x|)) - log 2, with the slope tanh x. */
function logCosh(b: GraphBuilder, x: Operand): Ref {
  const size = b.abs(x);
  return b.sub(b.add(size, b.softplus(b.mul(size, -2))), Math.LN2);
}

function describe(expr: Expr): string {
  if (expr.kind === 'name') return `\`${expr.name}\``;
  if (expr.kind === 'call') return `a call of ${describe(expr.callee)}`;
  return `an expression of kind ${expr.kind}`;
}
