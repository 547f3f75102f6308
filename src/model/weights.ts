/** Weight sources, and the linear maps that they share. */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedLayer } from '../language/check/checked.ts';
import type { WeightSource } from './density.ts';
import { layers } from './layers/index.ts';

/** The parameter paths of a layer with weights; it may have no bias. */
export function parameterPaths(layer: CheckedLayer): { readonly weight: string; readonly bias: string | null } {
  const hasBias = layer.parameters.some((p) => p.role === 'bias');
  return { weight: `${layer.path}.weight`, bias: hasBias ? `${layer.path}.bias` : null };
}

/** `x` times `w` in the way of the layer's kind, without the bias. */
export function linearMap(b: GraphBuilder, layer: CheckedLayer, x: Ref, w: Ref): Ref {
  const linear = layers.get(layer.kind)?.linear ?? null;
  if (linear === null) throw new Error(`internal: a \`${layer.kind}\` layer has no linear map`);
  return linear(b, layer, x, w);
}

/** Every layer uses one value of its weight and bias, the same for all rows. */
export function drawnWeights(drawOf: (site: string) => Ref): WeightSource {
  return {
    linear(b, layer, x) {
      const { weight, bias } = parameterPaths(layer);
      const product = linearMap(b, layer, x, drawOf(weight));
      const sum = bias === null ? product : b.add(product, drawOf(bias));
      return b.label(sum, `output of ${layer.path}`, layer.span);
    },
    value: (_b, layer, role) => drawOf(`${layer.path}.${role}`),
  };
}
