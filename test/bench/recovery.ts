/**
 * Five inputs of 200 that matter, on thirty data sets: does spike-and-slab inference find them, and them alone? Writes RECOVERY.md,
 * and to recovery.jsonl a line for each data set and method, from which a bench that was stopped goes on.
 *
 *   npm run bench:recovery -- --sets 1-5
 *
 * The arrays are small: `native`, where there is a C compiler, is the fastest.
 */
import { writeFileSync } from 'node:fs';
import { chooseExecutor } from '../../src/executors/index.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { begin } from '../helpers/flags.ts';
import { mistakes } from './recovery/inputs.ts';
import {
  type Figures,
  type Method,
  methods,
  type Place,
  programFingerprint,
  runEdges,
  runMagnitude,
} from './recovery/job.ts';
import { readRecoveryOptions } from './recovery/options.ts';
import { appendDone, readDone } from './recovery/record.ts';
import { report } from './recovery/report.ts';

const options = begin(readRecoveryOptions);
const choice = await chooseExecutor(options.backend);
if (!choice.ok) throw new Error(choice.diagnostic.message);
const place: Place = { host: nodeHost(), executor: choice.executor };
const programs = new Map<Method, string>();
for (const method of methods) programs.set(method, await programFingerprint(method, place.host));
const record = `${options.out}/recovery.jsonl`;

/** The figures of the record, else of a run that is then recorded. */
async function figuresOf(set: number, method: Method, run: () => Promise<Figures>): Promise<Figures> {
  const known = readDone(record, programs).find((d) => d.set === set && d.method === method);
  if (known !== undefined) return known;
  const figures = await run();
  appendDone(record, { set, method, program: programs.get(method)!, ...figures });
  writeFileSync(`${options.out}/RECOVERY.md`, report(readDone(record, programs)));
  const { falsePositives, falseNegatives } = mistakes(figures.selected);
  const words = `false positives ${falsePositives}, false negatives ${falseNegatives}, rmse ${figures.rmse.toFixed(3)}`;
  process.stderr.write(`set ${set} ${method}: ${words}, ${figures.seconds.toFixed(0)} s\n`);
  return figures;
}

for (const set of options.sets) await figuresOf(set, 'edges', () => runEdges(set, place));
for (const set of options.sets) {
  const { sparsity } = await figuresOf(set, 'edges', () => runEdges(set, place));
  await figuresOf(set, 'magnitude', () => runMagnitude(set, sparsity, place));
}
writeFileSync(`${options.out}/RECOVERY.md`, report(readDone(record, programs)));
// Threads of the backend would keep the process.
process.exit(0);
