/** A directory with the binary version of CIFAR-10: records of a label byte and 1,024 red, 1,024 green, 1,024 blue bytes. */
import { join } from 'node:path';
import { listFolder, locate, readBytes } from './files.js';

const PIXELS = 1024;
const RECORD = 1 + 3 * PIXELS;
const BATCHES = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);

/** Columns that are images get pixels of three bytes beside each other, columns that are classes the labels. */
export function readCifar10({ path, columns }) {
  const folder = locate(path);
  const inBatches = listFolder(folder).includes('test_batch.bin');
  return {
    train: readSplit(folder, inBatches ? BATCHES : ['train.bin'], columns),
    test: readSplit(folder, [inBatches ? 'test_batch.bin' : 'test.bin'], columns),
  };
}

function readSplit(folder, names, columns) {
  const files = names.map((name) => readRecords(folder, name));
  const rows = files.reduce((sum, bytes) => sum + bytes.length / RECORD, 0);
  const labels = new Uint8Array(rows);
  const images = new Uint8Array(rows * 3 * PIXELS);
  let row = 0;
  for (const bytes of files) {
    for (let at = 0; at < bytes.length; at += RECORD, row++) {
      labels[row] = bytes[at];
      for (let i = 0; i < 3 * PIXELS; i++) {
        images[row * 3 * PIXELS + (i % PIXELS) * 3 + Math.floor(i / PIXELS)] = bytes[at + 1 + i];
      }
    }
  }
  const split = { rows, columns: {} };
  for (const column of columns) {
    const [data, width] = column.type === 'class' ? [labels, 1] : [images, 3 * PIXELS];
    split.columns[column.name] = { ...column, data, width, scale: [column.scale ?? 1], offset: [0] };
  }
  return split;
}

function readRecords(folder, name) {
  const bytes = readBytes(join(folder, name));
  if (bytes.length === 0 || bytes.length % RECORD !== 0) throw new Error(`${name} is not made of CIFAR-10 records`);
  return bytes;
}
