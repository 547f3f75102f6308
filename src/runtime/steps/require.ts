/** `require`: whether a condition on the run's figures holds. A failed one is recorded and lets the run go on. */
import { type Expr, type HostValue, partsOf } from '../../base/expr.ts';
import { guaranteeOf } from '../../inference/guarantee.ts';
import type { PlanRequire } from '../../language/check/checked.ts';
import { compileSchedule, evaluateConstant, figureKey, GUARANTEE } from '../../language/index.ts';
import { resultOf, type StepKind } from './step.ts';

export const requireStep: StepKind<PlanRequire> = {
  kind: 'require',
  async run(step, state, context) {
    const figures = new Map(context.figures);
    if (step.inference !== null) figures.set(GUARANTEE, guaranteeOf(step.inference, compileSchedule).verdict);
    const found = figuresIn(step.condition, figures);
    const value = evaluateConstant(step.condition, figures);
    const held = value.ok && value.value === true;
    const text = step.text.replace(/^require\s+/, '');
    await context.record.metrics({ step: step.index, require: text, held, found });
    const notes = value.ok
      ? []
      : [`the condition could not be worked out: ${value.diagnostic?.message ?? 'a figure is missing'}`];
    return { state, result: resultOf(step, { requirement: { text, held, found }, details: { notes } }) };
  },
};

/** The figures that the condition mentions, with their values. */
function figuresIn(expr: Expr, figures: ReadonlyMap<string, HostValue>): Record<string, HostValue> {
  const key = ['member', 'call', 'name'].includes(expr.kind) ? figureKey(expr) : null;
  const value = key === null ? undefined : figures.get(key);
  if (key !== null && value !== undefined) return { [key]: value };
  return Object.assign({}, ...partsOf(expr).map((part) => figuresIn(part, figures))) as Record<string, HostValue>;
}
