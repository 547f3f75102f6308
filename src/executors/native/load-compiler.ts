/**
 * The machine's own C compiler, and what it has made before: shared objects under the hash of all that went into them. Several
 * processes may fill the same folder at once, since a file gets its name only when it is whole.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { cpus, homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';

const COMPILERS = ['cc', 'gcc', 'clang'];

/**
 * Loops become vector code. NaN and infinities keep their meaning, so nothing of -ffast-math; that no mathematical function sets
 * errno and no operation traps changes no number.
 */
const FLAGS = [
  '-std=gnu11',
  '-O3',
  '-march=native',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fopenmp-simd',
  '-fPIC',
  '-shared',
];

/**
 * In kernels a multiplication and an addition are one instruction. In the loops of programs they are not: a value that several
 * loops compute must be the same in each, or what one counts (distances above a threshold) another does not find.
 */
const contraction = (source: Source): string => `-ffp-contract=${source.text === null ? 'fast' : 'off'}`;

/** The compiled programs that are kept; the longest unused goes first. */
const KEPT = 2000;

/** SHA-256 of what stands before it ends every file, so that one that was cut short is not loaded. */
const SEAL = 32;

/** Null for none. `$CC` is asked first. */
export function compiler(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = process.env.CC?.trim();
  for (const name of named ? [named, ...COMPILERS] : COMPILERS) {
    const paths = name.includes('/') ? [name] : folders.map((folder) => join(folder, name));
    const found = paths.find(canRun);
    if (found !== undefined) return found;
  }
  return null;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface Source {
  /** Absolute paths of C files. */
  readonly files: readonly string[];
  /** C text beside them; null for none. */
  readonly text: string | null;
  /** Folders of headers, all of whose files count as a part of the source. */
  readonly headers: readonly string[];
  readonly suffix: '.node' | '.so';
}

/** The path of the shared object. Throws BP8304 when the compiler refuses its source. */
export async function compiled(source: Source): Promise<string> {
  const cc = compiler();
  if (cc === null) throw new Error('no C compiler was found');
  const folder = cacheFolder();
  const path = join(folder, `${hashOf(source, cc)}${source.suffix}`);
  if (isWhole(path)) {
    touch(path);
    return path;
  }
  const own = `${path.slice(0, -source.suffix.length)}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const text = `${own}.c`;
  if (source.text !== null) writeFileSync(text, source.text);
  const files = source.text === null ? source.files : [...source.files, text];
  await run(
    cc,
    [
      ...FLAGS,
      contraction(source),
      ...source.headers.map((h) => `-I${h}`),
      ...files,
      '-o',
      `${own}.tmp`,
      '-lm',
      '-lpthread',
    ],
    files,
  );
  const bytes = readFileSync(`${own}.tmp`);
  writeFileSync(`${own}.tmp`, Buffer.concat([bytes, sha256(bytes)]));
  renameSync(`${own}.tmp`, path);
  rmSync(text, { force: true });
  forget(folder);
  return path;
}

/** Compiles anew what is there: for a file that is whole and does not load all the same. */
export async function recompiled(source: Source): Promise<string> {
  const cc = compiler();
  if (cc !== null) rmSync(join(cacheFolder(), `${hashOf(source, cc)}${source.suffix}`), { force: true });
  return compiled(source);
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function isWhole(path: string): boolean {
  try {
    const bytes = readFileSync(path);
    return bytes.length > SEAL && sha256(bytes.subarray(0, -SEAL)).equals(bytes.subarray(-SEAL));
  } catch {
    return false;
  }
}

/** Of the text, the compiler, its flags and the processor that it compiles for. */
function hashOf({ files, text, headers }: Source, cc: string): string {
  const hash = createHash('sha256');
  const real = realpathSync(cc);
  const { size, mtimeMs } = statSync(real);
  hash.update(JSON.stringify([real, size, mtimeMs, FLAGS, process.arch, cpus()[0]?.model, processorFeatures()]));
  const beside = headers.flatMap((h) =>
    readdirSync(h)
      .filter((name) => name.endsWith('.h'))
      .sort()
      .map((name) => join(h, name)),
  );
  for (const file of [...files, ...beside]) hash.update(`\0${file.split('/').at(-1)}\0`).update(readFileSync(file));
  if (text !== null) hash.update('\0').update(text);
  return hash.digest('hex').slice(0, 32);
}

/** Where several machines share a home, one's programs may not run on another of the same model. */
function processorFeatures(): string {
  try {
    return /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[0] ?? '';
  } catch {
    return '';
  }
}

let temporary: string | null = null;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-native-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `$XDG_CACHE_HOME/bprune/native`, by default below `~/.cache`; a temporary folder of this process where that cannot be written. */
function cacheFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bprune', 'native');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    temporary ??= temporaryFolder();
    return temporary;
  }
}

function run(cc: string, args: readonly string[], files: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    execFile(cc, [...args], { encoding: 'utf8', maxBuffer: 2 ** 24 }, (error, _, output) => {
      if (error === null) done();
      else
        fail(refused(cc, output.trim().split('\n')[0] || `it ended with code ${error.code} and said nothing.`, files));
    });
  });
}

function refused(cc: string, why: string, files: readonly string[]): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP8304', null, `The C compiler ${cc} did not compile the program: ${why}`, {
      notes: [`its source: ${files.length === 1 ? files[0] : dirname(files[0]!)}`],
      hint: 'set CC to another compiler, or try another --backend',
    }),
  );
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A folder that is only read: its files then look older than they are, and nobody removes them.
  }
}

/** Keeps the folder small. Another process may be faster at it. */
function forget(folder: string): void {
  const age = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const found = readdirSync(folder).map((name) => [name, age(name)] as const);
  for (const [name] of found.sort(([, a], [, b]) => b - a).slice(KEPT)) rmSync(join(folder, name), { force: true });
}
