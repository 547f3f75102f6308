/**
 * What a person waits for: seconds from the start of `bprune run` to the first finished step of w1 on MNIST, and for an epoch
 * with everything included (batches, noise, records), beside the peers' epochs.
 *
 *   npm run bench:epoch -- --rounds 3 --executors onnx --peers torch,jax --venv DIR
 *
 * Writes epoch.json and EPOCH.md. The command line must be built (the npm script does that).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { begin } from '../helpers/flags.ts';
import { DATA, HERE, lackOfPeers, peerCommand } from './contenders.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { measured, run } from './process.ts';
import { median } from './statistics.ts';
import { workloads } from './workloads.ts';

/** Seconds. */
interface Waiting {
  /** From the start of the process to the end of the first step (of the first block, where a peer scans). */
  readonly first: number;
  readonly epoch: number;
  /** Of the process that trains EPOCHS epochs. */
  readonly whole: number;
}

const EPOCHS = 3;
const STEPS_AN_EPOCH = 469;
const folder = mkdtempSync(join(tmpdir(), 'bprune-epoch-'));

async function bprune(executor: string, limit: number): Promise<Waiting> {
  const first = await cli(executor, 1, limit, true);
  const long = await cli(executor, EPOCHS * STEPS_AN_EPOCH, limit, false);
  const lines = readFileSync(join(folder, 'run/timings.jsonl'), 'utf8').trim().split('\n');
  const epochs = lines.map((l) => JSON.parse(l) as { epoch?: number; seconds: number }).filter((t) => t.epoch);
  return { first, epoch: median(epochs.map((t) => t.seconds)), whole: long };
}

/** Seconds until the first line of `metrics.jsonl`, or until the process ends. */
async function cli(executor: string, steps: number, limit: number, first: boolean): Promise<number> {
  const out = join(folder, 'run');
  rmSync(out, { recursive: true, force: true });
  const program = join(HERE, 'programs', workloads[0]!.program);
  const words = ['run', program, '--backend', executor, '--set', `length=${steps}`, '--out', out, '--quiet'];
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const running = run({ file: process.execPath, args: [join(HERE, '../../dist/bprune.js'), ...words] }, limit);
  let seen: number | null = null;
  const watching = first ? firstLine(out, limit).then(() => (seen = seconds())) : Promise.resolve();
  const { code, error } = await running;
  const ended = seconds();
  if (code !== 0) throw new Error(error.trim().split('\n')[0]);
  await watching;
  return seen ?? ended;
}

async function firstLine(out: string, limit: number): Promise<void> {
  const end = performance.now() + limit * 1000;
  while (performance.now() < end) {
    for (const place of [`${out}.partial`, out]) {
      const file = join(place, 'metrics.jsonl');
      if (existsSync(file) && statSync(file).size > 0) return;
    }
    await wait(5);
  }
}

async function peer(framework: string, form: string, options: BenchOptions): Promise<Waiting> {
  const words = ['epoch', framework, form, '--data', DATA.mnist, '--epochs', String(EPOCHS)];
  const found = await measured<PeerEpochs>(peerCommand(options.venv, words), options.limit);
  if ('failed' in found) throw new Error(found.failed);
  return { first: found.startToFirstStepSeconds, epoch: median(found.epochSeconds), whole: found.totalSeconds };
}

interface PeerEpochs {
  readonly startToFirstStepSeconds: number;
  readonly epochSeconds: readonly number[];
  readonly totalSeconds: number;
}

const options = begin((args) =>
  readOptions(args, { name: 'bench:epoch', parts: ['w1'], executors: 'onnx', rounds: '3' }),
);
const lack = lackOfPeers(options.venv);
const frameworks = lack === null ? Object.entries(workloads[0]!.peers).filter(([f]) => options.peers.includes(f)) : [];
const contenders = [
  ...options.executors.map((e) => ({ name: `bprune ${e}`, go: () => bprune(e, options.limit) })),
  ...frameworks.flatMap(([f, forms]) =>
    forms.map((form) => ({ name: `${f} ${form}`, go: () => peer(f, form, options) })),
  ),
];
const found = new Map<string, Waiting[]>(contenders.map((c) => [c.name, []]));
const failures = lack === null ? [] : [lack];
for (let round = 0; round < options.rounds; round++) {
  for (const { name, go } of contenders) {
    try {
      found.get(name)!.push(await go());
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
rmSync(folder, { recursive: true, force: true });

const lines = [...found].flatMap(([name, all]) => {
  if (all.length === 0) return [];
  const shown = (['first', 'epoch', 'whole'] as const).map((key) => median(all.map((w) => w[key])));
  return `| ${[name, ...shown.map((s) => s.toFixed(2)), all.length].join(' | ')} |`;
});
const page = [
  '# w1 on MNIST: what a person waits for',
  '',
  `Seconds, medians. \`all\`: a whole process that trains ${EPOCHS} epochs, start and reading included.`,
  '',
  '| | start to first step | an epoch | all | rounds |',
  '|---|---|---|---|---|',
  ...lines,
  '',
  ...[...new Set(failures)].map((f) => `- absent: ${f}`),
  '',
].join('\n');
writeFileSync(join(options.out, 'epoch.json'), `${JSON.stringify(Object.fromEntries(found), null, 2)}\n`);
writeFileSync(join(options.out, 'EPOCH.md'), page);
process.stdout.write(page);
