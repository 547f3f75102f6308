/** The reader of folders of images, against what Pillow makes of the same files (`fixtures/images.py`), and each mistake that it can name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { DerivedRequest, Split } from '../../src/base/data.ts';
import { span } from '../../src/base/span.ts';
import { gatherBatch, readDataset, readFacts } from '../../src/data/index.ts';
import { readImageHeader } from '../../src/data/readers/image-header.ts';
import { unpackImage, withChannels } from '../../src/data/readers/image-pixels.ts';
import { resized } from '../../src/data/readers/image-resize.ts';
import { classes, column, FROM, image, line, memoryFiles, request, rowSplit } from './files.ts';

interface Case {
  readonly file: string;
  readonly size: readonly [number, number];
  readonly rgb: readonly number[];
  readonly grey: readonly number[];
}

const fixture: {
  readonly cases: Readonly<Record<string, Case>>;
  readonly transparent: string;
  readonly resized: readonly { readonly size: readonly [number, number]; readonly pixels: readonly number[] }[];
} = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/images.json'), 'utf8'));

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(Math.abs(a.length - b.length) * 1000, ...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

/** A PNG whose numbers count on from `first`. */
function png(first: number, height = 2, width = 3, channels = 1): Uint8Array {
  const data = Uint8Array.from({ length: height * width * channels }, (_, i) => (first + i) % 256);
  return encode({ width, height, channels, data });
}

const COLUMNS = [column('x', image(2, 3, 1), { scale: 1 / 255 }), column('y', classes(2))];
const asked = (options: object = {}, columns = COLUMNS, derived: readonly DerivedRequest[] = []) =>
  request('images', { path: 'pets', ...options }, columns, derived);
const pets = (more: Record<string, Uint8Array | string> = {}) =>
  memoryFiles({
    '/program/pets/dog/b.png': png(20),
    '/program/pets/cat/2.png': png(10),
    '/program/pets/cat/10.png': png(0),
    ...more,
  });

async function read(files = pets(), what = asked()) {
  const { dataset, diagnostics } = await readDataset(what, files, FROM);
  return { splits: dataset?.splits ?? {}, said: diagnostics.map(line), dataset };
}

const batch = (split: Split, rows: number[]) => gatherBatch(split, ['x', 'y'], Uint32Array.from(rows));

describe('files that Pillow wrote', () => {
  it.each(Object.entries(fixture.cases))('%s', (name, { file, size, rgb, grey }) => {
    const bytes = bytesOf(file);
    const header = readImageHeader(bytes)!;
    expect([header.height, header.width]).toEqual(size);
    const pixels = unpackImage(bytes, header);
    // Decoders of JPEG round brightness and colour difference to whole numbers, of which blue is 1 and 1.772 times; PNG is exact.
    const room = name.startsWith('jpeg') ? 3 : 0;
    expect(largestDifference(withChannels(pixels, 3), rgb)).toBeLessThanOrEqual(room);
    // Pillow cuts the brightness off where it is rounded here.
    expect(largestDifference(withChannels(pixels, 1), grey)).toBeLessThanOrEqual(room + 1);
  });

  it.each(fixture.resized)('are resized as Pillow does: $size', ({ size: [height, width], pixels }) => {
    const bytes = bytesOf(fixture.cases.colours!.file);
    const whole = unpackImage(bytes, readImageHeader(bytes)!);
    // Pillow's weights are whole numbers of 22 bits: the two roundings may fall to the other side.
    expect(largestDifference(resized(whole, height, width).data, pixels)).toBeLessThanOrEqual(1);
  });

  it('have no transparent parts', () => {
    const bytes = bytesOf(fixture.transparent);
    expect(() => unpackImage(bytes, readImageHeader(bytes)!)).toThrow('it is partly transparent');
  });

  it('are found to be broken wherever they end', () => {
    for (const name of ['grey', 'palette', 'jpeg', 'jpeg-progressive']) {
      const whole = bytesOf(fixture.cases[name]!.file);
      for (let length = 30; length < whole.length - 12; length += 17) {
        const cut = whole.subarray(0, length);
        const header = readImageHeader(cut);
        if (header !== null) expect(() => unpackImage(cut, header), `${name} ${length}`).toThrow();
      }
    }
  });
});

