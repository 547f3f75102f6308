/** Checked models made by hand, so that tests of later rooms need no parser. Spans point into a source called `test.bprune`. */
import type { ColumnType, OptionValues } from '../../src/base/catalogue.ts';
import type { Expr } from '../../src/base/expr.ts';
import type { Shape } from '../../src/base/host-array.ts';
import { span } from '../../src/base/span.ts';
import type {
  CheckedArgument,
  CheckedDistribution,
  CheckedGuideSite,
  CheckedLayer,
  CheckedModel,
  CheckedNetwork,
  CheckedOptimizer,
  CheckedSite,
} from '../../src/language/check/checked.ts';
import type { LatentValues } from '../../src/model/latents.ts';
import { layers } from '../../src/model/layers/index.ts';
import { distributionNamed } from '../../src/model/likelihood.ts';

export const HERE = span('test.bprune', 0, 0);

export function number(value: number): Expr {
  return { kind: 'number', value, unit: null, percent: false, span: HERE };
}

export function name(text: string): Expr {
  return { kind: 'name', name: text, span: HERE };
}

export function call(callee: string, ...args: readonly Expr[]): Expr {
  return {
    kind: 'call',
    callee: name(callee),
    args: args.map((value) => ({ name: null, weight: null, value, span: HERE })),
    span: HERE,
  };
}

export function conditional(condition: Expr, yes: Expr, no: Expr): Expr {
  // biome-ignore lint/suspicious/noThenProperty: the field of the language's own tree; nobody awaits it.
  return { kind: 'conditional', condition, then: yes, else: no, span: HERE };
}

/** `D(...)`: positional arguments in the order of the record, defaults filled in. */
export function distribution(kind: string, ...args: readonly (number | Expr)[]): CheckedDistribution {
  const checked = distributionNamed(kind).params.map((param, i): CheckedArgument => {
    const given = args[i] ?? param.default;
    if (given === null) throw new Error(`${kind} needs ${param.name}`);
    return typeof given === 'number'
      ? { name: param.name, expr: number(given), value: given }
      : { name: param.name, expr: given, value: null };
  });
  return { name: kind, args: checked, components: [], own: null, span: HERE };
}

export function mixtureOf(...parts: readonly (readonly [number, CheckedDistribution])[]): CheckedDistribution {
  const components = parts.map(([weight, part]) => ({ weight, distribution: part }));
  return { name: 'Mixture', args: [], components, own: null, span: HERE };
}

/** One line of a network: kind, options, and a name where it matters. */
export type Line = readonly [kind: string, options?: OptionValues, path?: string];

/** A chain of layers; a shape that does not fit throws. Unnamed layers are called `relu[1]`, `relu[2]`, as in the language. */
export function network(input: Shape, lines: readonly Line[]): CheckedNetwork {
  const counts = new Map<string, number>();
  const chain: CheckedLayer[] = [];
  let previous = 'input';
  let shape = input;
  for (const [kind, options = {}, given] of lines) {
    const record = layers.get(kind);
    if (record === undefined) throw new Error(`no layer kind ${kind}`);
    const inferred = record.infer([shape], options);
    if (!inferred.ok) throw new Error(inferred.problem);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const path = given ?? `${kind}[${counts.get(kind)}]`;
    const { output, parameters, statistics, multiplyAdds } = inferred;
    const inputs = [previous];
    chain.push({
      path,
      kind,
      options,
      inputs,
      inputShape: shape,
      outputShape: output,
      parameters,
      statistics,
      multiplyAdds,
      span: HERE,
    });
    previous = path;
    shape = output;
  }
  return { name: 'net', inputShape: input, outputShape: shape, layers: chain, output: previous, span: HERE };
}

export interface ModelParts {
  readonly network: CheckedNetwork;
  /** The prior of a site, by its path. */
  readonly prior: (site: string) => CheckedDistribution;
  readonly column: ColumnType;
  readonly likelihood: CheckedDistribution;
  readonly rows: number;
}

/** The model of a column `y` given a column `x`. */
export function model(parts: ModelParts): CheckedModel {
  const sites = parts.network.layers.flatMap((layer) =>
    layer.parameters.map((parameter): CheckedSite => {
      const path = `${layer.path}.${parameter.role}`;
      const prior = parts.prior(path);
      const { shape } = parameter;
      return { path, layer: layer.path, parameter, shape, support: 'real', prior, span: HERE, priorSpan: HERE };
    }),
  );
  const likelihood = {
    observed: 'y',
    columnType: parts.column,
    columns: [],
    distribution: parts.likelihood,
    span: HERE,
  };
  return {
    kind: 'checked-model',
    name: 'm',
    network: parts.network,
    input: 'x',
    augmented: false,
    sites,
    gates: [],
    factors: [],
    likelihood,
    rows: parts.rows,
    span: HERE,
  };
}

/** The latents of a model that has none. */
export const noLatents: LatentValues = (path) => {
  throw new Error(`no latent ${path}`);
};

/** `net(x)`, the argument of a likelihood. */
export const output: Expr = call('net', name('x'));

/** A classifier over dense layers of the given widths, relu between them, with one prior for weights and one for biases. */
export function classifier(
  widths: readonly number[],
  weightPrior: CheckedDistribution = distribution('Normal', 0, 1),
  biasPrior: CheckedDistribution = distribution('Flat'),
  rows = 60,
): CheckedModel {
  const [inputs, ...outputs] = widths;
  const lines = outputs.flatMap((n, i): Line[] => {
    const line: Line = ['dense', { outputs: n }, `fc${i + 1}`];
    return i === outputs.length - 1 ? [line] : [line, ['relu']];
  });
  return model({
    network: network([inputs!], lines),
    prior: (site) => (site.endsWith('.bias') ? biasPrior : weightPrior),
    column: { kind: 'class', classes: outputs.at(-1)! },
    likelihood: distribution('Categorical', output),
    rows,
  });
}

/** Linear regression with known noise: one dense layer, Normal(0, tau) on its weight and bias. */
export function linearRegression(inputs: number, rows: number, noise: number, tau: number): CheckedModel {
  return model({
    network: network([inputs], [['dense', { outputs: 1 }, 'fc1']]),
    prior: () => distribution('Normal', 0, tau),
    column: { kind: 'real', shape: [] },
    likelihood: distribution('Normal', output, noise),
    rows,
  });
}

/** One family for each site: `Normal` and `LowRankNormal` (rank 2) with the start sd given or left to the engine, `Delta`, or `Particles`. */
export function guide(
  of: CheckedModel,
  family: (site: string) => 'Normal' | 'LowRankNormal' | 'Delta' | 'Particles',
  sd: number | null = null,
): readonly CheckedGuideSite[] {
  return of.sites.map((s): CheckedGuideSite => {
    const kind = family(s.path);
    const start = { mean: null, sd, ...(kind === 'LowRankNormal' ? { rank: 2 } : {}) };
    return kind === 'Normal' || kind === 'LowRankNormal'
      ? { site: s.path, family: kind, args: start, estimator: null, span: null }
      : { site: s.path, family: kind, args: kind === 'Delta' ? { value: null } : {}, estimator: null, span: null };
  });
}

export function optimizer(kind: string, rate: number | Expr, options: OptionValues = {}): CheckedOptimizer {
  return { name: kind, rate: typeof rate === 'number' ? number(rate) : rate, options, span: null };
}
