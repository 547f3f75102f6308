/** The contract of a layer kind: its signature, what it computes, and the linear map that its parameters define. */
import type { LayerSignature } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedLayer } from '../language/check/checked.ts';
import type { WeightSource } from './density.ts';

export interface Layer extends LayerSignature {
  /** The layer's value for its inputs `[rows, ...shape]`; layers with weights leave their linear map to `weights`. */
  emit(b: GraphBuilder, layer: CheckedLayer, inputs: readonly [Ref, ...Ref[]], weights: WeightSource): Ref;
  /** `x` times `w` without the bias, for layers with weights: declared once, used by every estimator. Null for the others. */
  readonly linear: ((b: GraphBuilder, layer: CheckedLayer, x: Ref, w: Ref) => Ref) | null;
}
