/** The reader of NumPy's arrays, against files that NumPy wrote (`fixtures/arrays.py`), and each mistake that it can name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ColumnRequest } from '../../src/base/data.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { gatherBatch, readDataset, readFacts } from '../../src/data/index.ts';
import { npz as reader } from '../../src/data/readers/npz.ts';
import { classes, column, FROM, image, line, memoryFiles, reals, request, rowSplit } from './files.ts';

const fixture = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures', name)));
const held: Record<string, { shape: number[]; values: number[] }> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/arrays.json'), 'utf8'),
);
const npz = (file: string, columns: readonly ColumnRequest[], options = {}) =>
  request('npz', { path: file, ...options }, columns);
const files = (contents: Record<string, Uint8Array>) =>
  memoryFiles(Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [`/program/${name}`, bytes])));
const named = (name: string, rows = held[name]!.shape) => column(name, reals(...rows.slice(1)));

async function problems(
  asked: ReturnType<typeof npz>,
  contents: Record<string, Uint8Array>,
): Promise<readonly string[]> {
  const { dataset, diagnostics } = await readDataset(asked, files(contents), FROM);
  expect(dataset).toBeNull();
  return diagnostics.map(line);
}

/** What reading says, which the facts must say too: all of it is in the headers. */
async function knownEarly(
  asked: ReturnType<typeof npz>,
  contents: Record<string, Uint8Array>,
): Promise<readonly string[]> {
  const said = await problems(asked, contents);
  expect((await readFacts(asked, files(contents), FROM)).diagnostics.map(line)).toEqual(said);
  return said;
}

function raise(problem: Diagnostic): never {
  throw new Error(problem.message);
}

describe('arrays', () => {
  const types = Object.keys(held).filter((name) => !/images|labels/.test(name));

  it.each(['stored.npz', 'deflated.npz'])('of every type and order are those of NumPy: %s', async (file) => {
    expect(types.length).toBeGreaterThan(20);
    for (const name of types) {
      const asked = npz(file, [named(name)]);
      const { dataset, diagnostics } = await readDataset(asked, files({ [file]: fixture(file) }), FROM);
      expect(diagnostics, name).toEqual([]);
      expect(Array.from(dataset!.splits.train!.columns[name]!.data), name).toEqual(held[name]!.values);
    }
  });

  it('of the third version of the format, and single files and directories, are read as well', async () => {
    const newest = await readDataset(npz('v.npz', [named('rows')]), files({ 'v.npz': fixture('version3.npz') }), FROM);
    expect(Array.from(newest.dataset!.splits.train!.columns.rows!.data)).toEqual(held.rows!.values);
    const asked = (path: string) => npz(path, [column('x', reals(2), { array: 'table' })]);
    const found = [];
    for (const [path, name] of [
      ['table.npy', 'table.npy'],
      ['folder', 'folder/table.npy'],
    ] as const) {
      const { dataset } = await readDataset(asked(path), files({ [name]: fixture('table.npy') }), FROM);
      found.push(Array.from(dataset!.splits.train!.columns.x!.data));
    }
    expect(found).toEqual([Array.from({ length: 8 }, (_, i) => i / 4), Array.from({ length: 8 }, (_, i) => i / 4)]);
  });

  it('of bytes and floats are views of what was read, not copies', async () => {
    const asked = npz('table.npy', [column('table', reals(2))]);
    const data = await reader.read({
      request: asked,
      files: files({ 'table.npy': fixture('table.npy') }),
      from: FROM,
      report: raise,
    });
    expect(data!.splits[0]!.columns.table!.data.buffer).toBe(data!.contents[0]!.buffer);
  });
});

describe('splits', () => {
  const IMAGES = [
    column('x', image(4, 3, 1), { array: 'images', scale: 1 / 255 }),
    column('y', classes(3), { array: 'labels' }),
  ];
  const asked = { ...npz('i.npz', IMAGES), derived: [rowSplit('held', 'train', 2)] };
  const there = files({ 'i.npz': fixture('images.npz') });

  it('are the arrays with their names before or behind; labels may have a second axis', async () => {
    const rows = { train: 10, validation: 4, test: 5, held: 2 };
    expect((await readFacts(asked, there, FROM)).facts).toEqual({ rows });
    const { dataset, diagnostics } = await readDataset(asked, there, FROM);
    expect(diagnostics).toEqual([]);
    const { x, y } = gatherBatch(dataset!.splits.test!, ['x', 'y'], Uint32Array.of(4, 0));
    expect(x!.type.shape).toEqual([2, 4, 3, 1]);
    const expected = [...held.test_images!.values.slice(48), ...held.test_images!.values.slice(0, 12)];
    expect(x!.data).toEqual(Float32Array.from(expected, (byte) => byte / 255));
    expect(y!.data).toEqual(Int32Array.of(1, 0));
  });

  it('come from a second file where one is named', async () => {
    const two = npz('a.npz', [column('x', reals(2), { array: 'x' })], { test: 'b.npz' });
    const both = files({ 'a.npz': fixture('odd.npz'), 'b.npz': fixture('odd.npz') });
    expect((await readFacts(two, both, FROM)).facts).toEqual({ rows: { train: 4, test: 4 } });
  });

  it('have facts that read nothing but headers of what is stored', async () => {
    const counted = files({ 's.npz': fixture('stored.npz') });
    let largest = 0;
    const watched = {
      ...counted,
      read: () => Promise.reject(new Error('the facts read a whole file')),
      readPart: (path: string, offset: number, length: number) => {
        largest = Math.max(largest, length);
        return counted.readPart(path, offset, length);
      },
    };
    expect((await readFacts(npz('s.npz', [named('rows')]), watched, FROM)).facts).toEqual({ rows: { train: 2 } });
    expect(largest).toBeLessThan(9000);
  });
});

