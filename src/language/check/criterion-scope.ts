/** What `where` and `by` of a prune may name: criteria, constants and `N`; all else that the language has there comes later. */
import type { Expr } from '../../base/expr.ts';
import type { CriterionDeclaration } from '../syntax/ast.ts';
import { rowScope } from './bindings.ts';
import { errorNode, LAYER_QUANTITIES, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { KNOWN_WHILE_TRAINING } from './declarations.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import { expandCriterion, ownCriterion } from './own-criteria.ts';
import { PLANNED, sayPlanned } from './planned.ts';
import { type Report, suggestedAt } from './report.ts';
import type { RunCheck } from './run.ts';
import type { RunState } from './run-names.ts';
import { closedStatistic, statisticType } from './statistics.ts';
import { typed } from './types.ts';

/** Before the point of `next.weight`, `other.weight` and `bn.shift`. */
const NEIGHBOURS: readonly string[] = ['next', 'other', 'bn', 'basis'];
/** Behind it; batch norm has a scale and a shift. */
const PARTS: ReadonlySet<string> = new Set([
  ...PLANNED.quantity,
  ...['weight', 'scale', 'shift', 'input_eigenvalue', 'output_eigenvalue'],
]);

export function criterionScope(run: RunCheck, state: RunState | null): Scope {
  const rows = run.ctx.facts.get(run.data.name)?.rows.train ?? null;
  return statisticsScope(run.ctx, rows, state?.model.names ?? new Map());
}

/** `random`: latents, `param`s and quantities of the model. */
export function statisticsScope(
  ctx: Context,
  rows: number | null,
  random: ReadonlyMap<string, unknown>,
  open: ReadonlySet<CriterionDeclaration> = new Set(),
): Scope {
  const { criteria } = ctx.catalogue;
  const base = rowScope(rows);
  const own = ctx.declarations.criteria;
  const is = (expr: Expr) => expr.kind === 'name' && criteria.has(expr.name);
  const scope: Scope = {
    resolve: (expr, closePart) => {
      if (is(expr)) return expr;
      const declaration = ownCriterion(ctx, expr);
      if (declaration !== null) {
        const inner = statisticsScope(ctx, rows, random, new Set([...open, declaration]));
        return expandCriterion(ctx, declaration, expr, inner, closePart, open);
      }
      const statistic = closedStatistic(ctx, expr, closePart);
      if (statistic !== null) return statistic;
      const lack = lacking(expr, { random, criteria });
      if (lack !== null) sayUnavailable(ctx.report, expr.span, lack);
      const refused = lack !== null || isPlanned(ctx.report, expr) || isAstray(ctx.report, expr);
      return refused ? errorNode(expr.span) : base.resolve(expr, closePart);
    },
    typeOf: (expr) => (is(expr) ? typed('number', 'run') : statisticType(ctx, expr, scope)),
    names: [...criteria.names, ...own.keys(), ...base.names],
    planned: [...PLANNED.criterion, ...PLANNED.quantity, 'weight', ...random.keys()],
  };
  return scope;
}

interface Known {
  /** Latents, `param`s and quantities of the model. */
  readonly random: ReadonlyMap<string, unknown>;
  readonly criteria: { has(name: string): boolean };
}

/** In words, what would be needed for `expr`; null where it is nothing of a later version. */
function lacking(expr: Expr, { random, criteria }: Known): string | null {
  const named = expr.kind === 'call' ? expr.callee : expr;
  if (named.kind === 'name') {
    if (KNOWN_WHILE_TRAINING.includes(named.name)) return `\`${named.name}\` in a criterion`;
    if (expr.kind === 'call') return criteria.has(named.name) ? `\`${formatExpr(expr)}\`` : null;
    return random.has(named.name) ? `\`${named.name}\` of the model in a criterion` : null;
  }
  const part = neighbourPart(expr);
  if (isLayerPart(expr)) return `\`${formatExpr(expr)}\` in a criterion`;
  return part !== null && PARTS.has(part) ? `\`${formatExpr(expr)}\`` : null;
}

function isLayerPart(expr: Expr): boolean {
  return (
    expr.kind === 'member' &&
    expr.object.kind === 'name' &&
    expr.object.name === 'layer' &&
    LAYER_QUANTITIES.includes(expr.name)
  );
}

/** What stands behind the point of `next.weight`; null for all other expressions. */
function neighbourPart(expr: Expr): string | null {
  if (expr.kind !== 'member' || expr.object.kind !== 'name') return null;
  return NEIGHBOURS.includes(expr.object.name) ? expr.name : null;
}

/** True after a report of a neighbour's part that does not exist. */
function isAstray(report: Report, expr: Expr): boolean {
  const part = neighbourPart(expr);
  if (part === null || expr.kind !== 'member') return false;
  const before = formatExpr(expr.object);
  const parts = [...PARTS].map((name) => `${before}.${name}`);
  const written = formatExpr(expr);
  report.say('BP2001', expr.span, `there is no \`${written}\``, suggestedAt(expr.span, written, parts, 'there is'));
  return true;
}

function isPlanned(report: Report, expr: Expr): boolean {
  if (expr.kind !== 'name') return false;
  const { name, span } = expr;
  return sayPlanned(report, 'criterion', name, span) || sayPlanned(report, 'quantity', name, span);
}
