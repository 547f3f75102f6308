/** `objective = nll + 0.1 * kl`: what is minimised in place of the engine's own sum. */
import type { OptionSpec } from '../../../base/catalogue.ts';
import type { Expr } from '../../../base/expr.ts';
import { holdsError } from '../../evaluate/constant.ts';
import type { InferStep } from '../../syntax/ast.ts';
import type { CheckedGuideSite, PlanInfer } from '../checked.ts';
import { close, errorNode, type Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { formatExpr } from '../format.ts';
import { sayUnavailable } from '../later.ts';
import { namesIn } from '../live.ts';
import { scheduleScope } from '../optimizer.ts';
import { nounOf, typed, typeOf, unitFree } from '../types.ts';

/** Terms that no engine has yet. */
const LATER: ReadonlySet<string> = new Set(['label_variance']);

/** Closed over the terms, `epoch` and `step`; null after a report. `terms`: what stands in it, in nats of the whole data set. */
export function checkObjective(
  ctx: Context,
  written: Expr,
  terms: readonly string[],
  scope: Scope,
  name: OptionSpec['name'],
): Expr | null {
  const isTerm = (expr: Expr) => expr.kind === 'name' && terms.includes(expr.name);
  const inner = scheduleScope(scope);
  const own: Scope = {
    resolve(expr, closePart) {
      if (isTerm(expr)) return expr;
      if (expr.kind !== 'name' || !LATER.has(expr.name)) return inner.resolve(expr, closePart);
      sayUnavailable(ctx.report, expr.span, `\`${expr.name}\` in an objective`);
      return errorNode(expr.span);
    },
    typeOf: (expr) => (isTerm(expr) ? typed('number', 'run') : inner.typeOf(expr)),
    names: [...terms, ...inner.names],
  };
  const closed = close(ctx, written, own);
  if (holdsError(closed)) return null;
  const { type } = unitFree(ctx, closed, typeOf(ctx, closed, own));
  if (type === 'unknown') return null;
  const sum = terms.join(' + ');
  if (type !== 'number') {
    ctx.report.say(
      'BP2014',
      written.span,
      `\`${name}\` is a number, but \`${formatExpr(written)}\` is ${nounOf(type)}`,
      {
        hint: `write an expression of ${terms.map((t) => `\`${t}\``).join(' and ')}, such as \`${sum}\``,
      },
    );
    return null;
  }
  const mentioned = namesIn(closed);
  if (terms.some((term) => mentioned.has(term))) return closed;
  ctx.report.say('BP5016', written.span, `\`${formatExpr(written)}\` is the same whatever is learned`, {
    hint: `write an expression of ${terms.map((t) => `\`${t}\``).join(' and ')}, such as \`${sum}\``,
  });
  return null;
}

/** What else of the step says how the terms are weighed. */
const BESIDE = ['kl_weight', 'temperature', 'divergence'];

export function refuseBesideObjective(
  ctx: Context,
  step: InferStep,
  { schedules, optimizer, optimizers }: Pick<PlanInfer, 'schedules' | 'optimizer' | 'optimizers'>,
  guide: readonly CheckedGuideSite[],
): void {
  const settings = step.options?.settings ?? [];
  const objective = settings.find((s) => s.name.name === 'objective');
  if (schedules.objective === undefined || objective === undefined) return;
  const labels = [{ span: objective.span, message: 'the objective' }];
  const other = settings.find((s) => BESIDE.includes(s.name.name));
  if (other !== undefined) {
    const hint = `leave \`${other.name.name}\` out, and say it in the objective: \`nll + 0.1 * kl\``;
    ctx.report.say('BP5016', other.span, `\`${other.name.name}\` beside an \`objective\``, { labels, hint });
    return;
  }
  const proximal = [optimizer, ...Object.values(optimizers)].find(
    ({ name }) => ctx.catalogue.optimizers.get(name)?.takesPrior === true,
  );
  if (proximal !== undefined) {
    const message = `\`${proximal.name}\` takes the prior out of what is minimised, and an \`objective\` has it in \`kl\``;
    ctx.report.say('BP5016', proximal.span ?? step.engine.span, message, { labels, hint: 'use another optimizer' });
    return;
  }
  const gates = guide.find(({ estimator }) => {
    return estimator !== null && ctx.catalogue.gateEstimators.get(estimator.name)?.states !== undefined;
  });
  if (gates === undefined) return;
  const message = `\`${gates.estimator?.name}\` weighs the loss of several states of gates, and an \`objective\` need be no sum of them`;
  ctx.report.say('BP5016', objective.span, message, { hint: 'use `gumbel` or `ste`, which look at one state' });
}
