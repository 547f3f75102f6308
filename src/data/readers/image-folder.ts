/** A folder with one folder of images for each class: which classes there are, and which files. */
import { countOf } from '../../base/counts.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { locateWritten } from '../files.ts';
import { type Folder, folderAt } from '../folder.ts';
import type { ReadContext } from '../reader.ts';
import { IMAGE_NAME } from './image-header.ts';

export interface ClassFolder {
  readonly name: string;
  /** Names for messages, `cats/1.png`, and paths, in the order of the names. */
  readonly images: readonly { readonly name: string; readonly path: string }[];
}

export interface ImageFolder {
  readonly written: string;
  /** Sorted by name: the n-th is class n - 1. */
  readonly classes: readonly ClassFolder[];
  /** What is neither a folder of a class nor an image in one. */
  readonly skipped: readonly string[];
}

/** Null after a report. */
export async function openImageFolder(context: ReadContext, written: string): Promise<ImageFolder | null> {
  const { files, request } = context;
  const path = await locateWritten(context, written, 'directory');
  if (path === null) return null;
  if (!(await files.isDirectory(path))) {
    const hint = 'name the folder that has a folder of images for each class';
    context.report(diagnostic('BP7101', request.readerSpan, `\`${written}\` is a file, not a directory`, { hint }));
    return null;
  }
  const folder = await folderAt(context, written, path);
  const classes: ClassFolder[] = [];
  const skipped: string[] = [];
  for (const name of folder.names.filter(isSeen)) {
    if (!(await files.isDirectory(folder.pathOf(name)))) skipped.push(name);
    else classes.push(await classFolder(context, folder, name, skipped));
  }
  return isWhole(context, written, classes, skipped) ? { written, classes, skipped } : null;
}

/** What systems leave in folders begins with a dot. */
function isSeen(name: string): boolean {
  return !name.startsWith('.');
}

async function classFolder(
  context: ReadContext,
  folder: Folder,
  name: string,
  skipped: string[],
): Promise<ClassFolder> {
  const inner = await folderAt(context, name, folder.pathOf(name));
  const images = [];
  for (const file of inner.names.filter(isSeen)) {
    if (IMAGE_NAME.test(file)) images.push({ name: `${name}/${file}`, path: inner.pathOf(file) });
    else skipped.push(`${name}/${file}`);
  }
  return { name, images };
}

function isWhole(
  context: ReadContext,
  written: string,
  classes: readonly ClassFolder[],
  skipped: readonly string[],
): boolean {
  const place = context.request.readerSpan;
  const loose = skipped.filter((name) => IMAGE_NAME.test(name));
  if (classes.length === 0) {
    const there = loose.length > 0 ? `holds ${countOf(loose.length, 'image')}, but no folders` : 'has no folders in it';
    const hint = `put the images of each class into a folder of their own, such as \`${written}/cats\``;
    context.report(diagnostic('BP7116', place, `\`${written}\` ${there}`, { hint }));
    return false;
  }
  for (const { name, images } of classes) {
    if (images.length > 0) continue;
    const inner = skipped.filter((s) => s.startsWith(`${name}/`));
    const notes =
      inner.length === 0 ? [] : [`it has ${inner.slice(0, 3).join(', ')}${inner.length > 3 ? ', ...' : ''}`];
    const hint = ['train', 'test'].includes(name)
      ? `of two folders with classes, name both: \`images("${written}/train", test = "${written}/test")\``
      : 'put PNG or JPEG files in, or remove the folder';
    context.report(
      diagnostic('BP7116', place, `the class folder \`${written}/${name}\` has no images`, { notes, hint }),
    );
    return false;
  }
  return true;
}
