/** What `where` and `by` of a prune may name: criteria, constants and `N`; all else that the language has there comes later. */
import type { Expr } from '../../base/expr.ts';
import { rowScope } from './bindings.ts';
import { errorNode, type Scope } from './closing.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import { PLANNED, sayPlanned } from './planned.ts';
import { type Report, suggestion } from './report.ts';
import type { RunCheck } from './run.ts';
import type { RunState } from './run-names.ts';
import { typed } from './types.ts';

/** Before the point of `next.weight`, `other.weight` and `bn.shift`. */
const NEIGHBOURS: readonly string[] = ['next', 'other', 'bn'];
/** Behind it; batch norm has a scale and a shift. */
const PARTS: ReadonlySet<string> = new Set([...PLANNED.quantity, 'scale', 'shift']);

export function criterionScope(run: RunCheck, state: RunState | null): Scope {
  const { criteria } = run.ctx.catalogue;
  const base = rowScope(run.ctx.facts.get(run.data.name)?.rows.train ?? null);
  const own = run.ctx.declarations.criteria;
  const random = state?.model.names ?? new Map<string, unknown>();
  const is = (expr: Expr) => expr.kind === 'name' && criteria.has(expr.name);
  return {
    resolve: (expr, closePart) => {
      if (is(expr)) return expr;
      const { report } = run.ctx;
      const lack = lacking(expr, { own, random, criteria });
      if (lack !== null) sayUnavailable(report, expr.span, lack);
      const refused = lack !== null || isPlanned(report, expr) || isAstray(report, expr);
      return refused ? errorNode(expr.span) : base.resolve(expr, closePart);
    },
    typeOf: (expr) => (is(expr) ? typed('number', 'run') : null),
    names: [...criteria.names, ...base.names],
    planned: [...PLANNED.criterion, ...PLANNED.quantity, ...own.keys(), ...random.keys()],
  };
}

interface Known {
  readonly own: ReadonlyMap<string, unknown>;
  /** Latents, `param`s and quantities of the model. */
  readonly random: ReadonlyMap<string, unknown>;
  readonly criteria: { has(name: string): boolean };
}

/** In words, what would be needed for `expr`; null where it is nothing of a later version. */
function lacking(expr: Expr, { own, random, criteria }: Known): string | null {
  const named = expr.kind === 'call' ? expr.callee : expr;
  if (named.kind === 'name') {
    if (own.has(named.name)) return 'a criterion of your own';
    if (expr.kind === 'call') return criteria.has(named.name) ? `\`${formatExpr(expr)}\`` : null;
    return random.has(named.name) ? `\`${named.name}\` of the model in a criterion` : null;
  }
  const part = neighbourPart(expr);
  return part !== null && PARTS.has(part) ? `\`${formatExpr(expr)}\`` : null;
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
  report.say('BP2001', expr.span, `there is no \`${formatExpr(expr)}\``, { hint: suggestion(formatExpr(expr), parts) });
  return true;
}

function isPlanned(report: Report, expr: Expr): boolean {
  if (expr.kind !== 'name') return false;
  const { name, span } = expr;
  return sayPlanned(report, 'criterion', name, span) || sayPlanned(report, 'quantity', name, span);
}
