/** `flatten`: the numbers of each example in one row, the last axis fastest. */
import { sizeOf } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';

export const flatten: Layer = {
  name: 'flatten',
  doc: 'all numbers of an example in one row',
  options: [],
  inputs: 'one',
  channels: 'kept',
  infer: ([input]) => ({ ok: true, output: [sizeOf(input)], parameters: [], statistics: [], multiplyAdds: 0 }),
  emit(b, layer, [x]) {
    const rows = x.type.shape[0]!;
    return layer.inputShape.length === 1 ? x : b.reshape(x, [rows, sizeOf(layer.inputShape)]);
  },
  linear: null,
};
