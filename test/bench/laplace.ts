/**
 * By what should draws of Laplace's normal predict, the tangent of the network or the network itself? Each covariance on the six
 * regression tables and on few points of three classes, with the same trained network: writes LAPLACE.md.
 *
 *   npm run bench:laplace -- --splits 5
 *
 * `--data` (or BPRUNE_DATA) is a folder with `uci/NAME`; the split of a table, and the data set of the classes, are the seed.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DiagnosticError, hasErrors } from '../../src/base/diagnostic.ts';
import type { Host } from '../../src/runtime/host.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, silentReporter } from '../../src/runtime/index.ts';
import { openBench } from '../../src/runtime/interactive.ts';
import type { RunState } from '../../src/runtime/steps/step.ts';
import { begin, parseFlags, positive } from '../helpers/flags.ts';
import { DATA, OUT } from './options.ts';
import { executorForSmallArrays } from './small-arrays.ts';
import { summary } from './uci/summary.ts';
import { tables } from './uci/tables.ts';

const PROGRAMS = resolve(import.meta.dirname, 'programs/laplace');
const CLASSES = 'three classes';

/** The metrics of each named evaluation of a run: `full_sampled`, `nll`. */
type Run = ReadonlyMap<string, Readonly<Record<string, number>>>;

const { splits, data, out, backend } = begin((args) =>
  parseFlags(
    'bench:laplace',
    {
      splits: { default: '5', says: 'how many splits of each table, and data sets of the classes' },
      ...{ data: DATA, out: OUT, backend: { default: 'native', says: 'the executor' } },
    },
    args,
  ),
);
const executor = await executorForSmallArrays(backend);

async function run(
  program: string,
  settings: Readonly<Record<string, number>>,
  seed: number,
  host: Host,
): Promise<Run> {
  const given = new Map(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  const { checked, diagnostics } = await loadProgram(host, `${PROGRAMS}/${program}.bprune`, given);
  if (hasErrors(diagnostics)) throw new DiagnosticError(...diagnostics);
  const plan = checked.runs[0]!;
  const bench = openBench(host, executor, seed);
  const found = new Map<string, Readonly<Record<string, number>>>();
  let state: RunState = { posterior: null };
  for (const step of plan.steps) {
    const { state: next, result } = await bench.step(plan.data, step, state, silentReporter);
    state = next;
    if (result.name !== null) found.set(result.name, result.metrics);
  }
  return found;
}

/** The programs read the table `data`: here it is another one. */
function withTable(name: string): Host {
  const host = nodeHost();
  return {
    ...host,
    locate: async (written, from) => (written === 'data' ? resolve(data, 'uci', name) : host.locate(written, from)),
  };
}

/** A row for each evaluation, a column for each data set. */
function page(metric: string, digits: number, all: ReadonlyMap<string, readonly Run[]>): readonly string[] {
  const [first] = all.values();
  const cell = (runs: readonly Run[], form: string) => {
    const { mean, se } = summary(runs.map((r) => r.get(form)![metric]!))!;
    return se === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${se.toFixed(digits)}`;
  };
  const rows = [...first![0]!.keys()].map(
    (form) => `| ${form.replaceAll('_', ' ')} | ${[...all.values()].map((runs) => cell(runs, form)).join(' | ')} |`,
  );
  return [`| | ${[...all.keys()].join(' | ')} |`, `|---|${'---|'.repeat(all.size)}`, ...rows];
}

const count = positive('splits', splits);
const found = new Map<string, Run[]>();
for (let seed = 1; seed <= count; seed++) {
  for (const { name, features, noise } of tables) {
    const runs = found.get(name) ?? [];
    found.set(name, [...runs, await run('regression', { fold: seed, features, noise }, seed, withTable(name))]);
    process.stderr.write(`${name} ${seed}\n`);
  }
  found.set(CLASSES, [...(found.get(CLASSES) ?? []), await run('classes', { seed }, seed, nodeHost())]);
}
const ofClasses = new Map([[CLASSES, found.get(CLASSES)!]]);
const regression = new Map([...found].filter(([name]) => name !== CLASSES));
const text = [
  '# By what draws of Laplace predict',
  '',
  `Means over ${count} splits (data sets, for the classes) ± standard errors; 100 draws. All rows of a column share their trained networks, so that differences of rows are surer than their errors: what varies is the split. \`linearised\`: by the tangent at the point; \`sampled\`: by the network at drawn weights; a last layer is its own tangent. Written by \`npm run bench:laplace -- --splits ${count}\`; programs: \`programs/laplace\`.`,
  ...['', '## Test log-likelihood of a row (nats; higher is better)', ''],
  ...page('log_likelihood', 3, regression),
  ...['', '## Test RMSE (lower is better)', ''],
  ...page('rmse', 3, regression),
  ...['error', 'nll', 'ece'].flatMap((metric) => [
    '',
    `## Three classes: ${metric}`,
    '',
    ...page(metric, 4, ofClasses),
  ]),
];
writeFileSync(`${out}/LAPLACE.md`, `${text.join('\n')}\n`);
// Threads of the backend would keep the process.
process.exit(0);
