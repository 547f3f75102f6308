/**
 * The joint density of a checked model, as functions that emit graph. It holds no parameters and draws nothing:
 * engines and predictions decide where weights come from.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { InputSpec, StepProgram } from '../graph/program.ts';
import type { CheckedLayer, CheckedModel, CheckedSite } from '../language/check/checked.ts';

/** How a layer's linear map is applied: by weights that were drawn, or by local reparameterisation, or ... */
export interface WeightSource {
  /** `x` times the layer's weight plus its bias. */
  linear(b: GraphBuilder, layer: CheckedLayer, x: Ref): Ref;
}

export interface Density {
  readonly kind: 'density';
  readonly model: CheckedModel;
  readonly sites: readonly CheckedSite[];
  /** Training rows N. */
  readonly rows: number;
  /** The columns that a step reads, for `rows` rows: the network's input as f32, the observed column (i32 for classes). */
  batch(rows: number): readonly InputSpec[];
  /** Sum over the site's elements of the log prior at `value`. */
  logPrior(b: GraphBuilder, site: CheckedSite, value: Ref): Ref;
  /** The network's output, `[rows, ...]`. */
  forward(b: GraphBuilder, weights: WeightSource, x: Ref): Ref;
  /** Log likelihood of each row, `[rows]`. */
  logLikelihood(b: GraphBuilder, output: Ref, observed: Ref): Ref;
  /**
   * A function of one draw of the weights (state `fc1.weight`, ...): info `log_likelihood` `[rows]`, and the likelihood's
   * parameters: `probabilities` `[rows, classes]` for Categorical; `mean` and `sd` `[rows]` for Normal.
   */
  predict(rows: number): StepProgram;
}
