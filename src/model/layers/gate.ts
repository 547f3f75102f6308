/**
 * `gate(a, m)`: `a` times `m`, which has one number for each channel of `a` (a mask that the network computes for each example:
 * Hu, Shen & Sun 2018) or one for each number of `a`.
 */
import { formatShape, sameShape } from '../../base/host-array.ts';
import type { Layer } from '../layer.ts';

export const gate: Layer = {
  name: 'gate',
  doc: 'the first line times the second, which has a number for each channel; the lines are named in brackets',
  options: [],
  inputs: 'several',
  channels: 'joined',
  infer([gated, mask, ...others]) {
    const wanted = gated.slice(-1);
    const problem =
      others.length > 0
        ? `\`gate\` takes a line and its mask, but gets ${others.length + 2} lines`
        : mask !== undefined && (sameShape(mask, wanted) || sameShape(mask, gated))
          ? null
          : `\`gate\` needs a mask of ${formatShape(wanted)} for ${formatShape(gated)}, but gets ${formatShape(mask ?? [])}`;
    if (problem !== null) {
      const hint = `write \`gate(a, m)\`, where \`m\` ends with \`dense(${wanted[0] ?? 1})\` and \`sigmoid\`, for instance`;
      return { ok: false, problem, hint };
    }
    return { ok: true, output: gated, parameters: [], statistics: [], multiplyAdds: 0 };
  },
  emit(b, _layer, [gated, mask]) {
    const { shape } = mask!.type;
    const between = new Array<number>(gated.type.shape.length - shape.length).fill(1);
    return b.mul(gated, b.reshape(mask!, [shape[0]!, ...between, ...shape.slice(1)]));
  },
  linear: null,
};
