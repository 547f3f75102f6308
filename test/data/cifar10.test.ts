/** The reader of CIFAR-10's binary version: what it reads, and each mistake that it can name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gatherBatch, readDataset, readFacts } from '../../src/data/index.ts';
import { readCifar10 } from '../../src/emit/tfjs/template/lib/cifar10.js';
import { classes, column, FROM, image, inFolder, line, memoryFiles, request, rowSplit } from './files.ts';

const COLUMNS = [column('x', image(32, 32, 3), { scale: 1 / 255 }), column('y', classes(10))];
const CIFAR = request('cifar10', { path: 'c' }, COLUMNS);

/** The number of channel `c` at row `i`, column `j` of image `n`: they tell the axes apart. */
const pixel = (n: number, i: number, j: number, c: number) => (n * 7 + i * 5 + j * 3 + c * 64) % 256;

/** Records with the given labels; images are numbered from `first`. */
function records(labels: readonly number[], first = 0): Uint8Array {
  const bytes: number[] = [];
  for (const [k, label] of labels.entries()) {
    bytes.push(label);
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < 32; i++) for (let j = 0; j < 32; j++) bytes.push(pixel(first + k, i, j, c));
  }
  return Uint8Array.from(bytes);
}

const PAIR = { 'train.bin': records([3, 0, 9, 1, 2]), 'test.bin': records([4, 4], 50) };
const BATCHES = {
  ...Object.fromEntries([3, 0, 9, 1, 2].map((label, n) => [`data_batch_${n + 1}.bin`, records([label], n)])),
  'test_batch.bin': records([4, 4], 50),
};
const folder = (files: Record<string, Uint8Array>) => memoryFiles(inFolder('/program/c', files));

async function problems(files: Record<string, Uint8Array>, asked = CIFAR): Promise<readonly string[]> {
  const { dataset, diagnostics } = await readDataset(asked, folder(files), FROM);
  expect(dataset).toBeNull();
  return diagnostics.map(line);
}

const disk = mkdtempSync(join(tmpdir(), 'bprune-cifar-'));
afterAll(() => rmSync(disk, { recursive: true, force: true }));

describe('a whole data set', () => {
  it('has the three numbers of a pixel beside each other, row by row', async () => {
    const { dataset, diagnostics } = await readDataset(CIFAR, folder(PAIR), FROM);
    expect(diagnostics).toEqual([]);
    const { x, y } = gatherBatch(dataset!.splits.train!, ['x', 'y'], Uint32Array.of(2, 0));
    expect(x!.type).toEqual({ dtype: 'f32', shape: [2, 32, 32, 3] });
    expect(y!.data).toEqual(Int32Array.of(9, 3));
    for (const [at, n] of [2, 0].entries())
      for (const [i, j, c] of [
        [0, 0, 0],
        [0, 0, 2],
        [0, 31, 1],
        [1, 0, 0],
        [31, 31, 2],
        [13, 7, 1],
      ] as const)
        expect(x!.data[((at * 32 + i) * 32 + j) * 3 + c]).toBe(Math.fround(pixel(n, i, j, c) / 255));
  });

  it('is the same in five batches and in one file', async () => {
    const pair = await readDataset(CIFAR, folder(PAIR), FROM);
    const batches = await readDataset(CIFAR, folder(BATCHES), FROM);
    expect(batches.diagnostics).toEqual([]);
    expect(batches.dataset!.fingerprint).toBe(pair.dataset!.fingerprint);
    expect(batches.dataset!.splits.train!.columns.y!.data).toEqual(Uint8Array.of(3, 0, 9, 1, 2));
    expect(batches.dataset!.splits.train!.columns.x!.data).toEqual(pair.dataset!.splits.train!.columns.x!.data);
  });

  it('knows the rows from the lengths of the files, after splits', async () => {
    const asked = { ...CIFAR, derived: [rowSplit('validation', 'train', 1)] };
    const rows = { train: 4, test: 2, validation: 1 };
    for (const files of [PAIR, BATCHES]) expect((await readFacts(asked, folder(files), FROM)).facts).toEqual({ rows });
  });

  it('is read the same by emitted projects', async () => {
    const { dataset } = await readDataset(CIFAR, folder(BATCHES), FROM);
    for (const [name, files] of Object.entries({ PAIR, BATCHES })) {
      mkdirSync(join(disk, name));
      for (const [file, bytes] of Object.entries(files)) writeFileSync(join(disk, name, file), bytes);
      const columns = [
        { name: 'x', type: 'image', shape: [32, 32, 3], scale: 1 / 255 },
        { name: 'y', type: 'class', shape: [] },
      ];
      const found = readCifar10({ path: join(disk, name), columns });
      for (const split of ['train', 'test'] as const) {
        const { x, y } = dataset!.splits[split]!.columns;
        expect(found[split].columns).toMatchObject({ x: { data: x!.data, scale: x!.scale }, y: { data: y!.data } });
      }
    }
  });
});

