/**
 * Finds the bands of an example's figures: runs it from several seeds and writes `expected.json` beside the program.
 * `npm run bands -- examples/mnist-sparse-vd/main.bprune quick=true`. A band is the range over the seeds, widened on both
 * sides by that range and by two standard errors of the figure (from its finite number of rows).
 */
import { dirname, join } from 'node:path';
import { chooseExecutor } from '../../runtime/backends.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { loadProgram, type RunResult, runPlan, silentReporter, toJson } from '../../runtime/index.ts';
import { version } from '../cli/version.ts';

const SEEDS = [1, 2, 3];

type Bands = Record<string, { low: number; high: number }>;

async function figuresOf(file: string, settings: ReadonlyMap<string, string>, seed: number): Promise<RunResult> {
  const host = nodeHost();
  const { checked, source } = await loadProgram(host, file, settings);
  const choice = await chooseExecutor('auto');
  if (!choice.ok) throw new Error(choice.diagnostic.message);
  const { executor, reason } = choice;
  const out = join(dirname(file), `.bands-${seed}`);
  const rest = { out, overwrite: true, logSteps: 0, checkpointEvery: null, version, argv: [] };
  const result = await runPlan(
    { plan: checked.runs[0]!, source, seed, executor, reason, settings, ...rest },
    host,
    silentReporter,
  );
  await host.remove(out);
  return result;
}

/** Figures of named evaluate steps: `sparse.error`. */
function namedFigures(result: RunResult): ReadonlyMap<string, { readonly value: number; readonly se: number }> {
  const evaluated = result.steps.filter((s) => s.step === 'evaluate' && s.name !== null);
  return new Map(
    evaluated.flatMap((s) =>
      Object.entries(s.metrics).map(([key, value]) => [`${s.name}.${key}`, { value, se: s.se[key] ?? 0 }] as const),
    ),
  );
}

function bandsOf(results: readonly RunResult[]): Bands {
  const all = results.map(namedFigures);
  return Object.fromEntries(
    [...all[0]!.keys()].map((key) => {
      const values = all.map((f) => f.get(key)!.value);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      const margin = most - least + 2 * Math.max(...all.map((f) => f.get(key)!.se));
      return [key, { low: round(least - margin), high: round(most + margin) }];
    }),
  );
}

function round(x: number): number {
  return Number(x.toPrecision(4));
}

async function main(file: string, words: readonly string[]): Promise<void> {
  const settings = new Map(words.map((w) => w.split('=', 2) as [string, string]));
  const results: RunResult[] = [];
  for (const seed of SEEDS) {
    results.push(await figuresOf(file, settings, seed));
    process.stderr.write(
      `seed ${seed}: ${JSON.stringify([...namedFigures(results.at(-1)!)].map(([k, f]) => [k, f.value]))}\n`,
    );
  }
  const expected = { settings: Object.fromEntries(settings), seeds: SEEDS, version, bands: bandsOf(results) };
  await nodeHost().write(join(dirname(file), 'expected.json'), `${toJson(expected, 2)}\n`);
}

const [file, ...words] = process.argv.slice(2);
if (process.argv[1]?.endsWith('bands.ts') && file !== undefined) await main(file, words);
