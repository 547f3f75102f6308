/**
 * Flipout (Wen, Vicol, Ba, Tran & Grosse 2018, eq. 3 and 4): one draw of the weights' deviations for the batch, whose signs each row
 * turns by its own coins, one for each input channel and one for each output channel,
 *   y_n = x_n M + ((x_n s_n) D) r_n.
 * Deviations that are independent and symmetric have their own law after that, so each row sees weights of the guide, places of a
 * picture included, and the rows of a batch are not correlated any more. It costs two linear maps, and one set of deviations in memory.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { CheckedLayer } from '../../language/check/checked.ts';
import { drawFrom, type SiteView, sdOf } from '../../model/guide.ts';
import { linearMap, parameterPaths } from '../../model/weights.ts';
import type { Estimator } from '../estimator.ts';

export const flipout: Estimator = {
  name: 'flipout',
  doc: 'one draw of the weights for a batch, with signs of its own for each row: exact for convolutions too',
  bias: () => null,
  weights(noises, rows, viewOf) {
    const standard = ({ site }: SiteView) =>
      noises.noise(`${site.path}.draw`, [site.path, 'draw'], 'normal', site.shape);
    const draw = (view: SiteView) => drawFrom(noises.graph, view, () => standard(view));
    /** What a draw has beside the mean; null for a point. */
    const deviation = (b: GraphBuilder, view: SiteView): Ref | null => {
      const sd = sdOf(b, view);
      return sd === null ? null : b.mul(sd, standard(view));
    };
    /** -1 or 1 for each row and channel, along the last axis of a value. */
    const coins = (b: GraphBuilder, layer: CheckedLayer, side: 'inputs' | 'outputs', { type: { shape } }: Ref): Ref => {
      const channels = shape.at(-1)!;
      const uniform = noises.noise(`${layer.path}.${side}`, [layer.path, side], 'uniform', [rows, channels]);
      const signs = b.sub(b.mul(b.step(b.sub(uniform, 0.5)), 2), 1);
      return b.reshape(signs, [rows, ...shape.slice(2).map(() => 1), channels]);
    };
    return {
      source: {
        linear(b, layer, x) {
          const paths = parameterPaths(layer);
          const weight = viewOf(paths.weight);
          const bias = paths.bias === null ? null : viewOf(paths.bias);
          const product = linearMap(b, layer, x, weight.mean);
          const mean = bias === null ? product : b.add(product, bias.mean);
          const [ofWeight, ofBias] = [deviation(b, weight), bias === null ? null : deviation(b, bias)];
          if (ofWeight === null && ofBias === null) return mean;
          const moved =
            ofWeight === null ? null : linearMap(b, layer, b.mul(x, coins(b, layer, 'inputs', x)), ofWeight);
          const both = moved === null ? ofBias! : ofBias === null ? moved : b.add(moved, ofBias);
          return b.add(mean, b.mul(both, coins(b, layer, 'outputs', mean)));
        },
        // Outside the linear map: one draw for the whole batch.
        value: (_b, layer, role) => draw(viewOf(`${layer.path}.${role}`)),
      },
      // A divergence without a closed form is judged at the draw whose signs no row has turned.
      draw,
    };
  },
};
