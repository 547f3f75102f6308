/** `every 1 epoch { prune ... }` in the braces of an inference: what is pruned while it trains. */
import { countOf } from '../../../base/counts.ts';
import type { Expr } from '../../../base/expr.ts';
import type { InferStep, PruneStep, Step } from '../../syntax/ast.ts';
import type { CheckedGuideSite, PlanEvery, PlanPrune, PlanPruneInside } from '../checked.ts';
import type { Scope } from '../closing.ts';
import { sayUnavailable } from '../later.ts';
import type { Horizon } from '../optimizer.ts';
import { period } from '../options.ts';
import type { RunCheck, StepBase } from '../run.ts';
import { pruneStep } from './prune.ts';

/** The state in hand is that of the inference; null after a report. `horizon` is null where its length is not known. */
export function everyOptions(
  run: RunCheck,
  step: InferStep,
  base: StepBase,
  horizon: Horizon | null,
  scope: Scope,
): readonly PlanEvery[] | null {
  const found = (step.options?.every ?? []).map((every) => {
    const prunes = every.steps.map((inside) => pruneInside(run, inside, base)).filter((p) => p !== null);
    const steps = stepsWithin(run, every.period, horizon, scope);
    return steps === null || prunes.length < every.steps.length ? null : { steps, prunes, span: every.span };
  });
  const whole = found.filter((entry) => entry !== null);
  return whole.length < found.length ? null : whole;
}

const PERIOD = {
  name: 'every',
  type: { kind: 'period' },
  default: null,
  required: false,
  doc: 'how often steps are done during a training',
} as const;

/** As many as fit into the training; null after a report. */
export function stepsWithin({ ctx }: RunCheck, value: Expr, horizon: Horizon | null, scope: Scope): number | null {
  const written = period(ctx, { name: 'every', nameSpan: value.span, value, span: value.span }, PERIOD, scope);
  if (written === null || horizon === null) return null;
  const { count, unit } = written;
  const steps = Math.round(unit === 'steps' ? count : (count * horizon.steps) / horizon.epochs);
  if (steps >= 1 && steps <= horizon.steps) return steps;
  const found = `${countOf(steps, 'step')}, and the training has ${countOf(horizon.steps, 'step')}`;
  ctx.report.say('BP2015', value.span, `\`every\` is ${found}`, {
    hint: `write \`every ${horizon.steps} steps\` at most`,
  });
  return null;
}

function pruneInside(run: RunCheck, step: Step, base: StepBase): PlanPruneInside | null {
  if (step.kind === 'error') return null;
  if (step.kind !== 'prune') {
    sayUnavailable(run.ctx.report, step.span, `\`${step.kind}\` within \`every\``);
    return null;
  }
  if (step.name !== null || step.from !== null) {
    sayUnavailable(run.ctx.report, step.span, '`prune` with a name or a state within `every`');
    return null;
  }
  const soft = step.options?.items.some(isSoft) === true;
  const prune = pruneStep(run, withoutSoft(step), { ...base, name: null, from: null, span: step.span });
  if (soft && prune !== null && !holdValues(run, step, prune)) return null;
  return prune === null ? null : { prune, soft };
}

/** What is pruned softly is a value that the next gradient may bring back; an expression of a guide's `param`s is none. False after a report. */
function holdValues({ ctx, current }: RunCheck, step: PruneStep, { sites }: PlanPrune): boolean {
  const made = current?.guide?.find(({ site, expressions }) => sites.includes(site) && hasValue(expressions));
  if (made === undefined) return true;
  sayUnavailable(
    ctx.report,
    step.span,
    `\`soft\` pruning of \`${made.site}\`, whose values the guide makes of \`param\`s,`,
  );
  return false;
}

const hasValue = (expressions: CheckedGuideSite['expressions'] = {}) => 'mean' in expressions || 'value' in expressions;

const isSoft = (item: { readonly kind: string }) => item.kind === 'name' && 'name' in item && item.name === 'soft';

function withoutSoft(step: PruneStep): PruneStep {
  const { options } = step;
  return options === null ? step : { ...step, options: { ...options, items: options.items.filter((i) => !isSoft(i)) } };
}
