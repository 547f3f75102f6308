/** `bprune doctor`: which backends can run here, what the others lack, and how fast they are. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { ExitCode } from '../../base/codes.ts';
import { executors, type Measurements, measure, type Workload, workloads } from '../../runtime/backends.ts';
import { readMeasurements, writeMeasurements } from './cache.ts';
import { installTensorflow } from './install-tensorflow.ts';
import { version } from './version.ts';

export interface DoctorFlags {
  readonly measure?: boolean;
  /** What to install first. */
  readonly install?: string;
  readonly gpu?: boolean;
}

/** Plain JavaScript: hundreds of times slower than the others, and never the fastest. */
const TOO_SLOW = new Set(['reference', 'cpu']);

export async function doctorCommand(flags: DoctorFlags): Promise<ExitCode> {
  if (flags.install !== undefined) {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const place = await installTensorflow({ gpu: flags.gpu === true, say });
    process.stderr.write(`installed in ${place}\n`);
  }
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const lines = [
    `bprune ${version}, node ${process.versions.node}, ${process.platform}-${process.arch}`,
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, ${memory} GiB of memory`,
    '',
  ];
  const present: string[] = [];
  for (const name of executors.names) {
    const executor = executors.get(name)!;
    const lack = await executor.unavailable();
    if (lack === null) present.push(name);
    lines.push(`  ${name.padEnd(12)}${lack === null ? executor.doc : `not here: ${lack}`}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  const measured = flags.measure ? await timesOf(present) : readMeasurements();
  process.stdout.write(`\n${tableOf(measured)}\n`);
  return 0;
}

async function timesOf(present: readonly string[]): Promise<Measurements> {
  const timed = present.filter((name) => !TOO_SLOW.has(name));
  const found: Record<Workload, Record<string, number>> = { dense: {}, convolution: {} };
  for (const workload of workloads) {
    for (const name of timed) {
      process.stderr.write(`timing ${workload} steps on ${name}\n`);
      found[workload][name] = await measure(executors.get(name)!, workload);
    }
  }
  process.stderr.write(`kept in ${writeMeasurements(found)}\n`);
  return found;
}

function tableOf(found: Measurements | null): string {
  if (found === null) {
    return 'Nothing was measured on this machine: `bprune doctor --measure` lets --backend auto choose the fastest.';
  }
  const rows = workloads.map((workload) => {
    const times = Object.entries(found[workload]).sort(([, a], [, b]) => a - b);
    return `  ${workload.padEnd(12)}${times.map(([name, ms]) => `${name} ${ms.toPrecision(3)}`).join(', ')}`;
  });
  return ['Milliseconds for a training step, batch 128; --backend auto takes the first:', ...rows].join('\n');
}
