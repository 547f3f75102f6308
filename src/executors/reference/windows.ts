/** Convolutions and pools in float64, as loops over every place of every window. */
import { type NumericArray, type Shape, sizeOf } from '../../base/host-array.ts';
import type { Convolution, Pooling, Sliding } from '../../graph/ir.ts';
import type { Kernel, Run } from './kernel.ts';

/** For each window (row-major) the pixels (row * width + column) inside the image, with their place in the window. */
interface Windows {
  readonly pixels: readonly Int32Array[];
  readonly places: readonly Int32Array[];
}

function windowsOf(image: Shape, grid: Shape, window: readonly number[], { strides, padding }: Sliding): Windows {
  const [height, width] = [image[1]!, image[2]!];
  const pixels: Int32Array[] = [];
  const places: Int32Array[] = [];
  for (let row = 0; row < grid[1]!; row++) {
    for (let column = 0; column < grid[2]!; column++) {
      const inside: [number, number][] = [];
      for (let i = 0; i < window[0]!; i++) {
        for (let j = 0; j < window[1]!; j++) {
          const r = row * strides[0] - padding[0][0] + i;
          const c = column * strides[1] - padding[1][0] + j;
          if (r >= 0 && r < height && c >= 0 && c < width) inside.push([r * width + c, i * window[1]! + j]);
        }
      }
      pixels.push(Int32Array.from(inside, ([pixel]) => pixel));
      places.push(Int32Array.from(inside, ([, place]) => place));
    }
  }
  return { pixels, places };
}

/** Calls `visit` with the offsets of each product x w of the convolution, and of the sum in which it stands. */
type Visit = (x: number, w: number, y: number) => void;

function eachProduct(image: Shape, filter: Shape, grid: Shape, attrs: Convolution): (visit: Visit) => void {
  const { pixels, places } = windowsOf(image, grid, filter, attrs);
  const [channels, all, filters] = [filter[2]!, image[3]!, filter[3]!];
  const perGroup = filters / attrs.groups;
  const area = image[1]! * image[2]!;
  return (visit) => {
    for (let n = 0; n < image[0]!; n++) {
      pixels.forEach((inside, window) => {
        const y = (n * pixels.length + window) * filters;
        inside.forEach((pixel, at) => {
          const x = (n * area + pixel) * all;
          const w = places[window]![at]! * channels * filters;
          for (let k = 0; k < filters; k++) {
            const group = Math.floor(k / perGroup) * channels;
            for (let c = 0; c < channels; c++) visit(x + group + c, w + c * filters + k, y + k);
          }
        });
      });
    }
  };
}

export const conv2d: Kernel<'conv2d'> = (attrs, type, [image, filter]) => {
  const each = eachProduct(image!.shape, filter!.shape, type.shape, attrs);
  return filled(type.shape, ([x, w], out) =>
    each((i, j, k) => {
      out[k]! += x![i]! * w![j]!;
    }),
  );
};

export const conv2dInputGradient: Kernel<'conv2d_input_gradient'> = (attrs, type, [grad, filter]) => {
  const each = eachProduct(type.shape, filter!.shape, grad!.shape, attrs);
  return filled(type.shape, ([g, w], out) =>
    each((i, j, k) => {
      out[i]! += g![k]! * w![j]!;
    }),
  );
};

export const conv2dFilterGradient: Kernel<'conv2d_filter_gradient'> = (attrs, type, [image, grad]) => {
  const each = eachProduct(image!.shape, type.shape, grad!.shape, attrs);
  return filled(type.shape, ([x, g], out) =>
    each((i, j, k) => {
      out[j]! += x![i]! * g![k]!;
    }),
  );
};

/** Calls `visit` for each channel of each window: the offset of its result, and those of its elements. */
function eachWindow(image: Shape, grid: Shape, attrs: Pooling) {
  const { pixels } = windowsOf(image, grid, attrs.window, attrs);
  const channels = image[3]!;
  const area = image[1]! * image[2]!;
  return (visit: (y: number, elements: readonly number[]) => void): void => {
    for (let n = 0; n < image[0]!; n++) {
      pixels.forEach((inside, window) => {
        for (let c = 0; c < channels; c++) {
          const elements = Array.from(inside, (pixel) => (n * area + pixel) * channels + c);
          visit((n * pixels.length + window) * channels + c, elements);
        }
      });
    }
  };
}

export const maxPool: Kernel<'max_pool'> = (attrs, type, [image]) => {
  const each = eachWindow(image!.shape, type.shape, attrs);
  return filled(type.shape, ([x], out) =>
    each((y, elements) => {
      out[y] = elements.reduce((top, i) => Math.max(top, x![i]!), Number.NEGATIVE_INFINITY);
    }),
  );
};

/** At a tie the first place of the window takes all. */
export const maxPoolGradient: Kernel<'max_pool_gradient'> = (attrs, type, [, pooled]) => {
  const each = eachWindow(type.shape, pooled!.shape, attrs);
  return filled(type.shape, ([x, y, grad], out) =>
    each((k, elements) => {
      const at = elements.find((i) => x![i] === y![k]);
      if (at !== undefined) out[at]! += grad![k]!;
    }),
  );
};

export const avgPool: Kernel<'avg_pool'> = (attrs, type, [image]) => {
  const each = eachWindow(image!.shape, type.shape, attrs);
  return filled(type.shape, ([x], out) =>
    each((y, elements) => {
      out[y] = elements.reduce((sum, i) => sum + x![i]!, 0) / elements.length;
    }),
  );
};

export const avgPoolGradient: Kernel<'avg_pool_gradient'> = (attrs, type, [pooled]) => {
  const each = eachWindow(type.shape, pooled!.shape, attrs);
  return filled(type.shape, ([grad], out) =>
    each((k, elements) => {
      for (const i of elements) out[i]! += grad![k]! / elements.length;
    }),
  );
};

/** Runs `fill` on zeros of that shape. */
function filled(shape: Shape, fill: (inputs: readonly NumericArray[], out: Float64Array) => void): Run {
  return (inputs) => {
    const out = new Float64Array(sizeOf(shape));
    fill(inputs, out);
    return out;
  };
}
