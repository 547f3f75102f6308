/**
 * `npm run bench:kernels`: the matrix products and convolutions of the native executor, shape by shape, beside PyTorch's (MKL and oneDNN)
 * in the same rounds. What the fastest tenth of the repetitions stay below counts, since what else the
 * machine does only adds; one thread is timed by its own clock.
 * Writes KERNELS.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { begin, listed, parseFlags, positive } from '../helpers/flags.ts';
import { HERE, lackOfPeers, pythonOf } from './contenders.ts';
import { OUT, VENV } from './options.ts';
import { type Command, measured } from './process.ts';
import { BATCH } from './workloads.ts';

const SOURCES = resolve(HERE, '../../src/executors/native/c');
const FLAGS =
  '-std=gnu11 -O3 -march=native -fno-math-errno -fno-trapping-math -ffp-contract=fast -fopenmp-simd -pthread';
const HAND_OVER = 'hand-over';

/** A shape in the words of kernels.c, what it is, and the multiplications and additions that it needs. */
interface Shape {
  readonly words: string;
  readonly title: string;
  readonly operations: number;
}

type Operand = 'a' | 'aT' | 'b' | 'bT';

function product(m: number, n: number, k: number, left: Operand, right: Operand, batch = 1, shared = false): Shape {
  const flags = [Number(left === 'aT'), Number(right === 'bT')];
  const words = ['product', ...flags, m, n, k, batch, Number(shared), 0].join(' ');
  const times = `${batch > 1 ? `${batch} of ` : ''}${m} x ${k} x ${n}`;
  const turned = [left === 'aT' ? 'left' : '', right === 'bT' ? 'right' : ''].filter((t) => t !== '').join(' and ');
  const notes = [turned === '' ? '' : `${turned} transposed`, shared ? 'one left' : '']
    .filter((t) => t !== '')
    .join(', ');
  return { words, title: `${times}${notes === '' ? '' : ` (${notes})`}`, operations: 2 * m * n * k * batch };
}

/** A dense layer's three products. */
function dense(inputs: number, outputs: number, copies = 1): Shape[] {
  const shared = copies > 1 && inputs === 784;
  return [
    product(BATCH, outputs, inputs, 'a', 'b', copies, shared),
    product(inputs, outputs, BATCH, 'aT', 'b', copies, shared),
    ...(inputs === 784 ? [] : [product(BATCH, inputs, outputs, 'a', 'bT', copies)]),
  ];
}

interface Filter {
  readonly side: number;
  readonly channels: number;
  readonly window: number;
  readonly filters: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly groups?: number;
}

/** A convolution and its two gradients. */
function convolution({ side, channels, window, filters, stride = 1, pad = 0, groups = 1 }: Filter): Shape[] {
  const out = Math.floor((side + 2 * pad - window) / stride) + 1;
  const operations = (2 * BATCH * out * out * window * window * channels * filters) / groups;
  const numbers = [BATCH, side, channels, window, filters, stride, pad, groups].join(' ');
  const apart = `${stride > 1 ? `, stride ${stride}` : ''}${groups > 1 ? `, ${groups} groups` : ''}`;
  const title = `${side} x ${side}, ${window} x ${window}, ${channels} to ${filters}${apart}`;
  return ['convolution', 'input-gradient', 'filter-gradient'].map((kind) => {
    return { words: `${kind} ${numbers}`, title: `${kind.replace('-', ' ')} ${title}`, operations };
  });
}

const PARAMETERS = 784 * 100 + 100 + 100 * 10 + 10;
const GROUPS: Readonly<Record<string, readonly Shape[]>> = {
  'Large product': [product(1024, 1024, 1024, 'a', 'b')],
  'w1: LeNet-300-100': [...dense(784, 300), ...dense(300, 100), ...dense(100, 10)],
  'w2: LeNet-5': [
    ...convolution({ side: 28, channels: 1, window: 5, filters: 20 }),
    ...convolution({ side: 12, channels: 20, window: 5, filters: 50 }),
    ...dense(800, 500),
  ],
  'w3: SVGD, 20 particles': [
    ...dense(784, 100, 20),
    ...dense(100, 10, 20),
    product(20, 20, PARAMETERS, 'a', 'bT'),
    product(20, PARAMETERS, 20, 'a', 'b'),
  ],
  'w4: ResNet-20': [
    ...convolution({ side: 32, channels: 3, window: 3, filters: 16, pad: 1 }),
    ...convolution({ side: 32, channels: 16, window: 3, filters: 16, pad: 1 }),
    ...convolution({ side: 32, channels: 16, window: 3, filters: 32, stride: 2, pad: 1 }),
    ...convolution({ side: 32, channels: 16, window: 1, filters: 32, stride: 2 }),
    ...convolution({ side: 16, channels: 32, window: 3, filters: 32, pad: 1 }),
    ...convolution({ side: 16, channels: 32, window: 3, filters: 64, stride: 2, pad: 1 }),
    ...convolution({ side: 8, channels: 64, window: 3, filters: 64, pad: 1 }),
  ],
  'Particles as groups': convolution({ side: 16, channels: 64, window: 3, filters: 64, pad: 1, groups: 4 }),
};

