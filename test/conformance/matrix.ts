/**
 * Prints how far each executor is from `reference` on every op: the largest error of its cases in values and, behind the
 * slash, in gradients, relative to the largest value of the array (at least 1). Nothing is left out in silence: an executor
 * that is not installed has its reason below the table.
 *
 *   npm run conformance
 */
import type { Executor } from '../../src/executors/executor.ts';
import { opNames } from '../../src/graph/ops/index.ts';
import { gradientCase, largestDistance, single } from '../helpers/distance.ts';
import { numbers } from '../helpers/evaluate.ts';
import { opCases } from '../helpers/op-cases.ts';
import { singlePrecision } from '../helpers/single-precision.ts';

let failures = 0;

async function cell(op: string, executor: Executor): Promise<string> {
  let [values, slopes] = [0, 0];
  for (const test of opCases.filter((c) => c.op === op)) {
    const arrays = single(test.arrays(numbers(9)));
    try {
      values = Math.max(values, await largestDistance(test, arrays, executor));
      slopes = Math.max(slopes, await largestDistance(gradientCase(test), arrays, executor));
    } catch (error) {
      failures += 1;
      return `fails: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
    }
  }
  if (!(values < executor.numerics.forward && slopes < executor.numerics.gradient)) failures += 1;
  return `${brief(values)} / ${brief(slopes)}`;
}

function brief(error: number): string {
  return error === 0 ? '0' : error.toExponential(0);
}

const present: Executor[] = [];
const absent: string[] = [];
for (const executor of singlePrecision) {
  const lack = await executor.unavailable();
  if (lack === null) present.push(executor);
  else absent.push(`- absent: ${executor.name}: ${lack}`);
}
const lines = [
  `| op | cases | ${present.map((e) => e.name).join(' | ')} |`,
  `|---|---|${present.map(() => '---|').join('')}`,
];
for (const op of opNames) {
  const cells: string[] = [];
  for (const executor of present) cells.push(await cell(op, executor));
  lines.push(`| ${op} | ${opCases.filter((c) => c.op === op).length} | ${cells.join(' | ')} |`);
}
const bounds = present.map((e) => `${e.name} ${e.numerics.forward} / ${e.numerics.gradient}`);
process.stdout.write(
  `${[...lines, '', `Tolerances: ${bounds.join(', ')}. Cells that fail or pass them: ${failures}.`, ...absent].join('\n')}\n`,
);
process.exit(failures === 0 ? 0 : 1);
