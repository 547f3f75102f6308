/** `evaluate`: averages predictions over posterior draws and computes the metrics, each on its split. */
import type { HostArray } from '../../base/host-array.ts';
import { drawKey } from '../../base/streams.ts';
import { allRows, gatherBatch } from '../../data/index.ts';
import { hasOtherUnits, inFileUnits, metrics, predictive } from '../../evaluation/index.ts';
import type { Figure, Predictions } from '../../evaluation/metric.ts';
import type { Compiled } from '../../executors/executor.ts';
import type { PlanEvaluate } from '../../language/check/checked.ts';
import { account } from '../../model/accounting.ts';
import { buildDensity } from '../../model/density.ts';
import { distributionNamed } from '../../model/likelihood.ts';
import { predictorOf } from '../../model/linearised.ts';
import {
  distinctDraws,
  drawWeights,
  meanWeights,
  type Posterior,
  statisticsAreForeign,
} from '../../model/posterior.ts';
import { refuseImpossible } from '../observed.ts';
import { openMeasuring } from './statistics.ts';
import { Interrupted, posteriorOf, type RunContext, resultOf, type StepKind, stepKey } from './step.ts';

/** Rows that are predicted at once: large enough for the matrix product, small enough for any memory. */
const ROWS = 1000;

export const evaluateStep: StepKind<PlanEvaluate> = {
  kind: 'evaluate',
  async run(step, state, context) {
    const posterior = posteriorOf(state);
    const predictions = new Map<string, Predictions>();
    const figures: [string, Figure][] = [];
    for (const request of step.metrics) {
      const metric = metrics.get(request.metric);
      if (metric === undefined) throw new Error(`internal: metric ${request.metric} is not registered`);
      if (metric.over === 'weights') {
        figures.push([request.key, metric.compute(account(step.model, posterior))]);
        continue;
      }
      const known = predictions.get(request.split) ?? (await predict(step, request.split, posterior, context));
      predictions.set(request.split, known);
      figures.push([request.key, metric.compute(known)]);
    }
    const values = Object.fromEntries(figures.map(([key, f]) => [key, f.value]));
    const se = Object.fromEntries(figures.flatMap(([key, f]) => (f.se === null ? [] : [[key, f.se]])));
    await context.record.metrics({ step: step.index, name: step.name, metrics: values, se });
    const details = {
      draws: drawsOf(step, posterior),
      notes: [...notesOf(step, posterior), ...unitsOf(step, context)],
    };
    return { state, result: resultOf(step, { metrics: values, se, details }) };
  },
};

/** No draw is made twice: a point has one, particles are as many as they are. */
function drawsOf(step: PlanEvaluate, posterior: Posterior): number {
  return step.of === 'mean' ? 1 : Math.min(step.samples, distinctDraws(posterior) ?? step.samples);
}

/** How the predictions were made, where a reader could take them for something else. */
function notesOf(step: PlanEvaluate, posterior: Posterior): string[] {
  const draws = drawsOf(step, posterior);
  if (step.of === 'mean') return [];
  if (posterior.linearised === true)
    return ['draws move along the tangent of the network at the posterior mean (`predict = linearised` of `laplace`)'];
  if (draws === step.samples) return [];
  return draws === 1
    ? ['one draw: the posterior is a point, so `samples` changes nothing']
    : [
        `${draws} draws: the posterior is ${draws} ${posterior.chains === undefined ? 'particles' : 'draws of its chains'}, and each is used once`,
      ];
}

/** That the model sees the response in other units than those of the figures. */
function unitsOf({ model, metrics: requests, split }: PlanEvaluate, { dataset }: RunContext): string[] {
  const { observed, columnType } = model.likelihood;
  const column = dataset.splits[split]?.columns[observed];
  const keys = requests.filter((r) => metrics.get(r.metric)?.over === 'data').map((r) => r.key);
  if (columnType.kind === 'class' || column === undefined || keys.length === 0 || !hasOtherUnits(column)) return [];
  const { scale, offset } = column;
  const number = (value: number) => String(Number(value.toPrecision(5)));
  const [factor, moved] = [1 / scale[0]!, -offset[0]! / scale[0]!].map(number);
  const map = scale.length === 1 ? `, where what the model sees is (\`${observed}\` - ${moved}) / ${factor}` : '';
  return [`in the units of the file of \`${observed}\`${map}: ${keys.join(', ')}`];
}

/** Which of finitely many draws are used: evenly spread, since neighbours in a chain say nearly the same. */
function spread(posterior: Posterior, draws: number): (draw: number) => number {
  const distinct = distinctDraws(posterior);
  return (draw) => (distinct === null ? draw : Math.floor((draw * distinct) / draws));
}

async function predict(
  step: PlanEvaluate,
  splitName: string,
  posterior: Posterior,
  context: RunContext,
): Promise<Predictions> {
  refuseImpossible(step.model, context.dataset, splitName);
  const split = context.dataset.splits[splitName]!;
  const density = buildDensity(step.model);
  const { observed, columnType, distribution } = step.model.likelihood;
  const collected = predictive(
    columnType.kind === 'class' ? 'class' : 'real',
    split.rows,
    columnType.kind === 'class' ? columnType.classes : 0,
  );
  // At its mean a network is its tangent.
  const { program: programOf, fixed } =
    step.of === 'mean' ? { program: density.predict, fixed: {} } : predictorOf(density, posterior);
  const session = await context.executor.open(programOf(Math.min(ROWS, split.rows)).state);
  const measuring = statisticsAreForeign(posterior) ? await openMeasuring(density, context) : null;
  try {
    const compiled = new Map<number, Compiled>();
    const batches: {
      readonly first: number;
      readonly compiled: Compiled;
      readonly batch: Record<string, HostArray>;
    }[] = [];
    for (let first = 0; first < split.rows; first += ROWS) {
      const rows = allRows(split).subarray(first, first + ROWS);
      const program = compiled.get(rows.length) ?? (await session.compile(programOf(rows.length)));
      compiled.set(rows.length, program);
      const columns = program.program.batch.map((b) => b.name);
      batches.push({ first, compiled: program, batch: gatherBatch(split, columns, rows) });
    }
    await session.write(fixed);
    const draws = drawsOf(step, posterior);
    const number = spread(posterior, draws);
    const key = stepKey(step, context);
    for (let draw = 0; draw < draws; draw++) {
      if (context.host.interrupted()) throw new Interrupted(step);
      const weights =
        step.of === 'mean'
          ? meanWeights(posterior)
          : drawWeights(posterior, number(draw), (site) => drawKey(key, draw, site));
      await session.write({ ...weights, ...(await measuring?.measure(weights)) });
      for (const { first, compiled: program, batch } of batches) {
        const [info] = await session.run(program, [{ batch, noise: {}, scalars: {} }]);
        collected.add(draw, first, info!);
      }
      context.reporter.evaluated(draw + 1, draws);
      await context.host.breathe();
    }
    const seen = collected.finish(gatherBatch(split, [observed], allRows(split))[observed]!);
    return inFileUnits(seen, split.columns[observed]!, distributionNamed(distribution.name).support === 'count');
  } finally {
    measuring?.dispose();
    session.dispose();
  }
}
