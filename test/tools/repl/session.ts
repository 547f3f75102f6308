/** Sessions of the REPL in a temporary folder with small data, written down as transcripts. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { executors } from '../../../src/executors/index.ts';
import type { Host } from '../../../src/runtime/host.ts';
import { nodeHost } from '../../../src/runtime/host-node.ts';
import { createRepl, type Repl } from '../../../src/tools/repl/session.ts';
import { tinyImages } from '../../helpers/workspace.ts';

export interface Folder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): void;
  remove(): void;
}

/** A folder with `tiny` (4 x 4 images in three classes) and `line.csv` (y = 2 x + 1, and noise). */
export function dataFolder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'bprune-repl-')));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  for (const [prefix, rows, seed] of [
    ['train', 310, 5],
    ['t10k', 90, 6],
  ] as const) {
    const { images, labels } = tinyImages(rows, seed);
    write(`tiny/${prefix}-images-idx3-ubyte`, images);
    write(`tiny/${prefix}-labels-idx1-ubyte`, labels);
  }
  const rows = Array.from({ length: 40 }, (_, i) => `${i / 20},${(2 * i) / 20 + 1 + Math.sin(i * 7) / 10}`);
  write('line.csv', `x,y\n${rows.join('\n')}\n`);
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The host of a process that runs in `folder`. */
export function hostIn(folder: string, stop = { requested: false }): Host {
  const host = nodeHost(stop);
  return {
    ...host,
    resolve: (path) => resolve(folder, path),
    locate: (written, from) => host.locate(written, resolve(folder, from)),
  };
}

export interface Recorded {
  readonly repl: Repl;
  /** Everything that was written since the last call. */
  take(): string;
}

export function openSession(folder: string, options: { interactive?: boolean; host?: Host } = {}): Recorded {
  let written = '';
  const repl = createRepl({
    host: options.host ?? hostIn(folder),
    executor: executors.get('reference')!,
    seed: 1,
    color: false,
    interactive: options.interactive ?? true,
    write: (text) => {
      written += text;
    },
  });
  const take = () => {
    const text = written;
    written = '';
    return text;
  };
  return { repl, take };
}

/** Feeds the lines of a transcript that begin with `>` or `.`, and gives the whole as it really went. */
export async function replay(transcript: string, folder: string): Promise<string> {
  const { repl, take } = openSession(folder);
  let out = '';
  for (const line of transcript.split('\n')) {
    if (!/^[>.]( |$)/.test(line)) continue;
    const sign = repl.pending ? '.' : '>';
    const typed = line.slice(2);
    out += `${sign} ${typed}`.trimEnd();
    await repl.feed(typed);
    out += `\n${take().replaceAll(folder, 'FOLDER')}`;
  }
  return out;
}
