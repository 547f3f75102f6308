/**
 * The run directory. It grows under a temporary name beside its final one and is renamed when the run ends, well or badly;
 * if writing itself fails it is taken away, so that nobody meets half of one, unless a checkpoint lies in it.
 */
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { Host } from './host.ts';
import { refuseHeld, releaseLock, takeLock } from './lock.ts';

export type RunStatus = 'finished' | 'failed' | 'interrupted';

export interface RunRecord {
  /** Where the directory will be. */
  readonly path: string;
  /** Bytes of its two tables so far. */
  lengths(): TableLengths;
  /** One line of `metrics.jsonl`: the same bytes for the same seed. */
  metrics(line: object): Promise<void>;
  /** One line of `timings.jsonl`: wall times live here and nowhere else. */
  timings(line: object): Promise<void>;
  file(name: string, content: string | Uint8Array): Promise<void>;
  has(name: string): Promise<boolean>;
  /** Takes a file away; none of that name is no error. */
  remove(name: string): Promise<void>;
  /** Writes `run.json` and gives the directory its name. */
  finish(status: RunStatus, about: object): Promise<void>;
  /** Takes everything away. */
  abandon(): Promise<void>;
  /** Says that this process writes no more; also behind `finish` and `abandon`. */
  release(): Promise<void>;
}

/** Bytes of `metrics.jsonl` and `timings.jsonl`. */
export interface TableLengths {
  readonly metrics: number;
  readonly timings: number;
}

/** For steps outside a run: what they want to keep is not kept. */
export const noRecord: RunRecord = {
  path: '',
  lengths: () => ({ metrics: 0, timings: 0 }),
  has: async () => false,
  remove: async () => undefined,
  metrics: async () => undefined,
  timings: async () => undefined,
  file: async () => undefined,
  finish: async () => undefined,
  abandon: async () => undefined,
  release: async () => undefined,
};

export interface RecordOptions {
  /** From `--out`; null for the first free of `runs/NAME`, `runs/NAME-2`, ... */
  readonly out: string | null;
  readonly name: string;
  readonly overwrite: boolean;
}

/** Fails before any work is done when the directory is taken or cannot be written. */
export async function openRecord(host: Host, options: RecordOptions): Promise<RunRecord> {
  const { out, overwrite } = options;
  const path =
    out === null ? await claimFree(host, options.name) : await claimNamed(host, host.resolve(out), overwrite);
  const partial = partialOf(path);
  const at = (name: string) => host.join(partial, name);
  try {
    await takeLock(host, partial, path);
    await host.write(at('metrics.jsonl'), '');
    await host.write(at('timings.jsonl'), '');
  } catch (error) {
    await host.remove(partial).catch(() => undefined);
    throw error;
  }
  return recordAt(host, path, { metrics: 0, timings: 0 });
}

/**
 * Goes on with the directory of a run that was interrupted, that failed or that was killed. Lines of its tables behind
 * these lengths are of steps that will be done again. Throws `DiagnosticError` where another process writes there.
 */
export async function reopenRecord(host: Host, path: string, lengths: TableLengths): Promise<RunRecord> {
  const partial = partialOf(path);
  if (!(await host.exists(partial))) await host.rename(path, partial);
  await takeLock(host, partial, path);
  for (const [name, length] of Object.entries(lengths)) {
    const file = host.join(partial, `${name}.jsonl`);
    await host.write(file, (await host.read(file)).subarray(0, length));
  }
  return recordAt(host, path, lengths);
}

/** Where a run's files lie now: under its own name, or under the temporary one; null when there is no such run. */
export async function locateRun(host: Host, given: string): Promise<{ path: string; folder: string } | null> {
  const path = host.resolve(given).replace(/\.partial\/?$/, '');
  for (const folder of [partialOf(path), path]) if (await host.exists(folder)) return { path, folder };
  return null;
}

