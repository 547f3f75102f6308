/** Draws true values from the prior and data from the likelihood, and predicts at any values. */
import type { Column, Dataset } from '../../base/data.ts';
import { type HostArray, sizeOf } from '../../base/host-array.ts';
import { type Key, keyAt } from '../../base/keys.ts';
import { fillNormal, fillUniform } from '../../base/normal.ts';
import { noiseKey } from '../../base/streams.ts';
import { allRows, gatherBatch } from '../../data/index.ts';
import { drawClass, samplers } from '../../data/readers/simulate-samplers.ts';
import type { Compiled, Executor, Info, Session } from '../../executors/executor.ts';
import type { NoiseSpec } from '../../graph/program.ts';
import type { Density } from '../../model/density.ts';
import { type Predictor, predictorOf } from '../../model/linearised.ts';
import type { Posterior, SiteValues } from '../../model/posterior.ts';
import { ARGUMENT, priorPredictive, SITE } from '../../model/prior-predictive.ts';

export interface Simulated {
  /** Real numbers of all sites. */
  readonly truth: SiteValues;
  /** The given rows with an observed column that the truth gave. */
  readonly dataset: Dataset;
}

export interface Simulator {
  simulate(key: Key): Promise<Simulated>;
  /** What the model predicts for the rows of a data set at the real numbers of all sites: at the truth, or at a draw of a posterior. */
  predict(values: SiteValues, dataset: Dataset, drawnFrom?: Posterior): Promise<Info>;
  dispose(): void;
}

export async function openSimulator(density: Density, dataset: Dataset, executor: Executor): Promise<Simulator> {
  const train = dataset.splits.train!;
  const { likelihood } = density.model;
  const predicting = density.predict(train.rows);
  const session = await executor.open(predicting.state);
  const [plain, generator] = [
    await session.compile(predicting),
    await session.compile(priorPredictive(density, train.rows)),
  ];
  let tangent: { readonly session: Session; readonly compiled: Compiled } | null = null;
  const opened = async ({ program: programOf }: Predictor) => {
    const program = programOf(train.rows);
    const own = await executor.open(program.state);
    return { session: own, compiled: await own.compile(program) };
  };
  const batchOf = ({ splits }: Dataset, names: readonly string[]) =>
    gatherBatch(splits.train!, names, allRows(splits.train!));
  return {
    async simulate(key) {
      const { program } = generator;
      const noise = Object.fromEntries(program.noise.map((spec) => [spec.name, noiseOf(spec, key)]));
      const inputs = program.batch.map((b) => b.name);
      const [info] = await session.run(generator, [{ batch: batchOf(dataset, inputs), noise, scalars: {} }]);
      const truth = density.sites.map(({ path }) => [path, info![`${SITE}${path}`]!] as const);
      const observed = observedColumn(density, info!, train.rows, keyAt(key, 'observed'));
      const columns = { ...train.columns, [likelihood.observed]: observed };
      return { truth: Object.fromEntries(truth), dataset: { ...dataset, splits: { train: { ...train, columns } } } };
    },
    async predict(values, simulated, drawnFrom) {
      const batch = batchOf(
        simulated,
        predicting.batch.map((b) => b.name),
      );
      const feed = [{ batch, noise: {}, scalars: {} }];
      if (drawnFrom?.linearised !== true) {
        await session.write(values);
        return (await session.run(plain, feed))[0]!;
      }
      const predictor = predictorOf(density, drawnFrom);
      tangent ??= await opened(predictor);
      await tangent.session.write({ ...predictor.fixed, ...values });
      return (await tangent.session.run(tangent.compiled, feed))[0]!;
    },
    dispose() {
      session.dispose();
      tangent?.session.dispose();
    },
  };
}

function noiseOf({ kind, path, type }: NoiseSpec, key: Key): HostArray {
  const data = new Float32Array(sizeOf(type.shape));
  const fill = kind === 'normal' ? fillNormal : fillUniform;
  fill(noiseKey(key, path, 0), data);
  return { type, data };
}

/** As models see it: no scale and no offset any more. */
function observedColumn({ model }: Density, info: Info, rows: number, key: Key): Column {
  const { observed, columnType } = model.likelihood;
  const shape = columnType.kind === 'class' ? [] : columnType.shape;
  const data = observedValues(model.likelihood.distribution.name, info, rows * sizeOf(shape), key);
  const kept = columnType.kind === 'class' ? Int32Array.from(data) : Float32Array.from(data);
  return { name: observed, kind: columnType.kind, shape, data: kept, scale: [1], offset: [0] };
}

/** What the graph drew, or what the host draws of the arguments that it computed. */
function observedValues(distribution: string, info: Info, count: number, key: Key): ArrayLike<number> {
  if (info.drawn !== undefined) return info.drawn.data;
  const uniform = new Float64Array(count);
  fillUniform(key, uniform);
  if (info.probabilities !== undefined) {
    const { data } = info.probabilities;
    const classes = data.length / count;
    const logits = (row: number) => Array.from(data.slice(row * classes, (row + 1) * classes), Math.log);
    return uniform.map((u, row) => drawClass(logits(row), u));
  }
  const sampler = samplers[distribution];
  if (sampler === undefined) throw new Error(`internal: ${distribution} has no draw`);
  const args = sampler.arguments.map((name) => info[`${ARGUMENT}${name}`]!.data);
  return uniform.map((u, i) =>
    sampler.draw(
      args.map((values) => values[i]!),
      [u],
    ),
  );
}
