/**
 * Local reparameterisation (Kingma, Salimans & Welling 2015, section 2.3): with independent normal weights the
 * pre-activations are normal too, mean x M + m_b and variance x^2 S + s_b, and are drawn for each row.
 * One function over a layer's linear map, whatever the kind of layer.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { CheckedLayer } from '../../language/check/checked.ts';
import { drawFrom, type SiteView } from '../../model/guide.ts';
import { linearMap, parameterPaths } from '../../model/weights.ts';
import type { Estimator } from '../estimator.ts';

/** Under the root, so that its gradient stays finite where all inputs are 0 (the code of Molchanov et al. 2017). */
const VARIANCE_FLOOR = 1e-8;

export const localReparameterization: Estimator = {
  name: 'local_reparameterization',
  doc: 'draws pre-activations for each row instead of weights: little gradient noise',
  bias(layer) {
    const outputs = layer.parameters.find((p) => p.role === 'weight')?.shape.at(-1);
    return outputs === undefined || sizeOf(layer.outputShape) === outputs
      ? null
      : 'draws the outputs of a layer apart from each other, although places of a row share its weights';
  },
  weights(noises, _rows, viewOf) {
    return {
      source: {
        linear(b, layer, x) {
          const paths = parameterPaths(layer);
          const weight = viewOf(paths.weight);
          const bias = paths.bias === null ? null : viewOf(paths.bias);
          const product = linearMap(b, layer, x, weight.mean);
          const mean = bias === null ? product : b.add(product, bias.mean);
          const variance = varianceMap(b, layer, x, weight, bias);
          if (variance === null) return mean;
          b.label(mean, `mean of the output of ${layer.path}`, layer.span);
          b.label(variance, `variance of the output of ${layer.path}`, layer.span);
          const noise = noises.noise(`${layer.path}.local`, [layer.path, 'local'], 'normal', mean.type.shape);
          return b.add(mean, b.mul(b.sqrt(variance), noise));
        },
        // Outside the linear map: one draw for the whole batch.
        value(_b, layer, role) {
          const view = viewOf(`${layer.path}.${role}`);
          return drawFrom(noises.graph, view, () => klNoise(view));
        },
      },
      draw: (view) => drawFrom(noises.graph, view, () => klNoise(view)),
    };
    function klNoise({ site }: SiteView): Ref {
      return noises.noise(`${site.path}.kl`, [site.path, 'kl'], 'normal', site.shape);
    }
  },
};

/** Variance of each pre-activation plus the floor; null when neither weight nor bias has a spread. */
function varianceMap(
  b: GraphBuilder,
  layer: CheckedLayer,
  x: Ref,
  weight: SiteView,
  bias: SiteView | null,
): Ref | null {
  const ofWeight = weight.spread === null ? null : linearMap(b, layer, b.square(x), weight.spread.variance);
  const ofBias = bias?.spread?.variance ?? null;
  if (ofWeight !== null) {
    return ofBias === null ? b.add(ofWeight, VARIANCE_FLOOR) : b.add(ofWeight, b.add(ofBias, VARIANCE_FLOOR));
  }
  return ofBias === null ? null : b.broadcast(b.add(ofBias, VARIANCE_FLOOR), [x.type.shape[0]!, ...layer.outputShape]);
}
