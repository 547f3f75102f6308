/** The contract of a layer kind: its signature, what it computes, and the linear map that its parameters define. */
import type { LayerSignature } from '../base/catalogue.ts';
import type { Shape } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { NoiseKind } from '../graph/program.ts';
import type { CheckedLayer } from '../language/check/checked.ts';
import type { WeightSource } from './density.ts';

/** What a layer may ask for while its graph is built. */
export interface LayerContext {
  readonly weights: WeightSource;
  /** False while predictions are made, and while statistics are taken anew for them: nothing is drawn then. */
  readonly training: boolean;
  /** True: statistics are those of the batch, and are reported. False: the running ones are used. */
  readonly ofBatch: boolean;
  /** A running statistic before the step. */
  statistic(role: string): Ref;
  /** Reports a statistic of the batch; `momentum` is what a step keeps of the running one. */
  report(role: string, value: Ref, momentum: number): void;
  /** Fresh numbers `[rows, ...shape]` that the record declares; there are none unless `training`. */
  noise(role: string): Ref;
}

/** Numbers that a layer draws for each row in each step of a training. */
export interface LayerNoise {
  readonly role: string;
  readonly kind: NoiseKind;
  /** For one row. */
  readonly shape: Shape;
}

/**
 * What becomes of the channels (units, filters: the last axis) of a layer's inputs. `own`: the outputs are channels of its own.
 * `kept`: each stays, in one or several numbers. `joined`: those of all inputs, one by one. `stacked`: those of all inputs, side
 * by side. `rearranged`: they cannot be told apart behind it.
 */
export type Channels = 'own' | 'kept' | 'joined' | 'stacked' | 'rearranged';

export interface Layer extends LayerSignature {
  readonly channels: Channels;
  /** The layer's value for its inputs `[rows, ...shape]`; layers with weights leave their linear map to `context.weights`. */
  emit(b: GraphBuilder, layer: CheckedLayer, inputs: readonly [Ref, ...Ref[]], context: LayerContext): Ref;
  /** What it draws in training; left out by those that draw nothing. */
  readonly noise?: (layer: CheckedLayer) => readonly LayerNoise[];
  /** `x` times `w` without the bias, for layers with weights: declared once, used by every estimator. Null for the others. */
  readonly linear: ((b: GraphBuilder, layer: CheckedLayer, x: Ref, w: Ref) => Ref) | null;
}
