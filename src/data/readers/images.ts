/** `images("folder")`: PNG and JPEG files in a folder for each class. */
import { countOf } from '../../base/counts.ts';
import type { Column, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import {
  formatColumnType,
  MOST_BYTES,
  pathOption,
  type ReadContext,
  type Reader,
  sayTooLarge,
  textOption,
} from '../reader.ts';
import { STANDARDISE } from '../standardise.ts';
import { byteColumn, IMAGE_SCALE } from './byte-columns.ts';
import { type ImageFile, imageColumns, readImages, startFits, type Wanted, wantedOf } from './image-files.ts';
import { type ImageFolder, openImageFolder } from './image-folder.ts';

export const images: Reader = {
  name: 'images',
  doc: 'PNG and JPEG files in folders: each folder in the one that is named is a class, in the order of their names. The column says the size, `image[32, 32, 3]`, and 1 or 3 channels: colours become grey by their brightness (0.299 red + 0.587 green + 0.114 blue), grey three equal channels. Splits: train, and test when a second folder is given or a split is declared.',
  options: [
    pathOption('the folder'),
    {
      name: 'test',
      type: { kind: 'string' },
      default: null,
      required: false,
      doc: 'a second folder: the split `test`',
    },
    {
      name: 'size',
      type: { kind: 'integers', min: 1 },
      default: null,
      required: false,
      doc: '`[height, width]` to which all images are brought, by bilinear interpolation that averages where an image shrinks; without it all files must have one size',
    },
  ],
  columnOptions: [IMAGE_SCALE, STANDARDISE],
  columnTypes: ['image', 'class'],

  async facts(context) {
    const found = await openFolders(context);
    const wanted = found === null ? null : wantedOf(context);
    if (found === null || wanted === null) return null;
    // The first image of each class tells most of what can be wrong; all are looked at when they are read.
    for (const { folder } of found) {
      for (const { images } of folder.classes) if (!(await startFits(context, images[0]!, wanted))) return null;
    }
    return Object.fromEntries(found.map(({ split, folder }) => [split, filesOf(folder).length]));
  },

  async read(context) {
    const found = await openFolders(context);
    const wanted = found === null ? null : wantedOf(context);
    if (found === null || wanted === null) return null;
    const splits: Split[] = [];
    const contents: Uint8Array[] = [];
    for (const folder of found) {
      const read = await readSplit(context, folder, wanted);
      if (read === null) return null;
      splits.push(read.split);
      contents.push(...read.contents);
    }
    saySkipped(context, found);
    return { splits, contents };
  },
};

interface SplitFolder {
  readonly split: string;
  readonly folder: ImageFolder;
  /** The names of the classes, in their order. */
  readonly names: readonly string[];
}

function filesOf({ classes }: ImageFolder): readonly ImageFile[] {
  return classes.flatMap((c) => c.images);
}

/** The folders of all splits; the classes are those of the first, which the declared types agree with. Null after a report. */
async function openFolders(context: ReadContext): Promise<readonly SplitFolder[] | null> {
  const { options } = context.request;
  const train = await openImageFolder(context, textOption(options, 'path') ?? '.');
  if (train === null || !fitsClasses(context, train)) return null;
  const names = train.classes.map((c) => c.name);
  const second = textOption(options, 'test');
  if (second === null) return [{ split: 'train', folder: train, names }];
  const test = await openImageFolder(context, second);
  if (test === null || !knowsClasses(context, names, train, test)) return null;
  return [
    { split: 'train', folder: train, names },
    { split: 'test', folder: test, names },
  ];
}

function fitsClasses(context: ReadContext, { written, classes }: ImageFolder): boolean {
  const { length } = classes;
  const wrong = context.request.columns.find((c) => c.type.kind === 'class' && c.type.classes !== length);
  if (wrong === undefined) return true;
  const message = `\`${wrong.name}\` is declared as ${formatColumnType(wrong)}, but \`${written}\` has ${countOf(length, 'folder')}`;
  const shown = classes.slice(0, 12).map((c) => c.name);
  context.report(
    diagnostic('BP7106', wrong.span, message, {
      notes: [`the folders are ${shown.join(', ')}${length > 12 ? ', ...' : ''}`],
      hint: `write \`class[${length}]\`, and as many outputs of the network`,
    }),
  );
  return false;
}

/** A class that the second folder lacks is no mistake: it may be small. */
function knowsClasses(context: ReadContext, names: readonly string[], train: ImageFolder, test: ImageFolder): boolean {
  const stranger = test.classes.find((c) => !names.includes(c.name));
  if (stranger === undefined) return true;
  const message = `\`${test.written}\` has a folder \`${stranger.name}\`, and \`${train.written}\` has none`;
  const near = nearest(stranger.name, names);
  const hint = `the names of the folders are the classes: ${near === null ? 'both must have the same' : `rename it to \`${near}\` if that is the one`}`;
  context.report(diagnostic('BP7106', context.request.readerSpan, message, { hint }));
  return false;
}

async function readSplit(context: ReadContext, { split, folder, names }: SplitFolder, wanted: Wanted) {
  const files = filesOf(folder);
  const labels = Int32Array.from(folder.classes.flatMap((c) => c.images.map(() => names.indexOf(c.name))));
  const columns: Record<string, Column> = {};
  const contents: Uint8Array[] = [new Uint8Array(labels.buffer)];
  for (const { name, type } of context.request.columns) {
    if (type.kind === 'class')
      columns[name] = { name, kind: 'class', shape: [], data: labels, scale: [1], offset: [0] };
  }
  for (const column of imageColumns(context)) {
    const bytes = files.length * sizeOf(column.type.shape);
    if (bytes > MOST_BYTES) return sayTooLarge(context, `\`${column.name}\``, bytes);
    const data = await readImages(context, files, column, wanted);
    if (data === null) return null;
    columns[column.name] = byteColumn(column, data);
    contents.push(data);
  }
  return { split: { name: split, rows: files.length, columns }, contents };
}

const MOST_SHOWN = 4;

/** One warning for all files that are no images. */
function saySkipped(context: ReadContext, found: readonly SplitFolder[]): void {
  const skipped = found.flatMap(({ folder }) => folder.skipped.map((name) => `${folder.written}/${name}`));
  if (skipped.length === 0) return;
  const are = skipped.length === 1 ? 'is no image' : 'are no images';
  const shown = skipped.slice(0, MOST_SHOWN).map((name) => `\`${name}\``);
  const more = skipped.length > MOST_SHOWN ? ` and ${skipped.length - MOST_SHOWN} more` : '';
  context.report(
    diagnostic(
      'BP7152',
      context.request.readerSpan,
      `${countOf(skipped.length, 'file')} ${are} of a class: ${shown.join(', ')}${more}`,
      {
        severity: 'warning',
        hint: 'they were passed over; images end in `.png`, `.jpg` or `.jpeg` and lie in the folder of their class',
      },
    ),
  );
}
