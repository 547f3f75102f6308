/**
 * Images of another size: each number of the new image is the average of those around its place, weighted by a triangle that is as
 * wide as a pixel of the coarser of the two grids. That is bilinear interpolation where an image grows, and leaves no gaps where
 * it shrinks; Pillow calls it BILINEAR. Height and width are treated one after the other, without regard to their ratio.
 */
import type { Pixels } from './image-pixels.ts';

export function resized(pixels: Pixels, height: number, width: number): Pixels {
  if (pixels.height === height && pixels.width === width) return pixels;
  const { channels } = pixels;
  const wide = new Float32Array(pixels.height * width * channels);
  for (const [to, taps] of tapsOf(pixels.width, width).entries()) {
    for (let row = 0; row < pixels.height; row++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const { from, weight } of taps) sum += weight * pixels.data[(row * pixels.width + from) * channels + c]!;
        // Between the two passes numbers are rounded to bytes, as Pillow does.
        wide[(row * width + to) * channels + c] = Math.round(sum);
      }
    }
  }
  const data = new Uint8Array(height * width * channels);
  const line = width * channels;
  for (const [to, taps] of tapsOf(pixels.height, height).entries()) {
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (const { from, weight } of taps) sum += weight * wide[from * line + i]!;
      data[to * line + i] = Math.round(sum);
    }
  }
  return { height, width, channels, data };
}

interface Tap {
  readonly from: number;
  readonly weight: number;
}

/** For each of `to` places the pixels of `from` that it is made of; the weights of a place sum to 1. */
function tapsOf(from: number, to: number): readonly (readonly Tap[])[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(from - 1, Math.ceil(centre + reach));
    const taps: Tap[] = [];
    for (let pixel = first; pixel <= last; pixel++) {
      const weight = Math.max(0, 1 - Math.abs(pixel + 0.5 - centre) / reach);
      if (weight > 0) taps.push({ from: pixel, weight });
    }
    const sum = taps.reduce((total, tap) => total + tap.weight, 0);
    return taps.map((tap) => ({ ...tap, weight: tap.weight / sum }));
  });
}
