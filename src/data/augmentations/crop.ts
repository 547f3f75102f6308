/**
 * A window of the image, brought to its full size by bilinear interpolation. As in Szegedy et al. 2015, "Going deeper with
 * convolutions", section 6, but the window keeps the shape of the image.
 */
import { type Augmentation, type ImageShape, unit } from './augmentation.ts';

export const crop: Augmentation = {
  name: 'crop',
  doc: 'A window at a random place, as high and as wide as a random share of the image, is brought to the full size.',
  options: [
    {
      name: 'share',
      type: { kind: 'number', min: 0, max: 1, exclusiveMin: true },
      default: null,
      required: true,
      doc: 'smallest share of height and width; the largest is 100%',
    },
  ],
  change(image, changed, shape, { share }, words) {
    const least = Number(share);
    const size = least + (1 - least) * unit(words[0]!);
    const [top, left] = [unit(words[1]!) * (1 - size), unit(words[2]!) * (1 - size)];
    resample(image, changed, shape, { top, left, size });
  },
};

/** All as shares of height and width. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly size: number;
}

/** Centres of pixels lie at halves; beyond the centres at the edge, the pixel at the edge goes on. */
function resample(
  image: Float32Array,
  changed: Float32Array,
  [height, width, channels]: ImageShape,
  window: Window,
): void {
  const columns = Array.from({ length: width }, (_, x) =>
    between(window.left * width + (x + 0.5) * window.size, width),
  );
  const row = width * channels;
  for (let y = 0; y < height; y++) {
    const v = between(window.top * height + (y + 0.5) * window.size, height);
    for (let x = 0; x < width; x++) {
      const h = columns[x]!;
      const [a, b] = [h.first * channels, h.second * channels];
      for (let c = 0; c < channels; c++) {
        const above = mix(image[v.first * row + a + c]!, image[v.first * row + b + c]!, h.weight);
        const below = mix(image[v.second * row + a + c]!, image[v.second * row + b + c]!, h.weight);
        changed[y * row + x * channels + c] = mix(above, below, v.weight);
      }
    }
  }
}

function mix(first: number, second: number, weight: number): number {
  return first + (second - first) * weight;
}

/** The two pixels on either side of a place, and the weight of the second. */
function between(place: number, length: number) {
  const centre = Math.min(Math.max(place - 0.5, 0), length - 1);
  const first = Math.floor(centre);
  return { first, second: Math.min(first + 1, length - 1), weight: centre - first };
}