describe('mistakes', () => {
  it('names what is missing, and where it may be', async () => {
    const { 'data_batch_3.bin': _, ...four } = BATCHES as Record<string, Uint8Array>;
    expect(await problems(four)).toEqual([
      'BP7101 @1 there is no file `data_batch_3.bin` in `c` | name the directory with `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, or with `train.bin` and `test.bin`',
    ]);
    const [outer] = await problems(inFolder('cifar-10-batches-bin', BATCHES));
    expect(outer).toMatch(/ \| the archive unpacks into a directory: write `c\/cifar-10-batches-bin`$/);
    const [python] = await problems({ data_batch_1: Uint8Array.of(1) });
    expect(python).toMatch(/ \| these are the files for Python: fetch the binary version, `cifar-10-binary.tar.gz`$/);
    const { dataset, diagnostics } = await readDataset(CIFAR, memoryFiles({ '/program/c': 'x' }), FROM);
    expect(dataset).toBeNull();
    expect(diagnostics.map(line)).toEqual([
      'BP7101 @1 `c` is a file, not a directory | name the directory that holds the files',
    ]);
  });

  it('says of a file that was cut off how many records it has, already from the facts', async () => {
    const files = { ...PAIR, 'train.bin': PAIR['train.bin'].subarray(0, 2 * 3073 + 10) };
    const expected =
      'BP7108 @1 `train.bin` has 6,156 bytes: 2 records of 3,073 bytes and 10 bytes more | the copy or download was cut off: fetch the file again';
    expect(await problems(files)).toEqual([expected]);
    expect((await readFacts(CIFAR, folder(files), FROM)).diagnostics.map(line)).toEqual([expected]);
  });

  it('refuses a file of another format, and an empty one', async () => {
    expect(await problems({ ...PAIR, 'test.bin': records([4, 77]) })).toEqual([
      'BP7108 @1 `test.bin` is no file of CIFAR-10: record 2 begins with 77, not with a class from 0 to 9 | fetch the binary version of CIFAR-10, or check that the file is the one you mean',
    ]);
    expect(await problems({ ...PAIR, 'test.bin': new Uint8Array(0) })).toEqual([
      'BP7127 @1 `test.bin` holds no images | fetch the file again',
    ]);
  });

  it('shows declared types beside what CIFAR-10 has, already from the facts', async () => {
    const asked = request('cifar10', { path: 'c' }, [column('x', image(28, 28, 1)), column('y', classes(9))]);
    const expected = [
      'BP7105 @10 `x` is declared as image[28, 28, 1], but `train.bin` holds images of [32, 32, 3] | write `image[32, 32, 3]`, and the same for the input of the network',
      'BP7106 @10 `y` is declared as class[9], but CIFAR-10 has 10 classes | write `class[10]`, and as many outputs of the network',
    ];
    expect(await problems(PAIR, asked)).toEqual(expected);
    expect((await readFacts(asked, folder(PAIR), FROM)).diagnostics.map(line)).toEqual(expected);
  });
});
