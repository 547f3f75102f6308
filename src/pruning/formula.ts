/**
 * Formulas as criteria: moments of the posterior and reductions over axes of a weight tensor, lowered to the graph. A low score means
 * "remove first". What was pruned has mean 0 and sd 0, and is counted in reductions.
 */
import type { Expr } from '../base/expr.ts';
import { type Shape, sameShape } from '../base/host-array.ts';
import { momentOf, reductionOf } from '../base/statistics.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';
import { lowerExpression } from '../model/expression.ts';
import { criteria } from './criteria/index.ts';
import type { Criterion, PosteriorView } from './criterion.ts';

/** The value of a closed expression over criteria and statistics of one site. */
export function lowerStatistics(b: GraphBuilder, expr: Expr, view: PosteriorView, path: string): Operand {
  const { shape } = view.mean.type;
  const lower = (part: Expr): Operand => lowerExpression(b, part, resolve);
  const resolve = (part: Expr): Operand | null => {
    const criterion = part.kind === 'name' ? criteria.get(part.name) : undefined;
    if (criterion !== undefined) return b.label(criterion.score(b, view), `${criterion.name} of ${path}`);
    const moment = momentOf(part);
    if (moment !== null) return moment === 'mean' ? view.mean : view.sd;
    const reduction = reductionOf(part);
    if (reduction !== null && reduction.axis.kind === 'name') {
      return reduced(b, reduction.by, spread(b, lower(reduction.value), shape), axesOf(reduction.axis.name, shape));
    }
    if (part.kind === 'call' && part.callee.kind === 'name' && part.callee.name === 'norm') {
      return b.abs(lower(part.args[0]!.value));
    }
    return null;
  };
  return lower(expr);
}

export function spread(b: GraphBuilder, value: Operand, shape: Shape): Ref {
  const ref = typeof value === 'number' ? b.constant(value) : value;
  return sameShape(ref.type.shape, shape) ? ref : b.broadcast(ref, shape);
}

/** A weight is `[kernel ..., inputs, outputs]`; the group of a single weight has one member. */
function axesOf(axis: string, shape: Shape): readonly number[] {
  const last = shape.length - 1;
  switch (axis) {
    case 'weights':
      return [];
    case 'inputs':
      return last > 0 ? [last - 1] : [];
    case 'kernel':
      return Array.from({ length: Math.max(0, last - 1) }, (_, i) => i);
    default:
      return [last];
  }
}

/** Along the axes, which stay with length 1. */
function reduced(b: GraphBuilder, by: string, x: Ref, axes: readonly number[]): Ref {
  const over = (f: (x: Ref) => Ref) => (axes.length === 0 ? x : f(x));
  switch (by) {
    case 'sum':
      return over((y) => b.sum(y, axes, true));
    case 'mean':
      return over((y) => b.mean(y, axes, true));
    case 'max':
      return over((y) => b.reduceMax(y, axes, true));
    case 'min':
      return over((y) => b.neg(b.reduceMax(b.neg(y), axes, true)));
    case 'norm':
      return axes.length === 0 ? b.abs(x) : b.sqrt(b.sum(b.square(x), axes, true));
    case 'sd': {
      const centred = b.sub(x, axes.length === 0 ? x : b.mean(x, axes, true));
      return axes.length === 0 ? centred : b.sqrt(b.mean(b.square(centred), axes, true));
    }
    default:
      throw new Error(`internal: no reduction \`${by}\``);
  }
}

/** A formula as a criterion. */
export function formulaCriterion(name: string, score: Expr): Criterion {
  return {
    name,
    doc: 'a formula of the program: low scores go first',
    needsSpread: false,
    highMeans: 'keep',
    score: (b, view) => spread(b, lowerStatistics(b, score, view, name), view.mean.type.shape),
  };
}
