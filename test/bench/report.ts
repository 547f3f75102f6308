/** The figures of all rounds as one document, and that document as a page of tables. */
import type { Limit } from './gemm-limit.ts';
import { type Figures, isFigures, type Measurement } from './measurement.ts';
import { median } from './statistics.ts';

export interface Row {
  readonly name: string;
  readonly ours: boolean;
  /** Medians over the rounds; null when no round gave figures, and `why`. */
  readonly figures: Figures | null;
  /** Smallest and largest median of a round, milliseconds a step. */
  readonly spread: readonly [number, number] | null;
  readonly rounds: number;
  readonly why: string | null;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly limit: Limit | null;
  readonly rows: readonly Row[];
}

export interface Results {
  readonly date: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadResult[];
  /** What was not measured, and why. */
  readonly absent: readonly string[];
}

export function rowOf(name: string, ours: boolean, all: readonly Measurement[]): Row {
  const good = all.filter(isFigures);
  const said = all.flatMap((m) => ('failed' in m ? [m.failed] : 'absent' in m ? [m.absent] : []));
  const why = said[0] ?? null;
  if (good.length === 0) return { name, ours, figures: null, spread: null, rounds: 0, why };
  const of = (key: Exclude<keyof Figures, 'others'>) => median(good.map((m) => m[key]));
  const known = good.flatMap((m) => m.others ?? []);
  const figures: Figures = {
    msPerStep: of('msPerStep'),
    low: of('low'),
    high: of('high'),
    steps: of('steps'),
    loss: of('loss'),
    peakRssMiB: of('peakRssMiB'),
    startToFirstStepSeconds: of('startToFirstStepSeconds'),
    others: known.length === 0 ? null : median(known),
  };
  const times = good.map((m) => m.msPerStep);
  return { name, ours, figures, spread: [Math.min(...times), Math.max(...times)], rounds: good.length, why };
}

/** The fastest of ours, or of the peers; null when none was measured. */
export function bestOf(rows: readonly Row[], ours: boolean): Row | null {
  const able = rows.filter((r) => r.ours === ours && r.figures !== null);
  return able.sort((a, b) => a.figures!.msPerStep - b.figures!.msPerStep)[0] ?? null;
}

export function page(results: Results): string {
  const machine = Object.entries(results.machine).map(([k, v]) => `${k} ${v}`);
  return [
    '# Benchmark of training steps',
    '',
    `Written by \`npm run bench\` on ${results.date}: ${results.rounds} interleaved rounds, one process for each measurement of about ${results.seconds} s, batch 128, float32. Noise, batches and schedules are made inside what is measured. Ours run from a bundle such as people install. Medians over the rounds; the spread is the fastest and the slowest round. CPU of others is what other processes took of the machine meanwhile: above 5 % the figures are worth little.`,
    '',
    machine.join(' · '),
    '',
    ...summary(results),
    ...results.workloads.flatMap(section),
    ...(results.absent.length === 0 ? [] : ['## Absent', '', ...results.absent.map((a) => `- ${a}`), '']),
  ].join('\n');
}

function summary(results: Results): string[] {
  const lines = results.workloads.map((w) => {
    const [mine, theirs] = [bestOf(w.rows, true), bestOf(w.rows, false)];
    const ratio = mine && theirs ? (mine.figures!.msPerStep / theirs.figures!.msPerStep).toFixed(2) : '-';
    return `| ${w.name} ${w.title} | ${short(mine)} | ${short(theirs)} | ${ratio} | ${share(w.limit, mine)} |`;
  });
  const head = ['| workload | our best | best peer | ratio | share of the GEMM limit |', '|---|---|---|---|---|'];
  return [...head, ...lines, ''];
}

const short = (row: Row | null) => (row === null ? 'none' : `${row.name} ${ms(row.figures!.msPerStep)}`);
const digits = (value: number) => (value < 100 ? value.toPrecision(3) : value.toFixed(0));
const ms = (value: number) => `${digits(value)} ms`;

function share(limit: Limit | null, row: Row | null): string {
  if (limit === null || row === null) return '-';
  return `${((100 * limit.msPerStep) / row.figures!.msPerStep).toFixed(0)} %`;
}

function section(w: WorkloadResult): string[] {
  const peer = bestOf(w.rows, false);
  return [
    `## ${w.name}: ${w.title}`,
    '',
    w.limit === null ? 'GEMM limit: not measured.' : limitLine(w.limit),
    '',
    '| | ms/step | spread | to best peer | of GEMM limit | peak MiB | start to first step, s | CPU of others | rounds |',
    '|---|---|---|---|---|---|---|---|---|',
    ...w.rows.map((row) => line(row, peer, w.limit)),
    '',
  ];
}

function limitLine({ msPerStep, gigaflopsPerStep, largeGflops }: Limit): string {
  const rate = gigaflopsPerStep / (msPerStep / 1000);
  const kind = (1000 * gigaflopsPerStep) / largeGflops;
  return `GEMM limit: ${ms(msPerStep)} for the ${gigaflopsPerStep.toPrecision(3)} Gflop of a step's own products (${rate.toFixed(0)} Gflop/s); at the rate of 1024 x 1024 matrices (${largeGflops.toFixed(0)} Gflop/s) ${ms(kind)}.`;
}

function line(row: Row, peer: Row | null, limit: Limit | null): string {
  const name = row.ours ? `**${row.name}**` : row.name;
  if (row.figures === null) return `| ${name} | none: ${row.why ?? 'not measured'} | | | | | | | 0 |`;
  const { msPerStep, peakRssMiB, startToFirstStepSeconds: start, others } = row.figures;
  const beside = typeof others === 'number' ? `${(100 * others).toFixed(0)} %` : '-';
  const ratio = peer === null ? '-' : (msPerStep / peer.figures!.msPerStep).toFixed(2);
  const spread = row.spread!.map(digits).join(' - ');
  const figures = [
    msPerStep.toPrecision(3),
    spread,
    ratio,
    share(limit, row),
    peakRssMiB.toFixed(0),
    start.toFixed(2),
    beside,
  ];
  return `| ${[name, ...figures, row.rounds].join(' | ')} |`;
}
