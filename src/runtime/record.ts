/**
 * The run directory. It grows under a temporary name beside its final one and is renamed when the run ends, well or badly;
 * if writing itself fails it is taken away, so that nobody meets half of one.
 */
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { Host } from './host.ts';

export type RunStatus = 'finished' | 'failed' | 'interrupted';

export interface RunRecord {
  /** Where the directory will be. */
  readonly path: string;
  /** One line of `metrics.jsonl`: the same bytes for the same seed. */
  metrics(line: object): Promise<void>;
  /** One line of `timings.jsonl`: wall times live here and nowhere else. */
  timings(line: object): Promise<void>;
  file(name: string, content: string | Uint8Array): Promise<void>;
  /** Writes `run.json` and gives the directory its name. */
  finish(status: RunStatus, about: object): Promise<void>;
  /** Takes everything away. */
  abandon(): Promise<void>;
}

export interface RecordOptions {
  /** From `--out`; null for the first free of `runs/NAME`, `runs/NAME-2`, ... */
  readonly out: string | null;
  readonly name: string;
  readonly overwrite: boolean;
}

/** Fails before any work is done when the directory is taken or cannot be written. */
export async function openRecord(host: Host, options: RecordOptions): Promise<RunRecord> {
  const path = options.out === null ? await freeName(host, options.name) : host.resolve(options.out);
  await refuseTaken(host, path, options.overwrite);
  const partial = `${path}.partial`;
  await host.remove(partial);
  await host.makeDirectory(partial);
  const at = (name: string) => host.join(partial, name);
  try {
    await host.write(at('metrics.jsonl'), '');
    await host.write(at('timings.jsonl'), '');
  } catch (error) {
    await host.remove(partial).catch(() => undefined);
    throw error;
  }
  return {
    path,
    metrics: (line) => host.append(at('metrics.jsonl'), `${toJson(line)}\n`),
    timings: (line) => host.append(at('timings.jsonl'), `${toJson(line)}\n`),
    async file(name, content) {
      const slash = name.lastIndexOf('/');
      if (slash >= 0) await host.makeDirectory(at(name.slice(0, slash)));
      await host.write(at(name), content);
    },
    async finish(status, about) {
      await host.write(at('run.json'), `${toJson({ status, ...about }, 2)}\n`);
      await host.remove(path);
      await host.rename(partial, path);
    },
    abandon: () => host.remove(partial),
  };
}

async function freeName(host: Host, name: string): Promise<string> {
  for (let i = 1; ; i++) {
    const path = host.resolve(host.join('runs', i === 1 ? name : `${name}-${i}`));
    if (!(await host.exists(path)) && !(await host.exists(`${path}.partial`))) return path;
  }
}

async function refuseTaken(host: Host, path: string, overwrite: boolean): Promise<void> {
  if (!(await host.exists(path))) return;
  if (!(await host.isDirectory(path))) {
    throw new DiagnosticError(
      diagnostic('BP7203', null, `${path} is a file; a run needs a directory.`, {
        hint: 'choose another name after --out',
      }),
    );
  }
  if (overwrite || (await host.list(path)).length === 0) return;
  throw new DiagnosticError(
    diagnostic('BP7202', null, `${path} is there already and not empty.`, {
      hint: 'choose another name after --out, or say --overwrite to replace it',
    }),
  );
}

/** JSON in which infinite and missing numbers stay visible: JSON itself has no word for them. */
export function toJson(value: object, indent?: number): string {
  const visible = (_: string, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v);
  return JSON.stringify(value, visible, indent);
}
