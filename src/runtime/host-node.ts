/** The Host of Node: the file system, the clock, and what a person means by a path. */
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { freemem, hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { Host } from './host.ts';

const PACKAGE_PREFIX = 'npm:';
const OWN_PREFIX = 'bprune:';

/** `stop` says whether the user asked to stop; the command line sets it on Ctrl-C. */
export function nodeHost(stop: { readonly requested: boolean } = { requested: false }): Host {
  return {
    join,
    resolve: (path) => resolve(path),
    locate,
    exists,
    isDirectory: (path) => guarded(path, async () => (await stat(path)).isDirectory()),
    list: (path) => guarded(path, async () => (await readdir(path)).sort()),
    read: (path) => guarded(path, () => readWhole(path)),
    readPart: (path, offset, length) => guarded(path, () => readPart(path, offset, length)),
    size: (path) => guarded(path, async () => (await stat(path)).size),
    makeDirectory: (path) => guarded(path, async () => void (await mkdir(path, { recursive: true }))),
    claimDirectory: (path) => guarded(path, () => claim(path)),
    write: (path, content) => guarded(path, () => writeWhole(path, content)),
    writeNew: (path, content) => guarded(path, () => writeNew(path, content)),
    append: (path, content) => guarded(path, () => appendFile(path, content)),
    rename: (from, to) => guarded(to, () => rename(from, to)),
    remove: (path) => guarded(path, () => rm(path, { recursive: true, force: true })),
    now: () => performance.now(),
    date: () => new Date().toISOString(),
    interrupted: () => stop.requested,
    breathe: () => new Promise((done) => setImmediate(done)),
    freeMemory: () => freemem() + process.memoryUsage.rss(),
    peakMemory: () => 1024 * process.resourceUsage().maxRSS,
    pid: process.pid,
    markOf,
    machine: hostname(),
    versions: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** One system call decides who made it, so two runs that begin at once never share a directory. */
async function claim(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A plain array over the very bytes: a copy of MNIST would take as long as reading it. */
async function readWhole(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Signal 0 reaches nobody; a process of another user is there, though it may not be signalled. */
async function markOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  // Linux says more: a process that has ended stays in the table until its parent asks, and each has its start time.
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (line === null) return '';
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0]!, fields[19]!];
  return state === 'Z' || state === 'X' ? null : started;
}

/** Beside the program first, then in the working directory; packages in the `node_modules` above the program, then above bprune; bprune's own files in its `models`. */
async function locate(written: string, from: string): Promise<string | null> {
  const own = dirname(fileURLToPath(import.meta.url));
  const candidates = written.startsWith(OWN_PREFIX)
    ? ancestors(own).map((folder) => join(folder, 'models', ownFile(written.slice(OWN_PREFIX.length))))
    : written.startsWith(PACKAGE_PREFIX)
      ? inPackages(written.slice(PACKAGE_PREFIX.length), [dirname(resolve(from)), process.cwd(), own])
      : [resolve(dirname(resolve(from)), written), resolve(written)];
  for (const path of candidates) if (await exists(path)) return path;
  return null;
}

/** Without a name, the folder of them all. */
function ownFile(name: string): string {
  return name === '' ? '.' : `${name}.bprune`;
}

function inPackages(inside: string, starts: readonly string[]): string[] {
  return starts.flatMap((start) => ancestors(start).map((folder) => join(folder, 'node_modules', inside)));
}

function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is nothing of that name',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
};

/** Turns what the system refuses into a diagnostic; anything else is a bug and goes on as it is. */
async function guarded<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new DiagnosticError(
        diagnostic('BP7204', null, `The disk is full: ${path} cannot be written.`, {
          hint: 'make room, or choose another place with --out',
        }),
      );
    }
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    const why = reasons[code] ?? `the system says ${code}`;
    throw new DiagnosticError(
      diagnostic('BP7201', null, `${path} cannot be used: ${why}.`, {
        hint: 'check the path and who may read and write there',
      }),
    );
  }
}
