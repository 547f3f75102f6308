/**
 * Six regression tables on twenty splits, engine by engine, beside published figures: writes UCI.md, and to uci.jsonl one line
 * for each job, from which a bench that was stopped goes on. Several may run side by side over different sets.
 *
 *   npm run bench:uci -- --sets yacht,energy --splits 1-5 --engines sgvb,svgd
 *
 * `--data` (or BPRUNE_DATA) is a folder with `uci/NAME`. `--on validation` judges a tenth of the training rows instead of the
 * test rows, by which settings are chosen, and writes nothing. The arrays are small: pinned to one core (`taskset -c 0`), a job
 * takes less of the machine and hardly longer. Its seconds are those of the processor, of all threads.
 */
import { writeFileSync } from 'node:fs';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { begin } from '../helpers/flags.ts';
import { executorForSmallArrays } from './small-arrays.ts';
import { type Figures, type Job, type Place, PROGRAMS, programFingerprint, runJob } from './uci/job.ts';
import { readUciOptions } from './uci/options.ts';
import { publishedOf } from './uci/published.ts';
import { appendDone, keyOf, readDone } from './uci/record.ts';
import { report } from './uci/report.ts';
import { engines, tables } from './uci/tables.ts';

const options = begin(readUciOptions);
const place: Place = {
  data: `${options.data}/uci`,
  programs: PROGRAMS,
  host: nodeHost(),
  executor: await executorForSmallArrays(options.backend),
};
const programs = new Map<string, string>();
for (const engine of engines) programs.set(engine, await programFingerprint(engine, place));
const record = `${options.out}/uci.jsonl`;
const judgesTest = options.on === 'test';

/** All engines and tables on a split before the next one: what is cut short is a table of fewer splits. */
const jobs = options.splits.flatMap((split) =>
  tables
    .filter((table) => options.sets.includes(table.name))
    .flatMap((table) => options.engines.map((engine): Job => ({ engine, table, split }))),
);

const isDone = (job: Job) => judgesTest && readDone(record, programs).some((d) => keyOf(d) === keyOf(named(job)));

function named({ engine, table, split }: Job) {
  return { engine, table: table.name, split };
}

function keep(job: Job, figures: Figures): void {
  if (!judgesTest) return;
  appendDone(record, { ...named(job), program: programs.get(job.engine)!, ...figures });
  writeFileSync(`${options.out}/UCI.md`, report(readDone(record, programs)));
}

const begun = performance.now();
const left = jobs.filter((job) => !isDone(job)).length;
let count = 0;
for (const job of jobs) {
  if (isDone(job)) continue;
  const figures = await runJob(job, options.on, place);
  keep(job, figures);
  count += 1;
  const { name } = job.table;
  const published = publishedOf(name);
  const minutes = ((performance.now() - begun) / 60_000 / count) * (left - count);
  const words = [
    `${count}/${left} ${name} ${job.split} ${job.engine}:`,
    `log-likelihood ${figures.logLikelihood.toFixed(3)} (published ${published.logLikelihood[job.split - 1]}),`,
    `rmse ${figures.rmse.toFixed(3)} (${published.rmse[job.split - 1]}), ${figures.seconds.toFixed(1)} s;`,
    `${minutes.toFixed(0)} min to go`,
  ];
  process.stderr.write(`${words.join(' ')}\n`);
}
// Threads of the backend would keep the process.
process.exit(0);
