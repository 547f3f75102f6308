/**
 * The joint density of a checked model, as functions that emit graph. It holds no parameters and draws nothing:
 * engines and predictions decide where weights come from.
 */
import { f32 } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { InputSpec, StepProgram } from '../graph/program.ts';
import type { CheckedLayer, CheckedModel, CheckedNetwork, CheckedSite } from '../language/check/checked.ts';
import { type BatchValues, batchOf } from './batch-values.ts';
import { logDensityOf, type Term } from './distribution.ts';
import { factorsOfRows, factorsOnce } from './factors.ts';
import { gatedSource, gateOf } from './gates.ts';
import { type LatentValues, latentValues, logDensityOfReal } from './latents.ts';
import type { LayerContext } from './layer.ts';
import { type LayerNoiseRef, layerNoiseOf, noiseName } from './layer-noise.ts';
import { layers } from './layers/index.ts';
import { likelihoodOf, priorOf } from './likelihood.ts';
import { type PassSource, type StatisticRef, statisticPath, statisticsOf, storedStatistics } from './statistics.ts';
import { StepProgramBuilder } from './step-program.ts';
import { drawnWeights } from './weights.ts';

/** How a layer's linear map is applied: by weights that were drawn, or by local reparameterisation, or ... */
export interface WeightSource {
  /** `x` times the layer's weight plus its bias. */
  linear(b: GraphBuilder, layer: CheckedLayer, x: Ref): Ref;
  /** A parameter outside the linear map, such as the scale of a batch norm: one value for all rows. */
  value(b: GraphBuilder, layer: CheckedLayer, role: string): Ref;
}

export interface Forward {
  /** The network's output, `[rows, ...]`. */
  readonly output: Ref;
  /** Outputs of layers by path. */
  readonly layers: ReadonlyMap<string, Ref>;
  /** Statistics by path: in training those after the step, while measuring those of the batch; none in prediction. */
  readonly statistics: ReadonlyMap<string, Ref>;
}

export interface Density {
  readonly kind: 'density';
  readonly model: CheckedModel;
  readonly sites: readonly CheckedSite[];
  /** Training rows N. */
  readonly rows: number;
  /** The columns that a step reads, for `rows` rows: the network's input as f32, the observed column (i32 for classes), and those that the likelihood mentions beside them. */
  batch(rows: number): readonly [input: InputSpec, observed: InputSpec, ...others: InputSpec[]];
  /** A site's prior with its arguments put in; `latents` are those that come before it (`latentValues`). */
  prior(b: GraphBuilder, site: CheckedSite, latents: LatentValues): Term;
  /** Sum over the site's elements of the log prior of the real numbers that stand for them. */
  logPrior(b: GraphBuilder, site: CheckedSite, real: Ref, latents: LatentValues): Ref;
  /** Running statistics of the network's layers. */
  readonly statistics: readonly StatisticRef[];
  /** What its layers draw in each step of a training. */
  readonly noise: readonly LayerNoiseRef[];
  /** `weights` behind the gates of their priors; those of layers are put around their linear maps here. */
  forward(b: GraphBuilder, weights: WeightSource, x: Ref, pass: PassSource, latents: LatentValues): Forward;
  /** The terms of the log joint that each row has one of, `[rows]`: its log likelihood and the model's factors of rows. */
  logRows(b: GraphBuilder, forward: Forward, batch: BatchValues, latents: LatentValues): Ref;
  /** The model's factors that count once, beside the priors; null where there are none. */
  logOnce(b: GraphBuilder, latents: LatentValues): Ref | null;
  /** Log likelihood of each row, `[rows]`, without factors: what is said of new rows. */
  logLikelihood(b: GraphBuilder, output: Ref, batch: BatchValues, latents: LatentValues): Ref;
  /**
   * A function of one draw of the weights, of the real numbers that stand for the latents, and of the statistics (state `fc1.weight`, `bn1.statistics.mean`, ...): info `log_likelihood` `[rows]`, and the likelihood's
   * parameters: `probabilities` `[rows, classes]` for Categorical; `mean` and `sd` `[rows]` for Normal.
   */
  predict(rows: number): StepProgram;
  /** A function of one draw of the weights (state `fc1.weight`, ...) and a batch of inputs: info by path, the statistics of the batch. */
  measure(rows: number): StepProgram;
}

export function buildDensity(model: CheckedModel): Density {
  const density: Density = {
    kind: 'density',
    model,
    sites: model.sites,
    rows: model.rows,
    batch: (rows) => batchSpecs(model, rows),
    prior: priorOf,
    logPrior(b, site, real, latents) {
      const prior = priorOf(b, site, latents);
      const logs = logDensityOfReal(b, real, prior.distribution.gated?.(prior).slab ?? prior);
      return b.label(b.sum(logs), `log prior of ${site.path}`, site.priorSpan);
    },
    statistics: statisticsOf(model.network),
    noise: layerNoiseOf(model.network),
    forward: (b, weights, x, pass, latents) =>
      forward(b, model.network, gatedSource(b, model, weights, latents), x, pass),
    logRows(b, network, batch, latents) {
      const likelihood = density.logLikelihood(b, network.output, batch, latents);
      const factors = factorsOfRows(b, model, network, batch, latents);
      return factors === null ? likelihood : b.add(likelihood, factors);
    },
    logOnce: (b, latents) => factorsOnce(b, model, latents),
    logLikelihood(b, output, { observed, columns }, latents) {
      const logs = logDensityOf(b, observed, likelihoodOf(b, model, { output, columns }, latents));
      const perRow = sumOverRow(b, logs, observed.type.shape[0]!);
      return b.label(perRow, `log likelihood of ${model.likelihood.observed}`, model.likelihood.span);
    },
    predict: (rows) => predictProgram(density, rows),
    measure: (rows) => measureProgram(density, rows),
  };
  return density;
}

