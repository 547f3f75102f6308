/**
 * How the time of a step grows with width, batch, particles and depth, beside the operations of its matrix products.
 *
 *   npm run bench:scaling -- --executors onnx --only width,depth --rounds 3
 *
 * A slope is the exponent p of time ~ size^p: least squares over all points, and between the two largest, where fixed costs
 * weigh least. Writes scaling.json and SCALING.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin } from '../helpers/flags.ts';
import { bundleOurs } from './bundle.ts';
import { commandOf } from './contenders.ts';
import { isFigures, type Measurement } from './measurement.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { measured } from './process.ts';
import { logSlope, median } from './statistics.ts';
import { type Point, type Sweep, sweeps } from './sweeps.ts';

interface Measured {
  readonly point: Point;
  /** Median over the rounds; null where none ended well. */
  readonly milliseconds: number | null;
  readonly peakMiB: number | null;
  readonly why: string | null;
}

const folder = mkdtempSync(join(tmpdir(), 'bprune-scaling-'));

async function measurePoint(point: Point, executor: string, options: BenchOptions): Promise<Measured> {
  const path = join(folder, 'program.bprune');
  writeFileSync(path, point.program);
  const all: Measurement[] = [];
  for (let round = 0; round < options.rounds; round++)
    all.push(await measured<Measurement>(commandOf(path, executor, options.seconds), options.limit));
  const good = all.filter(isFigures);
  const bad = all.find((m) => !isFigures(m));
  if (good.length === 0) return { point, milliseconds: null, peakMiB: null, why: Object.values(bad!)[0]! };
  const middle = (key: 'msPerStep' | 'peakRssMiB') => median(good.map((m) => m[key]));
  return { point, milliseconds: middle('msPerStep'), peakMiB: middle('peakRssMiB'), why: null };
}

function slopes(measuredPoints: readonly Measured[]) {
  const good = measuredPoints.flatMap((m) => (m.milliseconds === null ? [] : [{ ...m.point, ms: m.milliseconds }]));
  const of = (points: typeof good, y: 'ms' | 'operations') =>
    points.length < 2
      ? '-'
      : logSlope(
          points.map((p) => p.size),
          points.map((p) => p[y]),
        ).toFixed(2);
  const last = good.slice(-2);
  return { all: [of(good, 'ms'), of(good, 'operations')], last: [of(last, 'ms'), of(last, 'operations')] };
}

function tableOf(sweep: Sweep, executor: string, points: readonly Measured[]): string {
  const lines = points.map(({ point, milliseconds, peakMiB, why }) => {
    const known = [point.size, point.parameters, (point.operations / 1e9).toPrecision(3)];
    if (milliseconds === null) return `| ${[...known, `none: ${why}`, '', ''].join(' | ')} |`;
    const rate = (point.operations / 1e6 / milliseconds).toFixed(0);
    return `| ${[...known, milliseconds.toPrecision(3), rate, peakMiB!.toFixed(0)].join(' | ')} |`;
  });
  const { all, last } = slopes(points);
  return [
    `## ${sweep.name} on ${executor}`,
    '',
    `${sweep.what}. Slope of time ${all[0]}, of operations ${all[1]}; between the two largest ${last[0]} and ${last[1]}.`,
    '',
    '| size | parameters | Gflop/step | ms/step | Gflop/s | peak MiB |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

const options = begin((args) =>
  readOptions(args, {
    name: 'bench:scaling',
    parts: sweeps.map((s) => s.name),
    executors: 'onnx',
    rounds: '3',
  }),
);
await bundleOurs();
const done: { readonly sweep: string; readonly executor: string; readonly points: readonly Measured[] }[] = [];
const tables = ['# How cost grows', ''];
try {
  for (const sweep of sweeps.filter((s) => options.only.includes(s.name))) {
    for (const executor of options.executors) {
      const points: Measured[] = [];
      for (const point of sweep.points) points.push(await measurePoint(point, executor, options));
      done.push({ sweep: sweep.name, executor, points });
      const table = tableOf(sweep, executor, points);
      process.stdout.write(`${table}\n`);
      tables.push(table);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(join(options.out, 'scaling.json'), `${JSON.stringify(done, withoutPrograms, 2)}\n`);
writeFileSync(join(options.out, 'SCALING.md'), tables.join('\n'));

function withoutPrograms(key: string, value: unknown): unknown {
  return key === 'program' ? undefined : value;
}
