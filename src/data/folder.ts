/** Directories as readers of whole folders see them: opened once, and one way to say what is not in them. */
import { diagnostic } from '../base/diagnostic.ts';
import { locateWritten } from './files.ts';
import { type ReadContext, textOption } from './reader.ts';

export interface Folder {
  /** As the program names it. */
  readonly written: string;
  readonly path: string;
  /** Names in it, sorted. */
  readonly names: readonly string[];
  pathOf(name: string): string;
}

/** The directory of the option `path`, or null after a report; `hint` says what it must hold. */
export async function openFolder(context: ReadContext, hint: string): Promise<Folder | null> {
  const { files, request } = context;
  const written = textOption(request.options, 'path') ?? '.';
  const path = await locateWritten(context, written, 'directory');
  if (path === null) return null;
  if (await files.isDirectory(path)) return folderAt(context, written, path);
  context.report(diagnostic('BP7101', request.readerSpan, `\`${written}\` is a file, not a directory`, { hint }));
  return null;
}

/** A directory that is known to be there. */
export async function folderAt({ files }: ReadContext, written: string, path: string): Promise<Folder> {
  return { written, path, names: await files.list(path), pathOf: (name) => files.join(path, name) };
}

/** `what` (in quotation marks already) is not in the folder; what is there instead is noted. */
export function reportAbsent(context: ReadContext, { written, names }: Folder, what: string, hint: string): void {
  const there = names.length === 0 ? 'the directory is empty' : `the directory holds ${names.slice(0, 8).join(', ')}`;
  context.report(
    diagnostic('BP7101', context.request.readerSpan, `there is no file ${what} in \`${written}\``, {
      notes: [names.length > 8 ? `${there} and ${names.length - 8} more` : there],
      hint,
    }),
  );
}
