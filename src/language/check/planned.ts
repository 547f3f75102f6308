/**
 * Names that the language has and that no record of the catalogue brings yet, by what they are. The catalogue is asked first:
 * once a record is there its name must go from here, which a test sees to.
 */
import type { Span } from '../../base/span.ts';
import { sayUnavailable } from './later.ts';
import type { Report } from './report.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

export const PLANNED = {
  distribution: words('Prior Integer Markov'),
  reader: words(''),
  engine: words(''),
  criterion: words('fisher gradient_norm group_norm loss_increase random gate'),
  quantity: words('bias draws input output grad loss size'),
  metric: words(`
    barrier bytes coverage crps elbo gradient latency log_evidence predictive_sd relative_error remaining support survived
    training_flops uce auroc`),
  'export format': words('onnx report'),
  function: words(`
    any between count kl decreasing draw edf_below edge_inclusion fixed flops increasing kaiming_uniform mean median mode
    node_inclusion norm pow quantile rank relu_mean responsibility running_mean sd softmax spearman sum uniform
    weights`),
} as const;

/** Options that the language has and that no record declares yet, by the verb that takes them. */
export const PLANNED_OPTIONS = {
  infer: words(`
 gradient seed temperature`),
  prune: words('allocate at_most compensate search soft'),
} as const;

/** Options that can be given `of` one site. */
export const PLANNED_OF_SITE = words('estimator gradient optimizer parameterization');

const GROUPS = words('biases channels columns filters inputs outputs parameters units weights');

/** What a metric can be asked of beside a split: `kept(units)`. */
export const PLANNED_ARGUMENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  kept: GROUPS,
  sparsity: GROUPS,
  compression: words('bits'),
};

export type PlannedKind = keyof typeof PLANNED;

/** True after saying that `name` is no mistake, but not available yet. */
export function sayPlanned(report: Report, kind: PlannedKind, name: string, place: Span): boolean {
  if (!PLANNED[kind].has(name)) return false;
  sayUnavailable(report, place, `${kind} \`${name}\``);
  return true;
}
