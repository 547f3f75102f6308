/** `cifar10("directory")`: the binary version of CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images"). */
import type { Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName } from '../files.ts';
import { type Folder, openFolder, reportAbsent } from '../folder.ts';
import { formatColumnType, pathOption, type ReadContext, type Reader } from '../reader.ts';
import { byteColumn, checkImageSize, IMAGE_SCALE } from './byte-columns.ts';
import { CLASSES, countRecords, IMAGE_SHAPE, imagesOf, labelsOf, readRecords } from './cifar10-file.ts';

export const cifar10: Reader = {
  name: 'cifar10',
  doc: 'The colour images of CIFAR-10 in its binary version: a directory with `data_batch_1.bin` ... `data_batch_5.bin` and `test_batch.bin`, or with `train.bin` and `test.bin`. `image[32, 32, 3]` and `class[10]`. Splits: train, test.',
  options: [pathOption('the directory')],
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
  const folder = await openFolder(context, 'name the directory that holds the files');
  if (folder === null) return null;
  // Of a directory that has a part of both, the first layout is said to be broken.
  const layout = LAYOUTS.find((l) => [...l.train, ...l.test].some((name) => folder.names.includes(name))) ?? LAYOUTS[0];
  const missing = [...layout.train, ...layout.test].filter((name) => !folder.names.includes(name));
  if (missing.length > 0) {
    reportAbsent(context, folder, missing.map((name) => `\`${name}\``).join(', '), whereInstead(folder));
    return null;
  }
  return [
    { split: 'train', paths: layout.train.map(folder.pathOf) },
    { split: 'test', paths: layout.test.map(folder.pathOf) },
  ];
}

function whereInstead({ written, names }: Folder): string {
  const inner = 'cifar-10-batches-bin';
  if (names.includes(inner)) return `the archive unpacks into a directory: write \`${written}/${inner}\``;
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
