/** `require`: whether a condition on the run's figures holds. A failed one is recorded and lets the run go on. */
import type { Expr, HostValue } from '../../base/expr.ts';
import type { PlanRequire } from '../../language/check/checked.ts';
import { evaluateConstant, figureKey, partsOf } from '../../language/index.ts';
import { resultOf, type StepKind } from './step.ts';

export const requireStep: StepKind<PlanRequire> = {
  kind: 'require',
  async run(step, state, context) {
    const found = figuresIn(step.condition, context.figures);
    const value = evaluateConstant(step.condition, context.figures);
    const held = value.ok && value.value === true;
    const text = step.text.replace(/^require\s+/, '');
    await context.record.metrics({ step: step.index, require: text, held, found });
    return { state, result: resultOf(step, { requirement: { text, held, found } }) };
  },
};

/** The figures that the condition mentions, with their values. */
function figuresIn(expr: Expr, figures: ReadonlyMap<string, HostValue>): Record<string, HostValue> {
  const key = expr.kind === 'member' || expr.kind === 'call' ? figureKey(expr) : null;
  const value = key === null ? undefined : figures.get(key);
  if (key !== null && value !== undefined) return { [key]: value };
  return Object.assign({}, ...partsOf(expr).map((part) => figuresIn(part, figures))) as Record<string, HostValue>;
}