describe('a folder of classes', () => {
  it('has its rows in the order of the names, and stays bytes until a batch is made', async () => {
    const { splits, said } = await read();
    expect(said).toEqual([]);
    expect(splits.train!.columns.x!.data).toBeInstanceOf(Uint8Array);
    const { x, y } = batch(splits.train!, [0, 1, 2]);
    expect([...y!.data]).toEqual([0, 0, 1]);
    const expected = [0, 10, 20].flatMap((first) => [0, 1, 2, 3, 4, 5].map((i) => Math.fround((first + i) / 255)));
    expect([...x!.data]).toEqual(expected);
    expect(x!.type.shape).toEqual([3, 2, 3, 1]);
  });

  it('tells its rows from names alone', async () => {
    const { facts, diagnostics } = await readFacts(asked({}, COLUMNS, [rowSplit('v', 'train', 1)]), pets(), FROM);
    expect(diagnostics).toEqual([]);
    expect(facts).toEqual({ rows: { train: 2, v: 1 } });
  });

  it('has a second folder for `test`, whose classes are those of the first', async () => {
    const files = pets({ '/program/more/dog/1.png': png(7), '/program/more/dog/2.png': png(8) });
    const { splits } = await read(files, asked({ test: 'more' }));
    expect([...batch(splits.test!, [0, 1]).y!.data]).toEqual([1, 1]);
    const strange = pets({ '/program/more/dogs/1.png': png(7) });
    expect((await read(strange, asked({ test: 'more' }))).said).toEqual([
      'BP7106 @1 `more` has a folder `dogs`, and `pets` has none | the names of the folders are the classes: rename it to `dog` if that is the one',
    ]);
  });

  it('brings images of any size and colour to one', async () => {
    const files = pets({ '/program/pets/dog/c.png': png(0, 4, 6, 3) });
    const { splits, said } = await read(files, asked({ size: [2, 3] }));
    expect(said).toEqual([]);
    expect(splits.train!.rows).toBe(4);
    const colour = [column('x', image(2, 3, 3)), COLUMNS[1]!];
    const { x } = batch((await read(pets(), asked({}, colour))).splits.train!, [0]);
    expect([...x!.data].slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('is standardised number by number, after `only` and splits', async () => {
    const standardised = [column('x', image(2, 3, 1), { standardise: true }), COLUMNS[1]!];
    const only: DerivedRequest = { kind: 'classes', column: 'y', classes: [0], span: span(FROM, 3, 4) };
    const { splits } = await read(pets(), asked({}, standardised, [only]));
    const { x, y } = batch(splits.train!, [0, 1]);
    expect([...y!.data]).toEqual([0, 0]);
    // Of two numbers the standardised ones are -1 and 1.
    expect([...x!.data].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([...Array(6).fill(-1), ...Array(6).fill(1)]);
  });

  it('has a fingerprint of its pixels, not of its files', async () => {
    const first = (await read()).dataset!.fingerprint;
    const renamed = memoryFiles({
      '/program/pets/a/1.png': png(0),
      '/program/pets/a/2.png': png(10),
      '/program/pets/b/1.png': png(20),
    });
    expect((await read(renamed)).dataset!.fingerprint).toBe(first);
    const changed = pets({ '/program/pets/dog/b.png': png(21) });
    expect((await read(changed)).dataset!.fingerprint).not.toBe(first);
  });

  it('passes over what is no image, and says so once', async () => {
    const files = pets({
      '/program/pets/cat/notes.txt': 'nice',
      '/program/pets/README': 'pets',
      '/program/pets/cat/.DS_Store': '',
    });
    const { said, splits } = await read(files);
    expect(splits.train!.rows).toBe(3);
    expect(said).toEqual([
      'BP7152 @1 2 files are no images of a class: `pets/README`, `pets/cat/notes.txt` | they were passed over; images end in `.png`, `.jpg` or `.jpeg` and lie in the folder of their class',
    ]);
  });
});

describe('mistakes of a folder', () => {
  const EMPTY = 'put the images of each class into a folder of their own, such as `pets/cats`';

  it.each([
    ['no folders', { '/program/pets/.keep': '' }, `BP7116 @1 \`pets\` has no folders in it | ${EMPTY}`],
    ['loose images', { '/program/pets/1.png': png(1) }, `BP7116 @1 \`pets\` holds 1 image, but no folders | ${EMPTY}`],
    [
      'a class without images',
      { '/program/pets/cat/1.png': png(1), '/program/pets/dog/notes.txt': '' },
      'BP7116 @1 the class folder `pets/dog` has no images | put PNG or JPEG files in, or remove the folder',
    ],
    [
      'a folder above',
      { '/program/pets/train/cat/1.png': png(1), '/program/pets/test/cat/1.png': png(1) },
      'BP7116 @1 the class folder `pets/test` has no images | of two folders with classes, name both: `images("pets/train", test = "pets/test")`',
    ],
    [
      'other classes',
      { '/program/pets/cat/1.png': png(1) },
      'BP7106 @10 `y` is declared as class[2], but `pets` has 1 folder | write `class[1]`, and as many outputs of the network',
    ],
    [
      'another size',
      { '/program/pets/cat/1.png': png(1, 4, 4), '/program/pets/dog/1.png': png(1) },
      'BP7105 @10 `x` is declared as image[2, 3, 1], but `cat/1.png` is 4 pixels high and 4 wide | write `image[4, 4, 1]` if all are of that size, or `size = [2, 3]` behind the path, which brings all to one',
    ],
    [
      'another format',
      { '/program/pets/cat/1.png': '<html>', '/program/pets/dog/1.png': png(1) },
      'BP7117 @1 `cat/1.png` cannot be read: it is neither PNG nor JPEG | this is a web page, probably the answer to a failed download: fetch the file again',
    ],
  ])('%s', async (_, files, message) => {
    const found = memoryFiles(files as Record<string, Uint8Array | string>);
    expect((await readFacts(asked(), found, FROM)).diagnostics.map(line)).toEqual([message]);
    const { said, dataset } = await read(found);
    expect(dataset).toBeNull();
    expect(said[0]!.split(' | ')[0]).toBe(message.split(' | ')[0]);
  });

  it('of sizes that differ further on are found when the images are read', async () => {
    const { said } = await read(pets({ '/program/pets/dog/c.png': png(1, 3, 3) }));
    expect(said[0]).toContain(
      'BP7105 @10 `x` is declared as image[2, 3, 1], but `dog/c.png` is 3 pixels high and 3 wide',
    );
  });

  it('of broken files are all named', async () => {
    const cut = (first: number) => png(first).subarray(0, 50);
    const files = pets({ '/program/pets/dog/c.png': cut(1), '/program/pets/dog/d.jpg': 'no' });
    const { dataset, diagnostics } = await readDataset(asked(), files, FROM);
    expect(dataset).toBeNull();
    expect(diagnostics.map((d) => [d.code, d.notes])).toEqual([
      ['BP7117', ['nor can `dog/d.jpg`: it is neither PNG nor JPEG']],
    ]);
  });

  it('of the declaration', async () => {
    const of = async (options: object, shape: number[]) =>
      (await readFacts(asked(options, [column('x', image(...shape)), COLUMNS[1]!]), pets(), FROM)).diagnostics.map(
        line,
      );
    expect(await of({}, [2, 3, 4])).toEqual([
      'BP7105 @10 `x` is declared as image[2, 3, 4], but images have 1 or 3 channels | write 1 channel for grey, or 3 for red, green and blue',
    ]);
    expect(await of({ size: [8] }, [2, 3, 1])).toEqual([
      'BP7105 @1 `size` has 1 number | write `size = [height, width]`',
    ]);
    expect(await of({ size: [4, 6] }, [2, 3, 1])).toEqual([
      'BP7105 @10 `x` is declared as image[2, 3, 1], but images are brought to 4 x 6 | write `image[4, 6, 1]`, and the same for the input of the network',
    ]);
  });
});
