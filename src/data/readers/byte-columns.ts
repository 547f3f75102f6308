/** Columns of images and classes that a file holds as bytes: their setting, and what they must agree with. */
import type { OptionSpec } from '../../base/catalogue.ts';
import type { Column, ColumnRequest } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { formatShape, type Shape, sameShape } from '../../base/host-array.ts';
import { formatColumnType, type ReadContext } from '../reader.ts';

export const IMAGE_SCALE: OptionSpec = {
  name: 'scale',
  type: { kind: 'number' },
  default: 1,
  required: false,
  doc: 'factor of the bytes 0 ... 255 of an image; `1/255` gives numbers from 0 to 1',
};

/** Every image column against the size that `file` has; says so once for each column. */
export function checkImageSize(context: ReadContext, found: Shape, file: string): boolean {
  let fits = true;
  for (const column of context.request.columns) {
    if (column.type.kind !== 'image' || sameShape(column.type.shape, found)) continue;
    fits = false;
    const message = `\`${column.name}\` is declared as ${formatColumnType(column)}, but \`${file}\` holds images of ${formatShape(found)}`;
    context.report(
      diagnostic('BP7105', column.span, message, {
        labels: [{ span: context.request.readerSpan, message: 'the files are named here' }],
        hint: `write \`image[${found.join(', ')}]\`, and the same for the input of the network`,
      }),
    );
  }
  return fits;
}

/** Every class column against the labels; the first label that does not fit is named. */
export function checkClasses(context: ReadContext, split: string, labels: Uint8Array): boolean {
  let fits = true;
  for (const column of context.request.columns) {
    if (column.type.kind !== 'class') continue;
    const { classes } = column.type;
    const row = labels.findIndex((label) => label >= classes);
    if (row < 0) continue;
    fits = false;
    const largest = labels.reduce((a, b) => Math.max(a, b), 0);
    const message = `\`${column.name}\` is declared as class[${classes}], but row ${row + 1} of ${split} is of class ${labels[row]}`;
    context.report(
      diagnostic('BP7106', column.span, message, {
        notes: [`the classes of class[${classes}] are 0 to ${classes - 1}`],
        hint: `the largest label is ${largest}: write \`class[${largest + 1}]\`, and as many outputs of the network`,
      }),
    );
  }
  return fits;
}

/** The column whose bytes are `data`. */
export function byteColumn(request: ColumnRequest, data: Uint8Array): Column {
  const { name, type, options } = request;
  if (type.kind === 'class') return { name, kind: 'class', shape: [], data, scale: [1], offset: [0] };
  const scale = typeof options.scale === 'number' ? options.scale : 1;
  return { name, kind: type.kind, shape: type.shape, data, scale: [scale], offset: [0] };
}
