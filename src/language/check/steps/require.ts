/** `require final.error <= 2% and final.compression >= 60`: figures of named evaluate steps above. */
import { type Expr, partsOf } from '../../../base/expr.ts';
import { holdsError } from '../../evaluate/constant.ts';
import type { RequireStep } from '../../syntax/ast.ts';
import type { PlanRequire } from '../checked.ts';
import { close } from '../closing.ts';
import { figureScope, isGuarantee } from '../figures.ts';
import type { RunCheck, StepBase } from '../run.ts';
import { nounOf, typeOf } from '../types.ts';

export function requireStep(run: RunCheck, step: RequireStep, base: StepBase): PlanRequire | null {
  const { ctx } = run;
  const scope = figureScope(run);
  const condition = close(ctx, step.condition, scope);
  if (holdsError(condition)) return null;
  const { type, shape } = typeOf(ctx, condition, scope);
  if (type === 'unknown') return null;
  if (type !== 'boolean') {
    ctx.report.say('BP2008', step.condition.span, `\`require\` takes a truth value, but this is ${nounOf(type)}`, {
      hint: 'compare it: `require final.error <= 2%`',
    });
    return null;
  }
  if (shape.length > 0) {
    ctx.report.say('BP2008', step.condition.span, '`require` takes one truth value, but this is a list of them', {
      hint:
        step.condition.kind === 'conditional'
          ? '`if` gives one value: compare the column itself, as in `require all(path.error <= 2%)`'
          : 'say of how many it must hold: `require all(...)` or `require any(...)`',
    });
    return null;
  }
  if (!mentionsFigure(condition)) {
    ctx.report.say('BP6009', step.condition.span, 'this requirement depends on nothing that is measured', {
      severity: 'warning',
      hint: 'compare figures of a named evaluate step: `final.error <= 2%`',
    });
  }
  if (!mentionsGuarantee(condition)) return { kind: 'require', ...base, condition, inference: null };
  const inference = run.posterior(step, 'require')?.inference ?? null;
  return inference === null ? null : { kind: 'require', ...base, condition, inference };
}

function mentionsFigure(expr: Expr): boolean {
  return expr.kind === 'member' || isGuarantee(expr) || partsOf(expr).some(mentionsFigure);
}

function mentionsGuarantee(expr: Expr): boolean {
  return isGuarantee(expr) || partsOf(expr).some(mentionsGuarantee);
}
