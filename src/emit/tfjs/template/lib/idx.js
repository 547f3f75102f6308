/** A directory of four IDX files, as MNIST and its relatives have them: images and classes of the splits train and test. */
import { join } from 'node:path';
import { listFolder, locate, readBytes } from './files.js';

/** Columns that are images get the bytes of the image file, columns that are classes the labels. */
export function readIdx({ path, columns }) {
  const folder = locate(path);
  const names = listFolder(folder);
  return {
    train: readSplit(folder, names, 'train', columns),
    test: readSplit(folder, names, 't10k', columns),
  };
}

function readSplit(folder, names, stem, columns) {
  const images = readFile(folder, names, `${stem}-images`, 3);
  const labels = readFile(folder, names, `${stem}-labels`, 1);
  const split = { rows: labels.sizes[0], columns: {} };
  for (const column of columns) {
    const isClass = column.type === 'class';
    const { data } = isClass ? labels : images;
    const width = isClass ? 1 : column.shape.reduce((product, n) => product * n, 1);
    if (data.length !== split.rows * width) throw new Error(`${column.name} does not fit the files in ${folder}`);
    split.columns[column.name] = { ...column, data, width, scale: [column.scale ?? 1], offset: [0] };
  }
  return split;
}

function readFile(folder, names, stem, axes) {
  const spellings = [`${stem}-idx${axes}-ubyte`, `${stem}.idx${axes}-ubyte`].flatMap((name) => [name, `${name}.gz`]);
  const name = spellings.find((spelling) => names.includes(spelling));
  if (name === undefined) throw new Error(`there is no ${spellings[0]} in ${folder}`);
  const bytes = readBytes(join(folder, name));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0 || view.getUint8(2) !== 8) throw new Error(`${name} is no IDX file of bytes`);
  const sizes = Array.from({ length: view.getUint8(3) }, (_, axis) => view.getUint32(4 + 4 * axis));
  const begin = 4 + 4 * sizes.length;
  const length = sizes.reduce((product, n) => product * n, 1);
  if (bytes.length !== begin + length) throw new Error(`${name} is cut off or has something appended`);
  return { sizes, data: bytes.subarray(begin) };
}
