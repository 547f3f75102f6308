/** `add(a, b, ...)`: the sum of lines of equal shape; what residual networks are made of (He et al. 2016). */
import { formatShape, sameShape } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';

export const add: Layer = {
  name: 'add',
  doc: 'the sum of two or more lines of equal shape, named in brackets',
  options: [],
  inputs: 'several',
  channels: 'joined',
  infer([first, ...others]) {
    const other = others.find((shape) => !sameShape(shape, first));
    if (other !== undefined) {
      return {
        ok: false,
        problem: `\`add\` needs lines of equal shape, but gets ${formatShape(first)} and ${formatShape(other)}`,
        hint: 'bring one of them to the shape of the other, with a layer of the right size and stride',
      };
    }
    return { ok: true, output: first, parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit: (b, _layer, [first, ...others]) => others.reduce((sum, next) => b.add(sum, next), first),
  linear: null,
};
