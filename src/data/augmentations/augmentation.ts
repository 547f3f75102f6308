/** The contract of an augmentation: a change of one image, drawn from a few words of randomness. */
import type { AugmentationSignature, OptionValues } from '../../base/catalogue.ts';

/** Height, width and channels; numbers lie row by row, the channels of a pixel side by side. */
export type ImageShape = readonly [height: number, width: number, channels: number];

export interface Augmentation extends AugmentationSignature {
  /** Writes all numbers of `changed`. `words` are four, uniform over 32 bits. */
  change(
    image: Float32Array,
    changed: Float32Array,
    shape: ImageShape,
    options: OptionValues,
    words: Uint32Array,
  ): void;
}

/** A word as a number from 0 on and below 1. */
export function unit(word: number): number {
  return word / 2 ** 32;
}

/** A word as one of the whole numbers 0 ... bound - 1; those of a small bound are equally likely up to bound / 2^32. */
export function wholeBelow(bound: number, word: number): number {
  return Math.floor(unit(word) * bound);
}
