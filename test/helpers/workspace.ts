/** A temporary folder with small data and programs, and the command line run in it as a person would. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { idxBytes } from '../data/files.ts';
import { numbers } from './evaluate.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'dist/bprune.js');

/** What people run is the build; `npm test` makes it first. A stale one would test yesterday's code. */
function newest(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Math.max(...entries.filter((e) => e.isFile()).map((e) => statSync(join(e.parentPath, e.name)).mtimeMs));
}

function requireFreshBuild(): void {
  const fresh = existsSync(MAIN) && statSync(MAIN).mtimeMs >= newest(join(ROOT, 'src'));
  if (!fresh) throw new Error('dist is older than src: run `npm run build` before the end-to-end tests');
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  run(...args: readonly string[]): Promise<Finished>;
  /** Sends SIGINT once standard error matches. */
  interrupt(when: RegExp, ...args: readonly string[]): Promise<Finished>;
  /** Sends a signal, such as the one that no process survives, as soon as the condition holds. */
  signal(name: NodeJS.Signals, when: () => boolean, ...args: readonly string[]): Promise<Finished>;
  remove(): void;
}

export function workspace(): Workspace {
  requireFreshBuild();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bprune-test-')));
  const path = (name: string) => join(folder, name);
  type Watch = { readonly name: NodeJS.Signals; readonly when: (stderr: string) => boolean };
  const start = (args: readonly string[], watch: Watch | null) =>
    new Promise<Finished>((done, fail) => {
      const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      const look = () => {
        if (watch === null || !watch.when(stderr)) return;
        clearInterval(timer);
        child.kill(watch.name);
      };
      const timer = setInterval(look, 5);
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('error', fail);
      child.on('close', (code) => {
        clearInterval(timer);
        done({ code, stdout, stderr });
      });
    });
  return {
    folder,
    path,
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    },
    run: (...args) => start(args, null),
    interrupt: (when, ...args) => start(args, { name: 'SIGINT', when: (stderr) => when.test(stderr) }),
    signal: (name, when, ...args) => start(args, { name, when }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Images of 4 x 4 bytes in three classes: a bright row, a bright column, a bright diagonal, with noise. */
export function tinyImages(rows: number, seed: number): { readonly images: Uint8Array; readonly labels: Uint8Array } {
  const next = numbers(seed);
  const pixels: number[] = [];
  const labels: number[] = [];
  for (let row = 0; row < rows; row++) {
    const label = row % 3;
    labels.push(label);
    for (let i = 0; i < 16; i++) {
      const [y, x] = [i >> 2, i & 3];
      const bright = label === 0 ? y === 1 : label === 1 ? x === 2 : x === y;
      pixels.push(Math.floor((bright ? 150 : 0) + 100 * next()));
    }
  }
  return { images: idxBytes([rows, 4, 4], pixels), labels: idxBytes([rows], labels) };
}

/** The four files of a small image set in `folder`. */
export function writeTinyImages(space: Workspace, folder = 'tiny'): void {
  const train = tinyImages(310, 5);
  const test = tinyImages(90, 6);
  space.write(`${folder}/train-images-idx3-ubyte`, train.images);
  space.write(`${folder}/train-labels-idx1-ubyte`, train.labels);
  space.write(`${folder}/t10k-images-idx3-ubyte`, test.images);
  space.write(`${folder}/t10k-labels-idx1-ubyte`, test.labels);
}

/** A whole road on the small images: 300 training rows in batches of 64, so that the last one is short. */
export const TINY_PROGRAM = `
data tiny = idx("tiny") {
  x: image[4, 4, 1], scale = 1/255
  y: class[3]
  validation = split(train, 10, seed = 1)
}
network net {
  input image[4, 4, 1]
  flatten
  fc1 = dense(12)
  relu
  fc2 = dense(3)
}
model sparse {
  dense.weight ~ LogUniform()
  dense.bias   ~ Flat()
  y ~ Categorical(logits = net(x))
}
guide {
  dense.weight ~ Normal(sd = exp(-4))
  dense.bias   ~ Delta()
}
const e = 8
const rate = 0.01
const limit = 50%
run on tiny {
  trained = infer sgvb { epochs = e, batch = 64, optimizer = adam(rate), kl_weight = clamp(epoch / 4, 0, 1) }
  whole = evaluate on test { error, nll, ece, brier, samples = 4 }
  prune *.weight where log_alpha > 3
  sparse_net = evaluate on test { error, nll, kept, compression, error(validation), samples = 4 }
  prune *.weight by magnitude lowest 50% from trained
  half = evaluate on test { error, kept, of = mean }
  require half.error <= limit
  export safetensors
}
`;
