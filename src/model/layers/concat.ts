/** `concat(a, b, ...)`: the channels (the last axis) of lines side by side, as in DenseNet (Huang et al. 2017). */
import { formatShape, type Shape, sameShape } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';
import { noAxis } from './axes.ts';

const places = (shape: Shape): Shape => shape.slice(0, -1);

export const concat: Layer = {
  name: 'concat',
  doc: 'the channels of two or more lines side by side; the lines are named in brackets',
  options: [],
  inputs: 'several',
  channels: 'stacked',
  infer(inputs) {
    const [first, ...others] = inputs;
    const single = inputs.find((shape) => shape.length === 0);
    if (single !== undefined) return noAxis('concat', single);
    const other = others.find((shape) => !sameShape(places(shape), places(first)));
    if (other !== undefined) {
      return {
        ok: false,
        problem: `\`concat\` needs lines that differ in their channels alone, but gets ${formatShape(first)} and ${formatShape(other)}`,
        hint: 'bring one of them to the height and width of the other, with a layer of the right stride',
      };
    }
    const channels = inputs.reduce((sum, shape) => sum + shape.at(-1)!, 0);
    return { ok: true, output: [...places(first), channels], parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit: (b, _layer, inputs) => b.concat(inputs, inputs[0].type.shape.length - 1),
  linear: null,
};
