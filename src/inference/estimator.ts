/** The contract of an estimator: how the randomness of the weights enters one training step. */
import type { Named } from '../base/registry.ts';
import type { Ref } from '../graph/builder.ts';
import type { CheckedLayer } from '../language/check/checked.ts';
import type { WeightSource } from '../model/density.ts';
import type { SiteView } from '../model/guide.ts';
import type { NoiseSource } from '../model/step-program.ts';

export interface EstimatedWeights {
  readonly source: WeightSource;
  /** One draw of a site, for divergences without a closed form. */
  draw(view: SiteView): Ref;
}

export interface Estimator extends Named {
  /** Why the likelihood that it estimates at a layer whose weights have a spread is not that under the guide; null where it is. */
  bias(layer: CheckedLayer): string | null;
  weights(noises: NoiseSource, rows: number, viewOf: (site: string) => SiteView): EstimatedWeights;
}