function batchSpecs(model: CheckedModel, rows: number): readonly [InputSpec, InputSpec, ...InputSpec[]] {
  const { observed, columnType, columns } = model.likelihood;
  const target: InputSpec =
    columnType.kind === 'class'
      ? { name: observed, type: { dtype: 'i32', shape: [rows] } }
      : { name: observed, type: f32([rows, ...columnType.shape]) };
  const others = columns.flatMap(({ name, type }): InputSpec[] =>
    name === model.input || type.kind === 'class' ? [] : [{ name, type: f32([rows, ...type.shape]) }],
  );
  return [{ name: model.input, type: f32([rows, ...model.network.inputShape]) }, target, ...others];
}

function forward(b: GraphBuilder, network: CheckedNetwork, weights: WeightSource, x: Ref, pass: PassSource): Forward {
  const statistics = new Map<string, Ref>();
  const values = new Map<string, Ref>([['input', x]]);
  for (const layer of network.layers) {
    const record = layers.get(layer.kind);
    const [first, ...others] = layer.inputs.map((path) => values.get(path)!);
    if (record === undefined || first === undefined) throw new Error(`internal: layer ${layer.path} cannot be built`);
    const context: LayerContext = {
      weights,
      training: pass.kind === 'training',
      ofBatch: pass.kind !== 'predicting',
      statistic(role) {
        if (pass.kind === 'measuring') throw new Error(`internal: ${layer.path} asks for what is being measured`);
        return pass.stored(statisticPath(layer, role));
      },
      noise(role) {
        if (pass.kind !== 'training') throw new Error(`internal: ${layer.path} asks for noise outside a training`);
        return pass.noise(noiseName(layer, role));
      },
      report(role, value, momentum) {
        const path = statisticPath(layer, role);
        if (pass.kind === 'measuring') statistics.set(path, value);
        if (pass.kind === 'training')
          statistics.set(path, b.add(b.mul(pass.stored(path), momentum), b.mul(value, 1 - momentum)));
      },
    };
    const value = b.at(layer.span, () => record.emit(b, layer, [first, ...others], context));
    values.set(layer.path, b.label(value, `output of ${layer.path}`, layer.span));
  }
  const output = values.get(network.output);
  if (output === undefined) throw new Error(`internal: network ${network.name} has no output`);
  values.delete('input');
  return { output, layers: values, statistics };
}

/** `[rows, ...]` to `[rows]`. */
function sumOverRow(b: GraphBuilder, x: Ref, rows: number): Ref {
  const [first, ...rest] = x.type.shape;
  const whole = first === rows ? x : b.broadcast(x, [rows, ...rest]);
  return rest.length === 0
    ? whole
    : b.sum(
        whole,
        rest.map((_, axis) => axis + 1),
      );
}

/** One draw of everything: weights behind the gates of their priors, and latents. */
export function drawnBehindGates(b: GraphBuilder, density: Density, valueAt: (path: string) => Ref) {
  const latents = latentValues(b, density, (site) => valueAt(site.path));
  const gates = new Map(density.sites.map((s) => [s.path, gateOf(b, density.prior(b, s, latents))]));
  const weights = drawnWeights((path) => {
    const gate = gates.get(path) ?? null;
    return gate === null ? valueAt(path) : b.mul(valueAt(path), gate);
  });
  return { weights, latents };
}

function measureProgram(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const values = new Map(
    density.sites.map((s) => [s.path, program.state({ name: s.path, type: f32(s.shape), follows: s.path })]),
  );
  const [input] = density.batch(rows);
  const { weights, latents } = drawnBehindGates(program.graph, density, (path) => values.get(path)!);
  const x = program.batch(input);
  const { statistics } = density.forward(program.graph, weights, x, { kind: 'measuring' }, latents);
  for (const [path, value] of statistics) program.info(path, value);
  return program.finish();
}

function predictProgram(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const values = new Map(
    density.sites.map((s) => [s.path, program.state({ name: s.path, type: f32(s.shape), follows: s.path })]),
  );
  for (const { path, spec } of density.statistics) {
    values.set(path, program.state({ name: path, type: f32(spec.shape), follows: null }));
  }
  const batch = batchOf(program, density, rows);
  const valueAt = (path: string) => values.get(path)!;
  const { weights, latents } = drawnBehindGates(b, density, valueAt);
  const { output } = density.forward(b, weights, batch.input, storedStatistics(valueAt), latents);
  writePrediction(program, density, output, batch, latents);
  return program.finish();
}

/** What `predict` says of the rows of a batch, at an output of the network and values of the latents. */
export function writePrediction(
  program: StepProgramBuilder,
  density: Density,
  output: Ref,
  batch: BatchValues,
  latents: LatentValues,
): void {
  const b = program.graph;
  program.info('log_likelihood', density.logLikelihood(b, output, batch, latents));
  const term = likelihoodOf(b, density.model, { output, columns: batch.columns }, latents);
  const parameters = term.distribution.likelihood?.parameters(b, term, output.type.shape[0]!) ?? {};
  for (const [name, value] of Object.entries(parameters)) program.info(name, value);
}