describe('mistakes', () => {
  const odd = { 'o.npz': fixture('odd.npz') };
  const one = (name: string, type: ColumnRequest['type'], options = {}) => npz('o.npz', [column(name, type, options)]);

  it('names arrays that are missing, and what is there', async () => {
    expect(await knownEarly(one('z', reals(2)), odd)).toEqual([
      'BP7112 @10 `o.npz` has no array `z_train` or `z` | name the array of `z`: `array = "complex"`',
    ]);
    const half = npz('i.npz', [column('images', image(4, 3, 1)), column('y', classes(3), { array: 'train_labels' })]);
    expect(await knownEarly(half, { 'i.npz': fixture('images.npz') })).toEqual([
      'BP7112 @10 `i.npz` has no array `train_labels_validation` | other columns have an array in the split `validation`: write one for `y` too',
    ]);
  });

  it('shows declared types beside shapes, with what to write', async () => {
    const rows = { 'o.npz': fixture('stored.npz') };
    const hints = async (type: ColumnRequest['type'], name = 'rows') => (await knownEarly(one(name, type), rows))[0];
    expect(await hints(image(4, 5, 3))).toBe(
      'BP7113 @10 `rows` is declared as image[4, 5, 3], but the array of `rows.npy` is of shape (2, 3, 4, 5) | channels come last: `np.moveaxis(x, 1, -1)` puts them there',
    );
    expect(await hints(image(3, 4, 1))).toMatch(
      / \| write `image\[3, 4, 5\]`, and the same for the input of the network$/,
    );
    expect(await hints(reals(60))).toMatch(/ \| write `real\[3, 4, 5\]`, or name another array with `array = "..."`$/);
    expect(await hints(image(2, 2, 1), 'bool')).toMatch(/ \| images have height, width and channels: /);
    expect((await knownEarly(one('x', classes(2)), odd))[0]).toMatch(
      / \| classes are one whole number a row: `np.argmax/,
    );
    expect((await knownEarly(one('scalar', reals()), odd))[0]).toMatch(
      / \| this is a single number: name an array of rows$/,
    );
  });

  it('refuses types that hold no numbers', async () => {
    const hint = 'turn it into numbers first, for instance by `.astype("float32")`';
    for (const [name, what] of [
      ['text', 'numbers of type `<U1`'],
      ['complex', 'numbers of type `<c16`'],
      ['objects', 'numbers of type `|O`'],
      ['records', 'records of several fields'],
    ] as const)
      expect(await knownEarly(one(name, reals()), odd)).toEqual([
        `BP7111 @1 \`${name}.npy\` holds ${what}, which cannot be used | ${hint}`,
      ]);
  });

  it('names the first number that is not finite, and the first class that the column does not have', async () => {
    expect(await problems(one('nan', reals()), odd)).toEqual([
      'BP7126 @10 row 2 of train, array `nan`: NaN is no finite number | remove such rows, or put in a value that you can stand by',
    ]);
    expect(await knownEarly(one('y', classes(3)), odd)).toEqual([
      'BP7106 @10 row 4 of train, array `y`: 5 is no class of class[3] | the largest class is 5: write `class[6]`, and as many outputs of the network',
    ]);
    expect((await knownEarly(one('i1_little', classes(3)), { 'o.npz': fixture('stored.npz') }))[0]).toMatch(
      /-128 is no class of class\[3\] \| number the classes from 0$/,
    );
    expect((await knownEarly(one('f8_little', classes(3)), { 'o.npz': fixture('stored.npz') }))[0]).toMatch(
      /\| classes are whole numbers from 0; a column of quantities is `real`$/,
    );
  });

  it('refuses columns of different length, and arrays without rows', async () => {
    const pair = npz('o.npz', [column('x', reals(2)), column('short', reals(2))]);
    expect(await knownEarly(pair, odd)).toEqual([
      'BP7114 @1 `x` has 4 rows, but `short` has 3 rows | the n-th rows of all columns belong together: write arrays of equal length',
    ]);
    expect(await knownEarly(one('none', reals(2)), odd)).toEqual([
      'BP7127 @1 `none` has no rows | there must be something to learn from: write at least one row',
    ]);
  });

  it('knows files that were cut off, damaged, or are something else', async () => {
    const table = npz('table.npy', [column('table', reals(2))]);
    const whole = fixture('table.npy');
    const said = (bytes: Uint8Array) => knownEarly(table, { 'table.npy': bytes });
    expect(await said(whole.subarray(0, 180))).toEqual([
      'BP7103 @1 `table.npy` has 180 bytes, but its header promises an array of shape (4, 2), which takes 192 bytes | the copy or download was cut off: fetch the file again',
    ]);
    expect((await said(whole.subarray(0, 60)))[0]).toBe(
      'BP7103 @1 `table.npy` ends inside its header: 60 bytes | the copy or download was cut off: fetch the file again',
    );
    expect((await said(Uint8Array.from([...whole, 0])))[0]).toMatch(
      / \| something was appended to the file: write it again$/,
    );
    expect(await said(new TextEncoder().encode('<html>not found'))).toEqual([
      'BP7109 @1 `table.npy` is neither an archive of arrays nor an array of NumPy | this is a web page, probably the answer to a failed download: fetch the file again',
    ]);
    expect((await said(new Uint8Array(0)))[0]).toMatch(/ \| the file is empty: write it again$/);
    expect((await said(Uint8Array.from(whole, (byte, i) => (i === 6 ? 9 : byte))))[0]).toMatch(
      /is of version 9 of the format/,
    );
    const garbled = Uint8Array.from(whole, (byte, i) => (i > 10 && i < 30 ? 32 : byte));
    expect((await said(garbled))[0]).toMatch(/^BP7109 @1 the header of `table.npy` cannot be understood: /);
  });
});

