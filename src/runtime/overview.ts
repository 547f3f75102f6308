/**
 * What is known of a run before it runs, as text: data, network, cuts, each inference with its guide, its guarantee and the
 * memory that it takes. For `check --verbose`.
 */
import { withCommas } from '../base/counts.ts';
import type { Dataset } from '../base/data.ts';
import { formatShape, sizeOf } from '../base/host-array.ts';
import type { Executor } from '../executors/executor.ts';
import { courseOf } from '../inference/course.ts';
import { guaranteeOf } from '../inference/guarantee.ts';
import { engines } from '../inference/index.ts';
import type { CheckedLayer, CheckedNetwork, PlanInfer, RunPlan } from '../language/check/checked.ts';
import { compileSchedule, printRunPlan } from '../language/index.ts';
import { type Cut, cutsOf } from '../model/coupling.ts';
import { buildDensity } from '../model/density.ts';
import { printGuarantee, type Sources } from './guarantee-text.ts';
import { forecastTraining, gibibytes } from './memory.ts';

export interface Surroundings {
  readonly sources: Sources;
  readonly dataset: Dataset;
  /** The backend that would be taken, and why. */
  readonly executor: Executor;
  readonly reason: string;
}

export function printOverview(plan: RunPlan, around: Surroundings): string {
  const inferences = plan.steps.filter((step) => step.kind === 'infer');
  const networks = new Map(inferences.map(({ model }) => [model.network, model]));
  return [
    printRunPlan(plan),
    `rows: ${rowsOf(around.dataset)}\n`,
    ...[...networks.keys()].flatMap((network) => [printLayerTable(network), printCuts(network)]),
    ...inferences.map((step) => printGuarantee(step, guaranteeOf(step, compileSchedule), around.sources)),
    printMemory(inferences, around),
  ].join('\n');
}

function rowsOf({ splits }: Dataset): string {
  return Object.values(splits)
    .map((split) => `${split.name} ${withCommas(split.rows)}`)
    .join(', ');
}

const HEADINGS = ['layer', 'kind', 'output', 'weights', 'biases', 'flops'];

/** Layers with what they hold and cost. */
export function printLayerTable(network: CheckedNetwork): string {
  const numbers = network.layers.map((layer) => [
    parameters(layer, 'weight'),
    parameters(layer, 'bias'),
    2 * layer.multiplyAdds,
  ]);
  const totals = [0, 1, 2].map((column) => numbers.reduce((sum, row) => sum + row[column]!, 0));
  const rows = network.layers.map((layer, i) => [
    layer.path,
    layer.kind,
    formatShape(layer.outputShape),
    ...numbers[i]!.map((n) => (n === 0 ? '' : withCommas(n))),
  ]);
  const lines = table([HEADINGS, ...rows, ['all', '', formatShape(network.outputShape), ...totals.map(withCommas)]]);
  return `network ${network.name}: ${formatShape(network.inputShape)} -> ${formatShape(network.outputShape)}
${lines.map((line) => `  ${line}`).join('\n')}
  flops are 2 x the multiply-adds of one row; biases, and scale and shift of norms, are counted apart from weights
`;
}

function parameters(layer: CheckedLayer, counts: 'weight' | 'bias'): number {
  return layer.parameters.filter((p) => p.counts === counts).reduce((sum, p) => sum + sizeOf(p.shape), 0);
}

/** Columns of equal width: the first three are words, the others numbers. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const cell = (text: string, column: number) =>
    column < 3 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

/** What goes together when units, filters or inputs are cut. */
export function printCuts(network: CheckedNetwork): string {
  const lines = cutsOf(network).map((cut) => {
    const members = cut.outputs.length === 0 ? 'input' : cut.outputs.join(' + ');
    return `  ${withCommas(cut.size)} x ${members}${alongText(cut)}${cut.fixed === null ? '' : `; left out: ${cut.fixed}`}`;
  });
  return `${['cuts, each of which counts once:', ...lines].join('\n')}\n`;
}

function alongText({ along }: Cut): string {
  return along.length === 0 ? '' : `, with ${along.join(', ')}`;
}

/** What each training takes at most, by the forecast by which a run is refused. */
function printMemory(inferences: readonly PlanInfer[], { dataset, executor, reason }: Surroundings): string {
  const lines = inferences.map((step) => {
    const engine = engines.get(step.engine)!;
    const program = engine.build({
      ...step,
      density: buildDensity(step.model),
      masks: new Map(),
      course: courseOf(step, step.model.rows),
    });
    const rows = Math.min(step.batch, dataset.splits[step.split]!.rows);
    return `  step ${step.index}, batch ${withCommas(rows)}: about ${gibibytes(forecastTraining(program, rows, dataset, executor))}`;
  });
  return `${[`memory on backend ${executor.name} (${reason}):`, ...lines].join('\n')}\n`;
}
