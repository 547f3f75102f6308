/** Noise of layers, such as what a dropout keeps: fresh numbers for each row in each step of a training, from the layer's own stream. */
import type { Shape } from '../base/host-array.ts';
import type { NoiseKind } from '../graph/program.ts';
import type { CheckedLayer, CheckedNetwork } from '../language/check/checked.ts';
import { layers } from './layers/index.ts';

/** Noise of a network by its name, `dropout[1].keep`. */
export interface LayerNoiseRef {
  readonly name: string;
  /** Its place below the run step's noise. */
  readonly path: readonly string[];
  readonly kind: NoiseKind;
  /** For one row. */
  readonly shape: Shape;
}

export function noiseName(layer: CheckedLayer, role: string): string {
  return `${layer.path}.${role}`;
}

export function layerNoiseOf(network: CheckedNetwork): readonly LayerNoiseRef[] {
  return network.layers.flatMap((layer) =>
    (layers.get(layer.kind)?.noise?.(layer) ?? []).map(({ role, kind, shape }) => ({
      ...{ name: noiseName(layer, role), path: [layer.path, role], kind, shape },
    })),
  );
}
