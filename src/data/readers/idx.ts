/** `idx("directory")`: the four files of MNIST and its many relatives, packed by gzip or not. */
import { countOf } from '../../base/counts.ts';
import type { Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import type { Shape } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import { baseName } from '../files.ts';
import { openFolder, reportAbsent } from '../folder.ts';
import { pathOption, type ReadContext, type Reader } from '../reader.ts';
import { byteColumn, checkClasses, checkImageSize, IMAGE_SCALE } from './byte-columns.ts';
import { type IdxFile, type IdxHeader, type IdxKind, readIdxFile, readIdxHeader } from './idx-file.ts';

const IMAGES: IdxKind = { noun: 'image', axes: [3, 4] };
const LABELS: IdxKind = { noun: 'label', axes: [1] };

export const idx: Reader = {
  name: 'idx',
  doc: 'Images and classes from IDX files (MNIST, Fashion-MNIST, KMNIST ...): a directory with `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, each also as `.gz`. Splits: train, test.',
  options: [pathOption('the directory')],
  columnOptions: [IMAGE_SCALE],
  columnTypes: ['image', 'class'],

  async facts(context) {
    const found = await findFiles(context);
    if (found === null) return null;
    const rows: Record<string, number> = {};
    for (const { split, images, labels } of found) {
      const [header, classes] = [
        await readIdxHeader(context, images, IMAGES),
        await readIdxFile(context, labels, LABELS),
      ];
      if (header !== null) checkImageSize(context, shapeOf(header), baseName(images));
      if (classes !== null) checkClasses(context, split, classes.data);
      if (header === null || classes === null || !haveRows(context, header, classes)) continue;
      rows[split] = header.sizes[0]!;
    }
    return rows;
  },

  async read(context) {
    const found = await findFiles(context);
    if (found === null) return null;
    const wantsImages = context.request.columns.some((column) => column.type.kind === 'image');
    const splits: Split[] = [];
    const contents: Uint8Array[] = [];
    for (const { split, images, labels } of found) {
      const pictures = wantsImages
        ? await readIdxFile(context, images, IMAGES)
        : await withoutContent(readIdxHeader(context, images, IMAGES));
      const classes = await readIdxFile(context, labels, LABELS);
      if (pictures === null || classes === null || !haveRows(context, pictures, classes)) return null;
      if (!checkImageSize(context, shapeOf(pictures), baseName(images)) || !checkClasses(context, split, classes.data))
        return null;
      const columns = context.request.columns.map((c) =>
        byteColumn(c, c.type.kind === 'class' ? classes.data : pictures.data),
      );
      splits.push({
        name: split,
        rows: classes.data.length,
        columns: Object.fromEntries(columns.map((c) => [c.name, c])),
      });
      contents.push(pictures.bytes, classes.bytes);
    }
    return { splits, contents };
  },
};

/** A file of images that nobody asks for. */
async function withoutContent(header: Promise<IdxHeader | null>): Promise<IdxFile | null> {
  const read = await header;
  return read === null ? null : { ...read, bytes: new Uint8Array(0), data: new Uint8Array(0) };
}

interface SplitFiles {
  readonly split: string;
  readonly images: string;
  readonly labels: string;
}

const HINT = 'name the directory that holds the four files';

/** The four files by what they hold; each one that is missing is reported. */
async function findFiles(context: ReadContext): Promise<readonly SplitFiles[] | null> {
  const folder = await openFolder(context, HINT);
  if (folder === null) return null;
  const pick = (stem: string, axes: number): string | null => {
    const spellings = [`${stem}-idx${axes}-ubyte`, `${stem}.idx${axes}-ubyte`];
    const name = spellings.flatMap((s) => [s, `${s}.gz`]).find((s) => folder.names.includes(s));
    if (name !== undefined) return folder.pathOf(name);
    const [first] = spellings;
    const near = nearest(first!, folder.names);
    const hint = near === null ? HINT : `rename \`${near}\` if that is the one`;
    reportAbsent(context, folder, `\`${first}\` or \`${first}.gz\``, hint);
    return null;
  };
  const found = [
    { split: 'train', images: pick('train-images', 3), labels: pick('train-labels', 1) },
    { split: 'test', images: pick('t10k-images', 3), labels: pick('t10k-labels', 1) },
  ];
  const whole = found.filter((f): f is SplitFiles => f.images !== null && f.labels !== null);
  return whole.length === found.length ? whole : null;
}

/** As many labels as images, and some of them. */
function haveRows(context: ReadContext, images: IdxHeader, labels: IdxHeader): boolean {
  const [pictures, classes] = [images.sizes[0]!, labels.sizes[0]!];
  if (pictures === classes && pictures > 0) return true;
  if (pictures === classes) {
    const hint = 'the header may have been written before the images: fetch or make the file again';
    const message = `\`${baseName(images.path)}\` holds no images`;
    context.report(diagnostic('BP7127', context.request.readerSpan, message, { hint }));
    return false;
  }
  const message = `\`${baseName(images.path)}\` holds ${countOf(pictures, 'image')}, but \`${baseName(labels.path)}\` ${countOf(classes, 'label')}`;
  const hint = 'the two files must belong together: fetch both again';
  context.report(diagnostic('BP7104', context.request.readerSpan, message, { hint }));
  return false;
}

/** Height, width and channels; three axes are images of one channel. */
function shapeOf({ sizes: [, height = 0, width = 0, channels = 1] }: IdxHeader): Shape {
  return [height, width, channels];
}
