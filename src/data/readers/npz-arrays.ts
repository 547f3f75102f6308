/** Named arrays of NumPy, wherever they lie: in an `.npz` archive, as `.npy` files of a directory, or one file alone. */
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName, guessFormat, locateWritten } from '../files.ts';
import { folderAt } from '../folder.ts';
import type { ReadContext } from '../reader.ts';
import { HEADER_START, type NpyHeader, parseNpyHeader } from './npy-file.ts';
import { readMember, readZipDirectory } from './zip-file.ts';

export interface ArraySource {
  /** What holds the arrays, for messages. */
  readonly written: string;
  readonly names: readonly string[];
  /** Null after a report. */
  header(name: string): Promise<NpyHeader | null>;
  /** The whole `.npy` file with its header; null after a report. */
  content(name: string): Promise<{ readonly header: NpyHeader; readonly bytes: Uint8Array } | null>;
}

/** What is written as `written`; null after a report. */
export async function openArrays(context: ReadContext, written: string): Promise<ArraySource | null> {
  const path = await locateWritten(context, written, 'file');
  if (path === null) return null;
  const { files } = context;
  if (await files.isDirectory(path)) {
    const folder = await folderAt(context, written, path);
    const names = folder.names.filter((name) => name.endsWith('.npy'));
    return source(
      context,
      written,
      new Map(names.map((name) => [stem(name), plainFile(context, folder.pathOf(name))])),
    );
  }
  const start = await files.readPart(path, 0, 8);
  if (start[0] === 0x50 && start[1] === 0x4b) {
    const members = await readZipDirectory(context, path);
    if (members === null) return null;
    const arrays = members.filter((member) => member.name.endsWith('.npy'));
    const read = (member: (typeof arrays)[number]): ArrayFile => ({
      label: member.name,
      size: async () => member.size,
      read: (length) => readMember(context, path, member, length),
    });
    return source(context, written, new Map(arrays.map((member) => [stem(member.name), read(member)])));
  }
  if (start[0] === 0x93) return source(context, written, new Map([[stem(baseName(path)), plainFile(context, path)]]));
  const message = `\`${baseName(path)}\` is neither an archive of arrays nor an array of NumPy`;
  const hint = start.length === 0 ? 'the file is empty: write it again' : guessFormat(start);
  context.report(
    diagnostic('BP7109', context.request.readerSpan, message, { notes: [`the file is \`${path}\``], hint }),
  );
  return null;
}

/** One `.npy` file. */
interface ArrayFile {
  readonly label: string;
  size(): Promise<number>;
  /** At least so many bytes where there are so many, all of them without a number; null after a report. */
  read(length?: number): Promise<Uint8Array | null>;
}

function plainFile({ files }: ReadContext, path: string): ArrayFile {
  return {
    label: baseName(path),
    size: () => files.size(path),
    read: (length) => (length === undefined ? files.read(path) : files.readPart(path, 0, length)),
  };
}

function source(context: ReadContext, written: string, arrays: ReadonlyMap<string, ArrayFile>): ArraySource {
  const parsed = async (name: string, bytes: Uint8Array | null) => {
    if (bytes === null) return null;
    const file = arrays.get(name)!;
    return parseNpyHeader(context, file.label, bytes, await file.size());
  };
  const header = async (name: string) => parsed(name, await arrays.get(name)!.read(HEADER_START));
  return {
    written,
    names: [...arrays.keys()].sort(),
    header,
    async content(name) {
      // What the header says is looked at before its numbers take memory.
      if ((await header(name)) === null) return null;
      const bytes = await arrays.get(name)!.read();
      const whole = await parsed(name, bytes);
      return bytes === null || whole === null ? null : { header: whole, bytes };
    },
  };
}

function stem(name: string): string {
  return name.replace(/\.npy$/, '');
}
