/**
 * `embedding(vocabulary, width)`: each whole number 0 ... vocabulary - 1 of the input becomes a row of the table. The row is
 * found by a product with a row of zeros and a one, so that estimators can do with it what they do with every linear map.
 * A number outside the vocabulary has no row: it gives NaN, which a run reports with this layer's name.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Layer } from '../layer.ts';

export const embedding: Layer = {
  name: 'embedding',
  doc: 'a row of weights for each whole number from 0 on',
  options: [
    {
      name: 'vocabulary',
      type: { kind: 'integer', min: 1 },
      default: null,
      required: true,
      doc: 'how many different numbers there are, 0 among them',
    },
    { name: 'width', type: { kind: 'integer', min: 1 }, default: null, required: true, doc: 'how long a row is' },
  ],
  inputs: 'one',
  channels: 'own',
  infer([input], options) {
    const shape = [Number(options.vocabulary), Number(options.width)];
    return {
      ok: true,
      output: [...input, shape[1]!],
      parameters: [{ role: 'weight', shape, fanIn: 1, initialiser: 'normal', counts: 'weight', byName: false }],
      statistics: [],
      multiplyAdds: 0,
    };
  },
  emit: (b, layer, [x], { weights }) => weights.linear(b, layer, marks(b, x, Number(layer.options.vocabulary))),
  linear(b, layer, x, w) {
    const [vocabulary, width] = w.type.shape as readonly [number, number];
    const [rows, ...places] = x.type.shape.slice(0, -1);
    const count = places.reduce((product, n) => product * n, rows!);
    return b.reshape(b.matmul(b.reshape(x, [count, vocabulary]), w), [rows!, ...layer.inputShape, width]);
  },
};

/** A one at each number's place; 0 / 0 all along where it has none. */
function marks(b: GraphBuilder, x: Ref, vocabulary: number): Ref {
  const hot = b.oneHot(b.cast(x, 'i32'), vocabulary);
  return b.div(hot, b.sum(hot, [x.type.shape.length], true));
}
