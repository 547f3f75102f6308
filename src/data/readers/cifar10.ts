/** `cifar10("directory")`: the binary version of CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images"). */
import type { Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName, locateWritten } from '../files.ts';
import { formatColumnType, type ReadContext, type Reader, textOption } from '../reader.ts';
import { byteColumn, checkImageSize, IMAGE_SCALE } from './byte-columns.ts';
import { CLASSES, countRecords, IMAGE_SHAPE, imagesOf, labelsOf, readRecords } from './cifar10-file.ts';

export const cifar10: Reader = {
  name: 'cifar10',
  doc: 'The colour images of CIFAR-10 in its binary version: a directory with `data_batch_1.bin` ... `data_batch_5.bin` and `test_batch.bin`, or with `train.bin` and `test.bin`. `image[32, 32, 3]` and `class[10]`. Splits: train, test.',
  options: [
    {
      name: 'path',
      type: { kind: 'string' },
      default: null,
      required: true,
      doc: 'the directory, or `npm:package/path`',
    },
  ],
  columnOptions: [IMAGE_SCALE],
  columnTypes: ['image', 'class'],

  async facts(context) {
    const found = await findFiles(context);
    if (found === null || !fitsColumns(context, found)) return null;
    const rows: Record<string, number> = {};
    for (const { split, paths } of found) {
      const counts = [];
      for (const path of paths) counts.push(await countRecords(context, path));
      if (counts.includes(null)) return null;
      rows[split] = counts.reduce<number>((sum, n) => sum + n!, 0);
    }
    return rows;
  },

  async read(context) {
    const found = await findFiles(context);
    if (found === null || !fitsColumns(context, found)) return null;
    const splits: Split[] = [];
    const contents: Uint8Array[] = [];
    for (const { split, paths } of found) {
      const records = await readRecords(context, paths);
      if (records === null) return null;
      splits.push(splitOf(context, split, records));
      contents.push(records);
    }
    return { splits, contents };
  },
};

interface SplitFiles {
  readonly split: string;
  readonly paths: readonly string[];
}

/** The names that the files of a split may have. */
const LAYOUTS = [
  { train: [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`), test: ['test_batch.bin'] },
  { train: ['train.bin'], test: ['test.bin'] },
] as const;

async function findFiles(context: ReadContext): Promise<readonly SplitFiles[] | null> {
  const { files, request } = context;
  const written = textOption(request.options, 'path') ?? '.';
  const directory = await locateWritten(context, written, 'directory');
  if (directory === null) return null;
  if (!(await files.isDirectory(directory))) {
    const hint = 'name the directory that holds the files';
    context.report(diagnostic('BP7101', request.readerSpan, `\`${written}\` is a file, not a directory`, { hint }));
    return null;
  }
  const names = await files.list(directory);
  // Of a directory that has a part of both, the first layout is said to be broken.
  const layout = LAYOUTS.find((l) => [...l.train, ...l.test].some((name) => names.includes(name))) ?? LAYOUTS[0];
  const missing = [...layout.train, ...layout.test].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    reportMissing(context, written, missing, names);
    return null;
  }
  const pathsOf = (parts: readonly string[]) => parts.map((name) => files.join(directory, name));
  return [
    { split: 'train', paths: pathsOf(layout.train) },
    { split: 'test', paths: pathsOf(layout.test) },
  ];
}

function reportMissing(
  context: ReadContext,
  directory: string,
  missing: readonly string[],
  names: readonly string[],
): void {
  const there = names.length === 0 ? 'the directory is empty' : `the directory holds ${names.slice(0, 8).join(', ')}`;
  const message = `there is no file ${missing.map((name) => `\`${name}\``).join(', ')} in \`${directory}\``;
  context.report(
    diagnostic('BP7101', context.request.readerSpan, message, {
      notes: [names.length > 8 ? `${there} and ${names.length - 8} more` : there],
      hint: whereInstead(directory, names),
    }),
  );
}

function whereInstead(directory: string, names: readonly string[]): string {
  const inner = 'cifar-10-batches-bin';
  if (names.includes(inner)) return `the archive unpacks into a directory: write \`${directory}/${inner}\``;
  if (names.includes('data_batch_1')) {
    return 'these are the files for Python: fetch the binary version, `cifar-10-binary.tar.gz`';
  }
  return 'name the directory with `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, or with `train.bin` and `test.bin`';
}

/** All declared types against what CIFAR-10 has. */
function fitsColumns(context: ReadContext, found: readonly SplitFiles[]): boolean {
  let fits = checkImageSize(context, IMAGE_SHAPE, baseName(found[0]!.paths[0]!));
  for (const column of context.request.columns) {
    if (column.type.kind !== 'class' || column.type.classes === CLASSES) continue;
    fits = false;
    const message = `\`${column.name}\` is declared as ${formatColumnType(column)}, but CIFAR-10 has ${CLASSES} classes`;
    const hint = `write \`class[${CLASSES}]\`, and as many outputs of the network`;
    context.report(diagnostic('BP7106', column.span, message, { hint }));
  }
  return fits;
}

/** The images are put in order once, and only where a column asks for them. */
function splitOf(context: ReadContext, name: string, records: Uint8Array): Split {
  const labels = labelsOf(records);
  const wantsImages = context.request.columns.some((c) => c.type.kind === 'image');
  const images = wantsImages ? imagesOf(records) : new Uint8Array(0);
  const columns = context.request.columns.map((c) => byteColumn(c, c.type.kind === 'class' ? labels : images));
  return { name, rows: labels.length, columns: Object.fromEntries(columns.map((c) => [c.name, c])) };
}
