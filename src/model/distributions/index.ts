/** The distributions that models and guides may use. A new one: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Distribution } from '../distribution.ts';
import { bernoulli } from './bernoulli.ts';
import { beta } from './beta.ts';
import { binomial } from './binomial.ts';
import { categorical } from './categorical.ts';
import { cauchy } from './cauchy.ts';
import { delta } from './delta.ts';
import { dirichlet } from './dirichlet.ts';
import { exponential } from './exponential.ts';
import { flat } from './flat.ts';
import { gamma } from './gamma.ts';
import { groupLaplace } from './group-laplace.ts';
import { groupNormalJeffreys } from './group-normal-jeffreys.ts';
import { halfCauchy } from './half-cauchy.ts';
import { halfNormal } from './half-normal.ts';
import { hardConcrete } from './hard-concrete.ts';
import { horseshoe } from './horseshoe.ts';
import { inverseGamma } from './inverse-gamma.ts';
import { laplace } from './laplace.ts';
import { logNormal } from './log-normal.ts';
import { logUniform } from './log-uniform.ts';
import { lowRankNormal } from './low-rank-normal.ts';
import { mixture } from './mixture.ts';
import { multivariateNormal } from './multivariate-normal.ts';
import { normal } from './normal.ts';
import { ordered } from './ordered.ts';
import { poisson } from './poisson.ts';
import { regularizedHorseshoe } from './regularized-horseshoe.ts';
import { spikeSlab } from './spike-slab.ts';
import { studentT } from './student-t.ts';
import { truncatedExponential } from './truncated-exponential.ts';
import { truncatedLogNormal } from './truncated-log-normal.ts';
import { truncatedLogUniform } from './truncated-log-uniform.ts';
import { truncatedNormal } from './truncated-normal.ts';
import { uniform } from './uniform.ts';

export const distributions = registry<Distribution>([
  ...[normal, laplace, studentT, cauchy, logUniform, flat, mixture, groupLaplace, groupNormalJeffreys],
  ...[horseshoe, regularizedHorseshoe, spikeSlab],
  ...[logNormal, halfNormal, halfCauchy, gamma, inverseGamma, exponential, beta],
  ...[truncatedNormal, truncatedLogNormal, truncatedLogUniform, truncatedExponential, uniform, hardConcrete],
  ...[categorical, bernoulli, binomial, poisson, ordered],
  ...[multivariateNormal, dirichlet, delta, lowRankNormal],
]);
