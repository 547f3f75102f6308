/** Criteria of the program's own, `criterion robust = E` or `criterion c(t) { local = ..., score = ... }`: expanded where they are named. */
import type { Expr } from '../../base/expr.ts';
import type { CriterionDeclaration, Term } from '../syntax/ast.ts';
import { close, constantScope, errorNode, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import { matchArguments } from './match-arguments.ts';
import { nounOf, typed, typeOf } from './types.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The declaration that `expr` names, `robust` or `shifted(0.5)`. */
export function ownCriterion(ctx: Context, expr: Expr): CriterionDeclaration | null {
  const named = expr.kind === 'call' ? expr.callee : expr;
  return named.kind === 'name' ? (ctx.declarations.criteria.get(named.name) ?? null) : null;
}

/** The score of a criterion of one's own with its arguments put in; an error node after a report. */
export function expandCriterion(
  ctx: Context,
  declaration: CriterionDeclaration,
  expr: Expr,
  scope: Scope,
  closePart: (part: Expr) => Expr,
  open: ReadonlySet<CriterionDeclaration>,
): Expr {
  const { name } = declaration;
  ctx.used.add(declaration);
  if (open.has(declaration)) {
    ctx.report.say('BP2004', expr.span, `\`${name.name}\` is defined by itself`, {
      labels: [{ span: name.span, message: 'declared here' }],
      hint: 'break the circle: a criterion may not name itself',
    });
    return errorNode(expr.span);
  }
  const call: Call = expr.kind === 'call' ? expr : { kind: 'call', callee: expr, args: [], span: expr.span };
  const parameters = declaration.parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
  const matched = matchArguments(ctx, call, parameters, `\`${name.name}\``, name.span);
  if (matched === null) return errorNode(expr.span);
  const bound = new Map<string, Expr>();
  for (const { name: parameter, default: standard } of declaration.parameters) {
    const given = matched.get(parameter.name)?.value;
    bound.set(parameter.name, given === undefined ? close(ctx, standard!, constantScope) : closePart(given));
  }
  const score = scoreWith(ctx, declaration, bound, scope);
  return score === null ? errorNode(expr.span) : { ...score, span: expr.span };
}

/** Locals see the parameters and the locals above; all of them are closed, so that each mistake is found. */
function scoreWith(
  ctx: Context,
  declaration: CriterionDeclaration,
  bound: Map<string, Expr>,
  outer: Scope,
): Expr | null {
  const scope: Scope = {
    ...outer,
    resolve: (expr, closePart) => {
      const known = expr.kind === 'name' ? bound.get(expr.name) : undefined;
      return known ?? (isOfOther(expr, bound) ? sayOther(ctx, expr) : outer.resolve(expr, closePart));
    },
    get names() {
      return [...bound.keys(), ...outer.names];
    },
  };
  if (declaration.value !== null) return close(ctx, declaration.value, scope);
  let score: Expr | null = null;
  for (const term of declaration.terms) {
    if (term.kind === 'error') return null;
    const closed = close(ctx, term.value, scope);
    bound.set(term.name.name, closed);
    if (term.name.name === SCORE) score = closed;
  }
  return score;
}

/** `other.p`: a local, of another group. */
function isOfOther(expr: Expr, bound: ReadonlyMap<string, Expr>): boolean {
  return expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === 'other' && bound.has(expr.name);
}

function sayOther(ctx: Context, expr: Expr): Expr {
  sayUnavailable(ctx.report, expr.span, `\`${formatExpr(expr)}\``);
  return errorNode(expr.span);
}

const SCORE = 'score';

/** Every criterion with its parameters left open, whoever names it. `scope` knows what a criterion may mention. */
export function checkCriteria(ctx: Context, scope: Scope): void {
  for (const declaration of ctx.declarations.criteria.values()) {
    if (!ctx.live.has(declaration) || !termsAreRight(ctx, declaration)) continue;
    const open = new Set(declaration.parameters.map((p) => p.name.name));
    const isOpen = (expr: Expr) => expr.kind === 'name' && open.has(expr.name);
    const inner: Scope = {
      ...scope,
      resolve: (expr, closePart) => (isOpen(expr) ? expr : scope.resolve(expr, closePart)),
      typeOf: (expr) => (isOpen(expr) ? typed('number', 'run') : scope.typeOf(expr)),
    };
    const score = scoreWith(ctx, declaration, new Map(), inner);
    if (score !== null) numberOnly(ctx, declaration, score, inner);
  }
}

function numberOnly(ctx: Context, declaration: CriterionDeclaration, score: Expr, scope: Scope): void {
  const { type } = typeOf(ctx, score, scope);
  if (type === 'number' || type === 'unknown') return;
  const written = declaration.value ?? declaration.terms.find(isScore)?.value ?? score;
  ctx.report.say('BP2008', written.span, `a criterion is a number, but \`${formatExpr(written)}\` is ${nounOf(type)}`, {
    hint: 'conditions stand in `prune ... where`',
  });
}

const isScore = (term: CriterionDeclaration['terms'][number]): term is Term =>
  term.kind === 'term' && term.name.name === SCORE;

/** No term twice, and a score among them. */
function termsAreRight(ctx: Context, declaration: CriterionDeclaration): boolean {
  if (declaration.value !== null) return true;
  const first = new Map<string, Term>();
  let right = true;
  for (const term of declaration.terms) {
    if (term.kind === 'error') return false;
    const earlier = first.get(term.name.name);
    first.set(term.name.name, earlier ?? term);
    if (earlier === undefined) continue;
    right = false;
    ctx.report.say('BP2002', term.name.span, `\`${term.name.name}\` stands twice in the criterion`, {
      labels: [{ span: earlier.name.span, message: 'first here' }],
      hint: 'give one of the two another name',
    });
  }
  if (first.has(SCORE)) return right;
  ctx.report.say('BP6010', headOf(declaration), `criterion \`${declaration.name.name}\` has no \`score\``, {
    hint: 'write `score = ...`: what has the lowest score goes first',
  });
  return false;
}
