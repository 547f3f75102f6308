/** The closed forms that are known. A new pair: one file, one line here; pairs without one are estimated (`kl.ts`). */
import type { ClosedForm } from './form.ts';
import { normalFlat } from './normal-flat.ts';
import { normalLogUniform } from './normal-log-uniform.ts';
import { normalNormal } from './normal-normal.ts';

export const closedForms: readonly ClosedForm[] = [normalNormal, normalLogUniform, normalFlat];

/** The closed form of KL(guide || prior), or null. */
export function closedForm(guide: string, prior: string): ClosedForm | null {
  return closedForms.find((form) => form.guide === guide && form.prior === prior) ?? null;
}
