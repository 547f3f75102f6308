/** Changes of images, against what they are by definition: pixel by pixel, on ramps, and by how often they happen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { AugmentRequest } from '../../src/base/data.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { span } from '../../src/base/span.ts';
import { augmentKey, runStepKey } from '../../src/base/streams.ts';
import { augmentations, augmentBatch } from '../../src/data/augment.ts';
import type { ImageShape } from '../../src/data/augmentations/augmentation.ts';
import { FROM } from './files.ts';

type Pixel = (y: number, x: number, c: number) => number;

function imageOf([height, width, channels]: ImageShape, pixel: Pixel): Float32Array {
  const index = (i: number) =>
    [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels] as const;
  return Float32Array.from({ length: height * width * channels }, (_, i) => pixel(...index(i)));
}

/** Each pixel has its own number, none of them 0. */
const numbered = (shape: ImageShape) => imageOf(shape, (y, x, c) => 1 + c + shape[2] * (x + shape[1] * y));

function changed(
  name: string,
  options: OptionValues,
  shape: ImageShape,
  words: readonly number[],
  image = numbered(shape),
) {
  const out = new Float32Array(image.length).fill(Number.NaN);
  augmentations.get(name)!.change(image, out, shape, options, Uint32Array.from([...words, 0, 0, 0, 0].slice(0, 4)));
  return out;
}

const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }));
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('flip', () => {
  it('exchanges left and right, or top and bottom', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const [height, width, channels] = shape;
        const at: Pixel = (y, x, c) => numbered(shape)[(y * width + x) * channels + c]!;
        const mirrored = (direction: string) => changed('flip', { direction, share: 1 }, shape, [7]);
        expect(mirrored('horizontal')).toEqual(imageOf(shape, (y, x, c) => at(y, width - 1 - x, c)));
        expect(mirrored('vertical')).toEqual(imageOf(shape, (y, x, c) => at(height - 1 - y, x, c)));
        expect(changed('flip', { direction: 'horizontal', share: 0 }, shape, [7])).toEqual(numbered(shape));
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe('shift', () => {
  it('moves every pixel by the same whole distance, within the limit, and lets zeros in', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 7 }), word, word, (shape, pixels, a, b) => {
        const [height, width, channels] = shape;
        const image = numbered(shape);
        const inside = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width;
        const moved = (down: number, right: number) =>
          imageOf(shape, (y, x, c) =>
            inside(y - down, x - right) ? image[((y - down) * width + x - right) * channels + c]! : 0,
          );
        const found = changed('shift', { pixels }, shape, [a, b]);
        const range = Array.from({ length: 2 * pixels + 1 }, (_, i) => i - pixels);
        const candidates = range.flatMap((down) => range.map((right) => moved(down, right)));
        expect(candidates).toContainEqual(found);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('takes each distance equally often', () => {
    const counts = new Map<string, number>();
    const draws = 9000;
    for (const image of rowsOf('shift', { pixels: 1 }, [3, 3, 1], draws)) {
      const key = image.join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(9);
    // Binomial counts of mean 1,000; 4.5 of their standard deviations for nine of them.
    for (const n of counts.values())
      expect(Math.abs(n - draws / 9)).toBeLessThan(4.5 * Math.sqrt((draws / 9) * (8 / 9)));
  });
});

describe('crop', () => {
  it('is the image itself where the window is all of it', () => {
    fc.assert(
      fc.property(shapes, word, word, (shape, a, b) => {
        expect(changed('crop', { share: 1 }, shape, [a, b, a])).toEqual(numbered(shape));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('finds on a ramp the place that each pixel comes from', () => {
    const shape: ImageShape = [40, 50, 1];
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        const [size, top, left] = [0.5 + (0.5 * a) / 2 ** 32, b / 2 ** 32, c / 2 ** 32];
        const place = (i: number, n: number, from: number) => n * (1 - size) * from + (i + 0.5) * size - 0.5;
        const found = changed(
          'crop',
          { share: 0.5 },
          shape,
          [a, b, c],
          imageOf(shape, (y, x) => 3 * y - 2 * x),
        );
        const ramp = imageOf(shape, (y, x) => 3 * place(y, 40, top) - 2 * place(x, 50, left));
        // At the very edge the ramp ends; float32 has 24 bits of numbers up to 220.
        const inner = (y: number, x: number) => y > 0 && y < 39 && x > 0 && x < 49;
        imageOf(shape, (y, x) => {
          if (inner(y, x)) expect(Math.abs(found[y * 50 + x]! - ramp[y * 50 + x]!)).toBeLessThan(220 * 2 ** -22);
          return 0;
        });
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('stays between the smallest and the largest number of the image', () => {
    for (const image of rowsOf('crop', { share: 0.3 }, [5, 4, 2], 100)) {
      expect(Math.min(...image)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...image)).toBeLessThanOrEqual(40);
    }
  });
});

function request(...changes: AugmentRequest['changes']): AugmentRequest {
  return { kind: 'augment', column: 'x', changes, span: span(FROM, 0, 1) };
}

/** The images of a batch in which all rows were equal. */
function rowsOf(name: string, options: OptionValues, shape: ImageShape, rows: number, step = 0): Float32Array[] {
  const image = numbered(shape);
  const data = new Float32Array(rows * image.length);
  for (let i = 0; i < rows; i++) data.set(image, i * image.length);
  const x: HostArray = { type: { dtype: 'f32', shape: [rows, ...shape] }, data };
  augmentBatch({ x }, [request({ name, options })], (column, n) => augmentKey(runStepKey(3, 1), column, n, step));
  return Array.from({ length: rows }, (_, i) => data.subarray(i * image.length, (i + 1) * image.length));
}

describe('a batch', () => {
  it('is mirrored as often as the share says', () => {
    const [rows, share] = [4000, 0.3];
    const mirrored = rowsOf('flip', { direction: 'horizontal', share }, [1, 2, 1], rows).filter(
      (r) => r[0] === 2,
    ).length;
    expect(Math.abs(mirrored - rows * share)).toBeLessThan(4 * Math.sqrt(rows * share * (1 - share)));
  });

  it('depends on row and step, and not on how many rows there are', () => {
    const at = (rows: number, step: number) => rowsOf('shift', { pixels: 9 }, [20, 20, 1], rows, step);
    expect(at(4, 2)).toEqual(at(9, 2).slice(0, 4));
    expect(at(4, 2)).not.toEqual(at(4, 3));
    expect(at(4, 2)[0]).not.toEqual(at(4, 2)[1]);
  });

  it('takes several changes one after the other, and a column that is not there as none', () => {
    const x = () => ({ type: { dtype: 'f32' as const, shape: [1, 1, 2, 1] }, data: Float32Array.of(1, 2) });
    const mirror = { name: 'flip', options: { direction: 'horizontal', share: 1 } };
    const keys: number[] = [];
    const twice = x();
    augmentBatch({ x: twice }, [request(mirror), request(mirror)], (_, n) => {
      keys.push(n);
      return rootKey(0);
    });
    expect([...twice.data]).toEqual([1, 2]);
    expect(keys).toEqual([0, 1]);
    augmentBatch({ z: x() }, [request(mirror)], () => rootKey(0));
  });
});
