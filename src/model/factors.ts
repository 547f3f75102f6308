/** Factors of a model in a graph: terms of the log joint that are no densities. */
import { type Expr, partsOf } from '../base/expr.ts';
import { type Shape, sizeOf } from '../base/host-array.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';
import type { CheckedFactor, CheckedModel } from '../language/check/checked.ts';
import type { BatchValues } from './batch-values.ts';
import { lowerExpression, type Resolve } from './expression.ts';
import type { LatentValues } from './latents.ts';

/** What a network says of each row, `[rows, ...]`. */
export interface NetworkValues {
  readonly output: Ref;
  /** By path of the layer. */
  readonly layers: ReadonlyMap<string, Ref>;
}

/** The sum of the factors that have a number for each row, `[rows]`; null where there are none. */
export function factorsOfRows(
  b: GraphBuilder,
  model: CheckedModel,
  network: NetworkValues,
  batch: BatchValues,
  latents: LatentValues,
): Ref | null {
  const own = model.factors.filter((factor) => factor.perRow);
  const rows = network.output.type.shape[0]!;
  return total(b, own, (factor) => {
    const inputs = (expr: Expr) => rowValue(model, network, batch, expr);
    const axes = Math.max(0, ...shapesIn(factor.value, inputs).map((shape) => shape.length));
    const align = (value: Ref): Ref => {
      const [, ...shape] = value.type.shape;
      const kept = sizeOf(shape) === 1 ? [] : shape;
      return b.reshape(value, [rows, ...Array<number>(axes - kept.length).fill(1), ...kept]);
    };
    const resolve: Resolve = (expr) => {
      const value = inputs(expr);
      if (value !== null) return align(value);
      const inner = reducedIn(expr);
      if (inner === null) return expr.kind === 'name' ? latents(expr.name) : null;
      const found = lowerExpression(b, inner, resolve);
      // What is the same in all rows is one number already.
      if (typeof found === 'number' || shapesIn(inner, inputs).length === 0) return found;
      const all = found.type.shape.map((_, axis) => axis).slice(1);
      return align(isMean(expr) ? b.mean(found, all) : b.sum(found, all));
    };
    return b.reshape(asRef(b, lowerExpression(b, factor.value, resolve)), [rows]);
  });
}

/** The sum of the factors that count once, `[]`; null where there are none. */
export function factorsOnce(b: GraphBuilder, model: CheckedModel, latents: LatentValues): Ref | null {
  const own = model.factors.filter((factor) => !factor.perRow);
  return total(b, own, (factor) => {
    const resolve: Resolve = (expr) => {
      const inner = reducedIn(expr);
      if (inner === null) return expr.kind === 'name' ? latents(expr.name) : null;
      const found = lowerExpression(b, inner, resolve);
      if (typeof found === 'number') return found;
      return isMean(expr) ? b.mean(found) : b.sum(found);
    };
    return b.reshape(asRef(b, lowerExpression(b, factor.value, resolve)), []);
  });
}

function total(b: GraphBuilder, factors: readonly CheckedFactor[], emit: (factor: CheckedFactor) => Ref): Ref | null {
  const values = factors.map((factor) =>
    b.label(
      b.at(factor.span, () => emit(factor)),
      'factor',
      factor.span,
    ),
  );
  return values.length === 0 ? null : values.reduce((sum, next) => b.add(sum, next));
}

function asRef(b: GraphBuilder, value: Operand): Ref {
  return typeof value === 'number' ? b.full([], value) : value;
}

/** The argument of `sum(E)` and `mean(E)`. */
function reducedIn(expr: Expr): Expr | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name') return null;
  return ['sum', 'mean'].includes(expr.callee.name) ? expr.args[0]!.value : null;
}

function isMean(expr: Expr): boolean {
  return expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === 'mean';
}

/** `net(x)`, `net(x).fc1` and columns; null for all else. */
function rowValue(
  { network, likelihood }: CheckedModel,
  { output, layers }: NetworkValues,
  { columns, observed }: BatchValues,
  expr: Expr,
): Ref | null {
  if (expr.kind === 'member') return layers.get(expr.name) ?? null;
  if (expr.kind === 'call') return expr.callee.kind === 'name' && expr.callee.name === network.name ? output : null;
  if (expr.kind !== 'name') return null;
  return expr.name === likelihood.observed ? observed : (columns[expr.name] ?? null);
}

/** Of what `expr` has in each row, without single numbers' axes. */
function shapesIn(expr: Expr, inputs: (expr: Expr) => Ref | null): readonly Shape[] {
  const value = inputs(expr);
  if (value !== null) {
    const shape = value.type.shape.slice(1);
    return [sizeOf(shape) === 1 ? [] : shape];
  }
  return partsOf(expr).flatMap((part) => shapesIn(part, inputs));
}