function recordAt(host: Host, path: string, from: TableLengths): RunRecord {
  const partial = partialOf(path);
  const at = (name: string) => host.join(partial, name);
  const lengths = { ...from };
  const append = async (table: keyof TableLengths, line: object) => {
    const text = `${toJson(line)}\n`;
    await host.append(at(`${table}.jsonl`), text);
    lengths[table] += new TextEncoder().encode(text).length;
  };
  return {
    path,
    lengths: () => ({ ...lengths }),
    metrics: (line) => append('metrics', line),
    timings: (line) => append('timings', line),
    async file(name, content) {
      const slash = name.lastIndexOf('/');
      if (slash >= 0) await host.makeDirectory(at(name.slice(0, slash)));
      await host.write(at(name), content);
    },
    has: (name) => host.exists(at(name)),
    remove: (name) => host.remove(at(name)),
    async finish(status, about) {
      await host.write(at('run.json'), `${toJson({ status, ...about }, 2)}\n`);
      await releaseLock(host, partial);
      await replaceDirectory(host, partial, path);
    },
    abandon: () => host.remove(partial),
    release: () => releaseLock(host, partial),
  };
}

function partialOf(path: string): string {
  return `${path}.partial`;
}

/** The first name that is free, with its temporary directory made: runs that begin together get different names. */
async function claimFree(host: Host, name: string): Promise<string> {
  for (let i = 1; ; i++) {
    const path = host.resolve(host.join('runs', i === 1 ? name : `${name}-${i}`));
    if (await host.exists(path)) continue;
    if (await host.claimDirectory(partialOf(path))) return path;
  }
}

/** The name that the user gave, with its temporary directory made. */
async function claimNamed(host: Host, path: string, overwrite: boolean): Promise<string> {
  await refuseTaken(host, path, overwrite, 'run.json');
  const partial = partialOf(path);
  if (await host.claimDirectory(partial)) return path;
  if (!overwrite) {
    throw new DiagnosticError(
      diagnostic('BP7202', null, `${partial} is there: a run is being written to ${path}, or one was killed there.`, {
        hint: `bprune resume ${path} goes on with a killed run; else choose another --out, or say --overwrite`,
      }),
    );
  }
  await refuseHeld(host, partial, path);
  await host.remove(partial);
  await host.makeDirectory(partial);
  return path;
}

/** Gives a finished directory its name. What stood there goes only after the new one is in its place. */
export async function replaceDirectory(host: Host, from: string, to: string): Promise<void> {
  if (!(await host.exists(to))) return host.rename(from, to);
  const old = `${to}.old`;
  await host.remove(old);
  await host.rename(to, old);
  try {
    await host.rename(from, to);
  } catch (error) {
    await host.rename(old, to).catch(() => undefined);
    throw error;
  }
  await host.remove(old);
}

/**
 * Fails when `path` may not become the directory that a command writes. With `overwrite`, only a directory that an earlier
 * command wrote is replaced; `mark` is a file that each of those has. Nobody loses other files to a wrong word after --out.
 */
export async function refuseTaken(host: Host, path: string, overwrite: boolean, mark: string): Promise<void> {
  if (!(await host.exists(path))) return;
  if (!(await host.isDirectory(path))) {
    throw new DiagnosticError(
      diagnostic('BP7203', null, `${path} is a file; a directory is needed.`, {
        hint: 'choose another name for the directory',
      }),
    );
  }
  if ((await host.list(path)).length === 0) return;
  if (overwrite && (await host.exists(host.join(path, mark)))) return;
  if (overwrite) {
    throw new DiagnosticError(
      diagnostic('BP7205', null, `${path} was not written by this command (it has no ${mark}), so it stays as it is.`, {
        hint: 'choose another name, or empty the directory yourself',
      }),
    );
  }
  throw new DiagnosticError(
    diagnostic('BP7202', null, `${path} is there already and not empty.`, {
      hint: 'choose another name, or say --overwrite to replace what an earlier run wrote there',
    }),
  );
}

/** JSON in which infinite and missing numbers stay visible: JSON itself has no word for them. */
export function toJson(value: object, indent?: number): string {
  const visible = (_: string, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v);
  return JSON.stringify(value, visible, indent);
}