interface Column {
  readonly title: string;
  readonly command: (shapes: readonly string[]) => Command;
  /** PyTorch has no hand-over of its own to time. */
  readonly handsOver: boolean;
}

function columns(driver: string, counts: readonly number[], venv: string, milliseconds: string): Column[] {
  const all = (name: string, file: string, args: readonly string[], handsOver: boolean) =>
    counts.map((threads) => ({
      title: `${name}, ${threads} thread${threads > 1 ? 's' : ''}`,
      handsOver,
      command: (shapes: readonly string[]) => ({
        file,
        args: [...args, String(threads), milliseconds, ...shapes],
        env: threads > 1 ? { OMP_PROC_BIND: 'close' } : {},
      }),
    }));
  const torch = join(HERE, 'peers/torch_kernels.py');
  const peers = lackOfPeers(venv) === null ? all('torch', pythonOf(venv), [torch], false) : [];
  return [...all('bprune', driver, [], true), ...peers];
}

function build(folder: string): string {
  const kernels = readdirSync(SOURCES).filter((file) => file.endsWith('.c') && file !== 'addon.c');
  const files = [...kernels.map((file) => join(SOURCES, file)), join(HERE, 'kernels.c')];
  const driver = join(folder, 'kernels');
  execFileSync(process.env.CC ?? 'cc', [...FLAGS.split(' '), `-I${SOURCES}`, ...files, '-o', driver, '-lm']);
  return driver;
}

/** The quickest seconds of each shape, of this round and those before. */
async function best(column: Column, shapes: readonly string[], before: readonly number[] | null): Promise<number[]> {
  const result = await measured<number[]>(column.command(shapes), 3600);
  if ('failed' in result) throw new Error(`${column.title}: ${result.failed}`);
  return result.map((seconds, i) => Math.min(seconds, before?.[i] ?? Number.POSITIVE_INFINITY));
}

function table(
  title: string,
  shapes: readonly Shape[],
  results: readonly (readonly number[])[],
  heads: readonly string[],
) {
  const rows = shapes.map((shape, i) => {
    const figures = results.map((seconds) => (shape.operations / seconds[i]! / 1e9).toFixed(1));
    return `| ${shape.title} | ${(shape.operations / 1e6).toPrecision(3)} | ${figures.join(' | ')} |`;
  });
  return [
    `## ${title}`,
    '',
    `| | Mflop | ${heads.join(' | ')} |`,
    `|---|---|${heads.map(() => '---|').join('')}`,
    ...rows,
    '',
  ];
}

function readKernelOptions(args: readonly string[]) {
  const { threads, rounds, ...values } = parseFlags(
    'bench:kernels',
    {
      // On a busy machine only one thread, by its own clock, can be timed.
      threads: { default: `1,${availableParallelism()}`, says: 'numbers of threads' },
      rounds: { default: '5', says: 'how often each shape is measured' },
      milliseconds: { default: '100', says: 'of measuring, for each shape and round' },
      venv: VENV,
      out: OUT,
    },
    args,
  );
  positive('milliseconds', values.milliseconds);
  const counts = [...new Set(listed(threads).map((text) => positive('threads', text)))];
  return { counts, rounds: positive('rounds', rounds), ...values };
}

const options = begin(readKernelOptions);
const { counts } = options;
const folder = mkdtempSync(join(tmpdir(), 'bprune-kernels-'));
try {
  const contenders = columns(build(folder), counts, options.venv, options.milliseconds);
  const shapes = Object.values(GROUPS).flat();
  const words = shapes.map((shape) => shape.words);
  const load = loadavg()[0]!;
  const results: number[][] = contenders.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, column] of contenders.entries()) {
      const asked = column.handsOver ? [...words, HAND_OVER] : words;
      results[i] = await best(column, asked, round === 0 ? null : results[i]!);
    }
  }
  const heads = contenders.map((column) => column.title);
  const lines = Object.entries(GROUPS).flatMap(([title, group]) => {
    const start = shapes.indexOf(group[0]!);
    return table(
      title,
      group,
      results.map((r) => r.slice(start, start + group.length)),
      heads,
    );
  });
  // Of the last of our own columns, which has all threads.
  const handOver = results[contenders.filter((column) => column.handsOver).length - 1]!.at(-1)!;
  const text = [
    '# Kernels of the native executor',
    '',
    `Gflop/s that the fastest tenth of the repetitions exceed, in the best of ${options.rounds} rounds on ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, with a load of ${load.toFixed(1)} at the start (what else runs takes caches and memory from all columns alike). A convolution counts all places of its windows, inside the image or not. Written by \`npm run bench:kernels\`.`,
    ...(counts.at(-1) === 1 ? [] : ['', `Work handed to all threads and back: ${(handOver * 1e9).toFixed(0)} ns.`]),
    '',
    ...lines,
  ];
  writeFileSync(join(options.out, 'KERNELS.md'), `${text.join('\n').trimEnd()}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
