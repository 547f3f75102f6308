/** `prune GROUPS where PREDICATE` and `prune GROUPS by CRITERION lowest SHARE [per layer]`. */

import type { CriterionSignature } from '../../../base/catalogue.ts';
import { type Expr, partsOf } from '../../../base/expr.ts';
import { replacement } from '../../../base/fix.ts';
import type { Span } from '../../../base/span.ts';
import { momentOf } from '../../../base/statistics.ts';
import { holdsError } from '../../evaluate/constant.ts';
import type { Budget, PruneStep } from '../../syntax/ast.ts';
import { rowScope } from '../bindings.ts';
import type { CheckedSite, PlanPrune } from '../checked.ts';
import { close, type Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { criterionScope } from '../criterion-scope.ts';
import { formatExpr, formatNumber } from '../format.ts';
import { prunedSites } from '../groups.ts';
import { isPoint } from '../guide.ts';
import { sayUnavailable } from '../later.ts';
import { ownCriterion } from '../own-criteria.ts';
import { PLANNED_OPTIONS } from '../planned.ts';
import { listed, suggested, suggestedAt } from '../report.ts';
import type { RunCheck, StepBase } from '../run.ts';
import type { RunState } from '../run-names.ts';
import { nounOf, typeOf } from '../types.ts';
import { numberIn } from '../values.ts';
import { inclusionIsClear } from './inclusion.ts';
import { laterOptions } from './later-options.ts';

export function pruneStep(run: RunCheck, step: PruneStep, base: StepBase): PlanPrune | null {
  const { ctx } = run;
  const state = run.posterior(step, 'prune');
  laterOptions(run, step);
  refuseOptions(ctx, step);
  const network = state?.model.application?.instance.network ?? null;
  const sites = network === null ? null : prunedSites(ctx, step.groups, network);
  const rule =
    step.rule.kind === 'where'
      ? whereRule(ctx, step.rule.predicate, criterionScope(run, state))
      : byRule(ctx, step.rule.criterion, step.rule.budget, criterionScope(run, state));
  if (state === null || sites === null || rule === null) return null;
  const paths = sites.map((s) => s.path);
  if (!spreadIsThere(ctx, rule.criteria, paths, state)) return null;
  const model = state.model.model;
  const inclusion = rule.criteria.find(({ record }) => record.name === 'inclusion');
  if (inclusion !== undefined && model !== null && !inclusionIsClear(ctx, inclusion.span, model, paths)) return null;
  refuseNoncentred(run, step, model?.sites ?? [], rule, paths);
  return model === null ? null : { kind: 'prune', ...base, model, sites: paths, rule: rule.rule };
}

/** The state of a non-centred site holds its numbers before they are multiplied: what is read of it is not yet that of the weights. */
function refuseNoncentred(
  run: RunCheck,
  step: PruneStep,
  sites: readonly CheckedSite[],
  { criteria }: Rule,
  paths: readonly string[],
): void {
  const inside = sites.find((site) => site.scale !== undefined && paths.includes(site.path));
  if (inside === undefined || criteria.every(({ record }) => record.name === 'inclusion')) return;
  sayUnavailable(run.ctx.report, step.span, `a criterion of the non-centred \`${inside.path}\`, except \`inclusion\`,`);
}

function refuseOptions(ctx: Context, step: PruneStep): void {
  for (const option of [...(step.options?.settings ?? []), ...(step.options?.items ?? [])]) {
    const written = 'name' in option && typeof option.name === 'object' ? option.name : null;
    const name = written?.name ?? formatExpr(option as Expr);
    if (!PLANNED_OPTIONS.prune.has(name)) {
      ctx.report.say(
        'BP2013',
        option.span,
        `\`prune\` has no option \`${name}\``,
        suggestedAt(written?.span ?? option.span, name, PLANNED_OPTIONS.prune, 'its options are'),
      );
      continue;
    }
    ctx.report.say('BP2003', option.span, `option \`${name}\` of \`prune\` is not available yet in this version`, {
      hint: 'leave it out',
    });
  }
}

interface Rule {
  readonly rule: PlanPrune['rule'];
  readonly criteria: readonly {
    readonly record: Pick<CriterionSignature, 'name' | 'needsSpread'>;
    readonly span: Span;
  }[];
}

function whereRule(ctx: Context, predicate: Expr, scope: Scope): Rule | null {
  const closed = close(ctx, predicate, scope);
  if (holdsError(closed)) return null;
  const { type } = typeOf(ctx, closed, scope);
  if (type === 'unknown') return null;
  if (type !== 'boolean') {
    const [criterion] = ctx.catalogue.criteria.names;
    ctx.report.say(
      'BP2008',
      predicate.span,
      `\`where\` takes a truth value, but \`${formatExpr(predicate)}\` is ${nounOf(type)}`,
      {
        hint: `compare it: \`${type === 'number' ? formatExpr(predicate) : criterion} > 3\``,
      },
    );
    return null;
  }
  const criteria = criteriaIn(ctx, closed);
  if (criteria.length === 0) {
    ctx.report.say('BP6003', predicate.span, 'this is the same for every weight: it depends on no criterion', {
      hint: `the criteria are ${listed(ctx.catalogue.criteria.names)}`,
    });
    return null;
  }
  return { rule: { kind: 'where', predicate: closed }, criteria };
}

/** Criteria and moments that an expression is made of. */
function criteriaIn(ctx: Context, expr: Expr): Rule['criteria'] {
  const moment = momentOf(expr);
  if (moment !== null) return [{ record: { name: formatExpr(expr), needsSpread: moment === 'sd' }, span: expr.span }];
  if (expr.kind !== 'name') return partsOf(expr).flatMap((part) => criteriaIn(ctx, part));
  const record = ctx.catalogue.criteria.get(expr.name);
  return record === undefined ? [] : [{ record, span: expr.span }];
}

function byRule(ctx: Context, criterion: Expr, budget: Budget, scope: Scope): Rule | null {
  const share = shareOf(ctx, budget);
  if (criterion.kind === 'error') return null;
  const record = criterion.kind === 'name' ? ctx.catalogue.criteria.get(criterion.name) : undefined;
  const score = record === undefined ? formulaOf(ctx, criterion, scope) : null;
  if (share === null || (record === undefined && score === null)) return null;
  const name = record?.name ?? ownCriterion(ctx, criterion)?.name.name ?? 'formula';
  const rule = { kind: 'lowest', criterion: name, score, share, perLayer: budget.perLayer } as const;
  const criteria = record === undefined ? criteriaIn(ctx, score!) : [{ record, span: criterion.span }];
  return { rule, criteria: criteria.map((c) => (record === undefined ? { ...c, span: criterion.span } : c)) };
}

/** A score for each weight that is a criterion of the program or a formula; null after a report. */
function formulaOf(ctx: Context, criterion: Expr, scope: Scope): Expr | null {
  const unknown = criterion.kind === 'name' && ownCriterion(ctx, criterion) === null;
  if (unknown && scope.resolve(criterion, (part) => part)?.kind !== 'error') {
    const known = [...ctx.catalogue.criteria.names, ...ctx.declarations.criteria.keys()];
    ctx.report.say('BP2001', criterion.span, `there is no criterion \`${criterion.name}\``, {
      ...suggested(criterion, known, 'the criteria are', { planned: scope.planned ?? [] }),
    });
    return null;
  }
  const closed = close(ctx, criterion, scope);
  if (holdsError(closed)) return null;
  const { type } = typeOf(ctx, closed, scope);
  if (type === 'unknown') return null;
  const written = formatExpr(criterion);
  if (type !== 'number') {
    ctx.report.say('BP2008', criterion.span, `a criterion is a number, but \`${written}\` is ${nounOf(type)}`, {
      hint: 'conditions stand in `prune ... where`',
    });
    return null;
  }
  if (criteriaIn(ctx, closed).length > 0) return closed;
  ctx.report.say('BP6003', criterion.span, 'this is the same for every weight: it depends on no criterion', {
    hint: `use \`mean(weight)\` or \`sd(weight)\`, or one of ${listed(ctx.catalogue.criteria.names)}`,
  });
  return null;
}

/** Above 0 and at most 1; null after a report. */
function shareOf(ctx: Context, budget: Budget): number | null {
  const { amount, word } = budget;
  if (word !== 'lowest' || amount === null) {
    ctx.report.say('BP2003', budget.span, `the budget \`${word}\` is not available yet in this version`, {
      hint: 'write `lowest 75%`',
    });
    return null;
  }
  const share = numberIn(ctx, amount, rowScope(null), 'the share of `lowest`');
  if (share === null || (share > 0 && share <= 1)) return share;
  const asPercent = share > 1 && share <= 100 && !(amount.kind === 'number' && amount.percent);
  ctx.report.say(
    'BP6001',
    amount.span,
    `\`lowest ${formatExpr(amount)}\` is no share: it must be above 0% and at most 100%`,
    {
      hint: asPercent
        ? `write \`lowest ${formatNumber(share)}%\``
        : 'write `lowest 75%` to remove three quarters of what is left',
      fix: asPercent ? replacement(amount.span, `${formatNumber(share)}%`) : null,
    },
  );
  return null;
}

/** Criteria that read the spread need sites that have one. */
function spreadIsThere(ctx: Context, criteria: Rule['criteria'], sites: readonly string[], state: RunState): boolean {
  const point = state.guide?.find((g) => sites.includes(g.site) && isPoint(ctx, g));
  const needing = criteria.find((c) => c.record.needsSpread);
  if (point === undefined || needing === undefined) return true;
  const others = [...ctx.catalogue.criteria].filter((c) => !c.needsSpread).map((c) => c.name);
  ctx.report.say(
    'BP6002',
    needing.span,
    `\`${needing.record.name}\` reads the spread of the posterior, but \`${point.site}\` is a point estimate`,
    {
      labels: point.span === null ? [] : [{ span: point.span, message: `the guide of \`${point.site}\`` }],
      hint: `${others.length === 0 ? '' : `use \`${others[0]}\`, or `}infer a posterior with a spread: \`infer sgvb\``,
      fix: others[0] === undefined ? null : replacement(needing.span, others[0]),
    },
  );
  return false;
}
