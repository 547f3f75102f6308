/** The closed forms that are known. A new pair: one file, one line here; pairs without one are estimated (`kl.ts`). */
import { bernoulliBernoulli } from './bernoulli-bernoulli.ts';
import { betaBeta } from './beta-beta.ts';
import { exponentialExponential } from './exponential-exponential.ts';
import type { ClosedForm } from './form.ts';
import { gammaGamma } from './gamma-gamma.ts';
import { hardConcreteBernoulli } from './hard-concrete-bernoulli.ts';
import { laplaceLaplace } from './laplace-laplace.ts';
import { logNormalExponential } from './log-normal-exponential.ts';
import { logNormalGamma } from './log-normal-gamma.ts';
import { logNormalHalfNormal } from './log-normal-half-normal.ts';
import { logNormalInverseGamma } from './log-normal-inverse-gamma.ts';
import { logNormalLogNormal } from './log-normal-log-normal.ts';
import { normalFlat } from './normal-flat.ts';
import { normalLaplace } from './normal-laplace.ts';
import { normalLogUniform } from './normal-log-uniform.ts';
import { normalNormal } from './normal-normal.ts';
import { orderedOrdered } from './ordered-ordered.ts';
import { truncatedLogNormalLogUniform } from './truncated-log-normal-log-uniform.ts';

export const closedForms: readonly ClosedForm[] = [
  ...[normalNormal, normalLaplace, normalLogUniform, normalFlat],
  ...[laplaceLaplace, logNormalLogNormal, truncatedLogNormalLogUniform],
  ...[logNormalGamma, logNormalInverseGamma, logNormalExponential, logNormalHalfNormal],
  ...[gammaGamma, exponentialExponential, betaBeta, bernoulliBernoulli, hardConcreteBernoulli, orderedOrdered],
];

/** The closed form of KL(guide || prior), or null. */
export function closedForm(guide: string, prior: string): ClosedForm | null {
  return closedForms.find((form) => form.guide === guide && form.prior === prior) ?? null;
}
