/**
 * The joint density of a checked model, as functions that emit graph. It holds no parameters and draws nothing:
 * engines and predictions decide where weights come from.
 */
import { f32 } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { InputSpec, StepProgram } from '../graph/program.ts';
import type { CheckedLayer, CheckedModel, CheckedNetwork, CheckedSite } from '../language/check/checked.ts';
import { logDensityOf, type Term } from './distribution.ts';
import { layers } from './layers/index.ts';
import { likelihoodOf, priorOf } from './likelihood.ts';
import { StepProgramBuilder } from './step-program.ts';
import { drawnWeights } from './weights.ts';

/** How a layer's linear map is applied: by weights that were drawn, or by local reparameterisation, or ... */
export interface WeightSource {
  /** `x` times the layer's weight plus its bias. */
  linear(b: GraphBuilder, layer: CheckedLayer, x: Ref): Ref;
}

export interface Density {
  readonly kind: 'density';
  readonly model: CheckedModel;
  readonly sites: readonly CheckedSite[];
  /** Training rows N. */
  readonly rows: number;
  /** The columns that a step reads, for `rows` rows: the network's input as f32, the observed column (i32 for classes). */
  batch(rows: number): readonly [input: InputSpec, observed: InputSpec];
  /** A site's prior with its arguments put in. */
  prior(b: GraphBuilder, site: CheckedSite): Term;
  /** Sum over the site's elements of the log prior at `value`. */
  logPrior(b: GraphBuilder, site: CheckedSite, value: Ref): Ref;
  /** The network's output, `[rows, ...]`. */
  forward(b: GraphBuilder, weights: WeightSource, x: Ref): Ref;
  /** Log likelihood of each row, `[rows]`. */
  logLikelihood(b: GraphBuilder, output: Ref, observed: Ref): Ref;
  /**
   * A function of one draw of the weights (state `fc1.weight`, ...): info `log_likelihood` `[rows]`, and the likelihood's
   * parameters: `probabilities` `[rows, classes]` for Categorical; `mean` and `sd` `[rows]` for Normal.
   */
  predict(rows: number): StepProgram;
}

export function buildDensity(model: CheckedModel): Density {
  const density: Density = {
    kind: 'density',
    model,
    sites: model.sites,
    rows: model.rows,
    batch: (rows) => batchSpecs(model, rows),
    prior: priorOf,
    logPrior(b, site, value) {
      const logs = logDensityOf(b, value, priorOf(b, site));
      return b.label(b.sum(logs), `log prior of ${site.path}`, site.priorSpan);
    },
    forward: (b, weights, x) => forward(b, model.network, weights, x),
    logLikelihood(b, output, observed) {
      const logs = logDensityOf(b, observed, likelihoodOf(b, model, output));
      const perRow = sumOverRow(b, logs, observed.type.shape[0]!);
      return b.label(perRow, `log likelihood of ${model.likelihood.observed}`, model.likelihood.span);
    },
    predict: (rows) => predictProgram(density, rows),
  };
  return density;
}

function batchSpecs(model: CheckedModel, rows: number): readonly [InputSpec, InputSpec] {
  const { observed, columnType } = model.likelihood;
  const target: InputSpec =
    columnType.kind === 'class'
      ? { name: observed, type: { dtype: 'i32', shape: [rows] } }
      : { name: observed, type: f32([rows, ...columnType.shape]) };
  return [{ name: model.input, type: f32([rows, ...model.network.inputShape]) }, target];
}

function forward(b: GraphBuilder, network: CheckedNetwork, weights: WeightSource, x: Ref): Ref {
  const values = new Map<string, Ref>([['input', x]]);
  for (const layer of network.layers) {
    const record = layers.get(layer.kind);
    const [first, ...others] = layer.inputs.map((path) => values.get(path)!);
    if (record === undefined || first === undefined) throw new Error(`internal: layer ${layer.path} cannot be built`);
    const value = b.at(layer.span, () => record.emit(b, layer, [first, ...others], weights));
    values.set(layer.path, b.label(value, `output of ${layer.path}`, layer.span));
  }
  const output = values.get(network.output);
  if (output === undefined) throw new Error(`internal: network ${network.name} has no output`);
  return output;
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

function predictProgram(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const values = new Map(
    density.sites.map((s) => [s.path, program.state({ name: s.path, type: f32(s.shape), follows: s.path })]),
  );
  const [input, observed] = density.batch(rows).map((spec) => program.batch(spec));
  const output = density.forward(
    b,
    drawnWeights((site) => values.get(site)!),
    input!,
  );
  program.info('log_likelihood', density.logLikelihood(b, output, observed!));
  const term = likelihoodOf(b, density.model, output);
  const parameters = term.distribution.likelihood?.parameters(b, term, rows) ?? {};
  for (const [name, value] of Object.entries(parameters)) program.info(name, value);
  return program.finish();
}
