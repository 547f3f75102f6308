/** Windows that convolutions and pools lay over an image: the options they share, and what these make of a shape. */
import type { LayerShape, OptionSpec, OptionValues } from '../../base/catalogue.ts';
import { formatShape, type Shape } from '../../base/host-array.ts';
import { noSequence } from './axes.ts';

export interface Windows {
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  /** Rows and columns of windows. */
  readonly output: readonly [number, number];
}

export const sizeOption: OptionSpec = {
  name: 'size',
  type: { kind: 'integer', min: 1 },
  default: null,
  required: true,
  doc: 'height and width of the window',
};

/** `same` puts the odd row or column at the end, as TensorFlow does: ceil(input / stride) outputs. */
export const paddingOption: OptionSpec = {
  name: 'padding',
  type: { kind: 'choice', values: ['valid', 'same'], number: { min: 0, whole: true } },
  default: 'valid',
  required: false,
  doc: '`valid`: none, `same`: as many outputs as inputs at stride 1, or a number of pixels on every side',
};

export function strideOption(standard: number | null): OptionSpec {
  const without = standard === null ? ', the size if left out' : '';
  return {
    name: 'stride',
    type: { kind: 'integer', min: 1 },
    default: standard,
    required: false,
    doc: `how far the window moves${without}`,
  };
}

/** The windows of a layer over an image of a shape that `imageProblem` has found to fit. */
export function windowsOver([height, width]: Shape, options: OptionValues): Windows {
  const size = Number(options.size);
  const stride = Number(options.stride ?? options.size);
  const [rows, columns] = [alongAxis(height!, size, stride, options), alongAxis(width!, size, stride, options)];
  return {
    window: [size, size],
    strides: [stride, stride],
    padding: [rows.padding, columns.padding],
    output: [rows.count, columns.count],
  };
}

/** The same along a sequence `[length, channels]`, taken as an image of one row. */
export function windowsAlong([length]: Shape, options: OptionValues): Windows {
  const size = Number(options.size);
  const stride = Number(options.stride ?? options.size);
  const { padding, count } = alongAxis(length!, size, stride, options);
  return { window: [1, size], strides: [1, stride], padding: [[0, 0], padding], output: [1, count] };
}

function alongAxis(length: number, size: number, stride: number, { padding }: OptionValues) {
  if (padding === 'same') {
    const count = Math.ceil(length / stride);
    const total = Math.max(0, (count - 1) * stride + size - length);
    const before = Math.floor(total / 2);
    return { padding: [before, total - before] as const, count };
  }
  const each = padding === undefined || padding === 'valid' ? 0 : Number(padding);
  return { padding: [each, each] as const, count: Math.floor((length + 2 * each - size) / stride) + 1 };
}

/** What keeps windows from being laid over this input; null when nothing does. */
export function imageProblem(
  name: string,
  input: Shape,
  options: OptionValues,
): Extract<LayerShape, { ok: false }> | null {
  if (input.length !== 3) return noImage(name, input);
  const { output } = windowsOver(input, options);
  if (output.every((n) => n >= 1)) return null;
  const size = Number(options.size);
  return {
    ok: false,
    problem: `\`${name}\` lays windows of ${size} by ${size} over an image of ${input[0]} by ${input[1]}`,
    hint: 'choose a smaller size, or `padding = same`',
  };
}

/** The same for a sequence. */
export function sequenceProblem(
  name: string,
  input: Shape,
  options: OptionValues,
): Extract<LayerShape, { ok: false }> | null {
  if (input.length !== 2) return noSequence(name, input);
  if (windowsAlong(input, options).output[1] >= 1) return null;
  return {
    ok: false,
    problem: `\`${name}\` lays windows of ${Number(options.size)} along a sequence of ${input[0]}`,
    hint: 'choose a smaller size, or `padding = same`',
  };
}

/** For layers that work on images alone. */
export function noImage(name: string, input: Shape): Extract<LayerShape, { ok: false }> {
  return {
    ok: false,
    problem: `\`${name}\` needs an image [height, width, channels], but gets ${formatShape(input)}`,
    hint: 'put it before the `flatten` line, or begin with `input image[height, width, channels]`',
  };
}
