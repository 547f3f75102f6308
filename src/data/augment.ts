/**
 * `x = augment(x, flip(), shift(4))`: what happens to the images of a training batch. Each row has its own counter of the key
 * of column, change and step, so the same step sees the same images on every executor, and after `resume`.
 */
import type { OptionValues } from '../base/catalogue.ts';
import type { AugmentRequest } from '../base/data.ts';
import type { HostArray } from '../base/host-array.ts';
import { type Key, threefry } from '../base/keys.ts';
import { registry } from '../base/registry.ts';
import type { Augmentation, ImageShape } from './augmentations/augmentation.ts';
import { crop } from './augmentations/crop.ts';
import { flip } from './augmentations/flip.ts';
import { shift } from './augmentations/shift.ts';

/** What `augment` can do. A new one: one file in `augmentations/`, one line here. */
export const augmentations = registry<Augmentation>([flip, shift, crop]);

/** Words of randomness that a change of one image may use: an even number. */
const WORDS = 4;

/** Gives the key of change number `change` of a column, in this step. */
export type ChangeKey = (column: string, change: number) => Key;

/** Changes the images of `batch` in their own arrays; columns that are not in the batch are passed over. */
export function augmentBatch(
  batch: Readonly<Record<string, HostArray>>,
  requests: readonly AugmentRequest[],
  keyOf: ChangeKey,
): void {
  const done = new Map<string, number>();
  for (const { column, changes } of requests) {
    const images = batch[column];
    for (const { name, options } of changes) {
      // Of two lines for one column, the changes of the second are counted on.
      const number = done.get(column) ?? 0;
      done.set(column, number + 1);
      const record = augmentations.get(name);
      if (record === undefined) throw new Error(`internal: augmentation ${name} is not registered`);
      if (images !== undefined) changeImages(images, record, options, keyOf(column, number));
    }
  }
}

function changeImages({ type, data }: HostArray, record: Augmentation, options: OptionValues, key: Key): void {
  const [rows, ...shape] = type.shape as readonly [number, ...ImageShape];
  const width = shape[0] * shape[1] * shape[2];
  const all = data as Float32Array;
  const changed = new Float32Array(width);
  const words = new Uint32Array(WORDS);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; 2 * block < WORDS; block++) threefry(key, row, block, 13, words, 2 * block);
    const image = all.subarray(row * width, (row + 1) * width);
    record.change(image, changed, shape, options, words);
    image.set(changed);
  }
}
