/** KL(Exponential(r) || Exponential(s)) = log(r / s) + s / r - 1. */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const exponentialExponential: ClosedForm = {
  guide: 'Exponential',
  prior: 'Exponential',
  doc: 'exact',
  elements(b, guide, prior) {
    const ratio = b.div(argument(prior, 'rate'), guide('rate'));
    return b.sub(b.sub(ratio, b.log(ratio)), 1);
  },
};
