/**
 * Names that the language has and that no record of the catalogue brings yet, by what they are. The catalogue is asked first:
 * once a record is there its name must go from here, which a test sees to.
 */
import type { Span } from '../../base/span.ts';
import { sayUnavailable } from './later.ts';
import type { Report } from './report.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const PLANNED = {
  distribution: words(`
    LogNormal TruncatedNormal TruncatedLogNormal GroupLaplace Cauchy HalfNormal HalfCauchy Gamma InverseGamma Beta
    Exponential TruncatedExponential Uniform Bernoulli Poisson Binomial SpikeSlab Horseshoe RegularizedHorseshoe
    GroupNormalJeffreys HardConcrete Ordered MultivariateNormal Dirichlet LowRankNormal Prior Integer Markov`),
  layer: words(`
    conv1d depthwise_conv2d layer_norm reshape dropout embedding concat gate leaky_relu silu gelu`),
  reader: words('npz images uci'),
  engine: words('swag ensemble sghmc laplace'),
  estimator: words('flipout'),
  optimizer: words('proximal dual_averaging'),
  criterion: words('fisher gradient_norm group_norm loss_increase random inclusion gate'),
  metric: words(`
    barrier bytes coverage crps elbo gradient latency log_evidence predictive_sd relative_error remaining support survived
    training_flops uce auroc`),
  'export format': words('onnx report'),
  function: words(`
    any between count cosh decreasing draw edf_below edge_inclusion increasing kaiming_uniform mean median mode
    node_inclusion norm pow quantile rank relu_mean responsibility running_mean sd sin softmax spearman sum uniform`),
} as const;

export type PlannedKind = keyof typeof PLANNED;

/** True after saying that `name` is no mistake, but not available yet. */
export function sayPlanned(report: Report, kind: PlannedKind, name: string, place: Span): boolean {
  if (!PLANNED[kind].has(name)) return false;
  sayUnavailable(report, place, `${kind} \`${name}\``);
  return true;
}
