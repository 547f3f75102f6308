/**
 * Three posteriors that others have drawn from with long chains (posteriordb), by every engine that can: writes POSTERIORS.md, and
 * to posteriors.jsonl a line for each parameter, from which a bench that was stopped goes on.
 *
 *   npm run bench:posteriors -- --engines laplace,svgd
 *
 * `--data` (or BPRUNE_DATA) is a folder with `posteriordb/`. The arrays are small, so a backend with little to do for each
 * operation is the fastest: `native` where there is a C compiler, else what `auto` chooses.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { begin, chosen, parseFlags } from '../helpers/flags.ts';
import { DATA, OUT } from './options.ts';
import { engines, judge, type Verdict } from './posteriors/judge.ts';
import { knownPosteriors } from './posteriors/reference.ts';
import { report } from './posteriors/report.ts';
import { executorForSmallArrays } from './small-arrays.ts';

function readPosteriorOptions(args: readonly string[]) {
  const values = parseFlags(
    'bench:posteriors',
    {
      data: { ...DATA, says: 'the folder of posteriordb/' },
      engines: { default: engines.join(','), says: 'the engines' },
      backend: { default: 'native', says: 'the executor' },
      out: OUT,
    },
    args,
  );
  return { ...values, engines: chosen('engines', values.engines, engines) };
}

const values = begin(readPosteriorOptions);
const executor = await executorForSmallArrays(values.backend);
const data = `${values.data}/posteriordb`;
const record = `${values.out}/posteriors.jsonl`;

function readDone(): readonly Verdict[] {
  if (!existsSync(record)) return [];
  return readFileSync(record, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Verdict);
}

for (const known of knownPosteriors(data)) {
  for (const engine of values.engines) {
    if (readDone().some((v) => v.posterior === known.name && v.engine === engine)) continue;
    const verdicts = await judge(known, engine, data, nodeHost(), executor);
    appendFileSync(record, verdicts.map((v) => `${JSON.stringify(v)}\n`).join(''));
    const worst = Math.max(...verdicts.map((v) => v.error));
    process.stderr.write(
      `${known.name} ${engine}: largest error ${worst.toFixed(3)} sd, ${verdicts[0]!.seconds.toFixed(0)} s\n`,
    );
  }
}
writeFileSync(`${values.out}/POSTERIORS.md`, report(readDone()));
// Threads of the backend would keep the process.
process.exit(0);