describe('archives', () => {
  const asked = npz('a.npz', [named('rows')]);
  const said = (bytes: Uint8Array, request = asked) => problems(request, { 'a.npz': bytes });
  const again = 'the copy or download was cut off or damaged: fetch the file again';

  it('without an end, or with damaged members, are said to be', async () => {
    const whole = fixture('deflated.npz');
    expect(await said(whole.subarray(0, 3000))).toEqual([
      `BP7110 @1 the archive \`a.npz\` cannot be read: its directory, which stands at the end, is missing | ${again}`,
    ]);
    expect((await said(whole.subarray(200)))[0]).toMatch(/neither an archive/);
    const stored = fixture('stored.npz');
    const text = new TextDecoder('latin1').decode(stored);
    const inside = text.indexOf('rows.npy') + 200;
    const changed = Uint8Array.from(stored, (byte, i) => (i === inside ? byte ^ 1 : byte));
    expect(await said(changed)).toEqual([
      `BP7110 @1 the archive \`a.npz\` cannot be read: \`rows.npy\` in it is damaged | ${again}`,
    ]);
  });

  it('of other methods of packing, and encrypted ones, are refused', async () => {
    const bzip = npz('a.npz', [column('x', reals(2))]);
    expect(await said(fixture('bzip2.npz'), bzip)).toEqual([
      'BP7110 @1 the archive `a.npz` cannot be read: `x.npy` in it is packed by method 12 | write it with `np.savez` or `np.savez_compressed`',
    ]);
    const locked = fixture('bzip2.npz');
    const entry = new TextDecoder('latin1').decode(locked).indexOf('PK\x01\x02');
    locked[entry + 8]! |= 1;
    expect((await said(locked, bzip))[0]).toMatch(/is encrypted \| write the archive without a password$/);
  });

  it('that promise more than memory holds are refused before anything is unpacked', async () => {
    const header = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 3), }`.padEnd(117)}\n`;
    const start = Uint8Array.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0, ...Buffer.from(header)]);
    const bomb = zipOf('rows.npy', Uint8Array.from([...start, ...new Uint8Array(10_000)]), 128 + 24e9);
    expect(await said(bomb)).toEqual([
      'BP7115 @1 `rows.npy` would take 22.4 GiB of memory, and an array may take 2 GiB | write fewer rows, or numbers of fewer bytes; if the file is smaller than that, it may be damaged',
    ]);
  });

  it('whose members unpack to another length than promised are damaged', async () => {
    const header = `${`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4, 5), }`.padEnd(117)}\n`;
    const start = [0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0, ...Buffer.from(header)];
    for (const length of [119, 100_000]) {
      const bytes = Uint8Array.from([...start, ...new Uint8Array(length)]);
      expect((await said(zipOf('rows.npy', bytes, 128 + 120)))[0]).toMatch(/`rows.npy` in it is damaged/);
    }
  });
});

/** An archive of one deflated member that says to be `size` bytes long; its checksum is wrong. */
function zipOf(name: string, content: Uint8Array, size: number): Uint8Array {
  const packed = deflateRawSync(content);
  const long = Buffer.alloc(12);
  long.writeUInt16LE(1, 0);
  long.writeUInt16LE(8, 2);
  long.writeBigUInt64LE(BigInt(size), 4);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(45, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(0xffffffff, 18);
  common.writeUInt16LE(name.length, 22);
  common.writeUInt16LE(long.length, 24);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), long, packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x2d\x00'), common, Buffer.alloc(14), Buffer.from(name), long]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Uint8Array(Buffer.concat([local, entry, end]));
}
