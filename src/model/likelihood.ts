/** Distributions of a checked model as terms in a graph: the priors of sites and the likelihood of the observed column. */
import type { Expr } from '../base/expr.ts';
import { sizeOf } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedDistribution, CheckedModel, CheckedSite } from '../language/check/checked.ts';
import type { Distribution, Term } from './distribution.ts';
import { distributions } from './distributions/index.ts';
import { lowerExpression, type Resolve } from './expression.ts';
import type { LatentValues } from './latents.ts';
import { ownDistribution } from './own-density.ts';
import { paramTerm } from './params.ts';

/** The record of a distribution that the checker let through. */
export function distributionNamed(name: string): Distribution {
  const record = distributions.get(name);
  if (record === undefined) throw new Error(`internal: distribution ${name} is not registered`);
  return record;
}

/** Of the language, or of the program's own. */
export function recordOf({ name, own }: CheckedDistribution): Distribution {
  return own === null ? distributionNamed(name) : ownDistribution(own);
}

/** Puts the arguments in: numbers stay numbers, the rest is lowered by `resolve`. */
export function termOf(b: GraphBuilder, checked: CheckedDistribution, resolve: Resolve): Term {
  return {
    distribution: recordOf(checked),
    args: Object.fromEntries(checked.args.map((a) => [a.name, a.value ?? lowerExpression(b, a.expr, resolve)])),
    components: checked.components.map((c) => ({ weight: c.weight, term: termOf(b, c.distribution, resolve) })),
  };
}

/** The prior of a site, given the latents that it mentions; of a `param` what stands in its place. */
export function priorOf(b: GraphBuilder, site: CheckedSite, latents: LatentValues): Term {
  if (site.param !== undefined) return paramTerm(site.param);
  const resolve: Resolve = (expr) => (expr.kind === 'name' ? latents(expr.name) : null);
  const written = termOf(b, site.prior, resolve);
  const { ofPlate = written.distribution } = written.distribution;
  const prior: Term = site.parameter.counts === 'latent' ? { ...written, distribution: ofPlate } : written;
  return site.scale === undefined ? prior : { ...prior, scale: lowerExpression(b, site.scale, resolve) };
}

/** What the likelihood is given of each row: the network's output and columns by name, `[rows, ...]`. */
export interface RowValues {
  readonly output: Ref;
  readonly columns: Readonly<Record<string, Ref>>;
}

/** The likelihood's distribution, given those and the latents. */
export function likelihoodOf(
  b: GraphBuilder,
  model: CheckedModel,
  { output, columns }: RowValues,
  latents: LatentValues,
): Term {
  const { likelihood } = model;
  const { columnType } = likelihood;
  const ofClasses = distributionNamed(likelihood.distribution.name).support === 'class';
  const value = ofClasses ? output : asColumn(b, output, columnType.kind === 'class' ? [] : columnType.shape);
  return termOf(b, likelihood.distribution, (expr) => {
    if (isNetworkCall(expr, model)) return value;
    if (expr.kind !== 'name') return null;
    const column = likelihood.columns.some((c) => c.name === expr.name) ? columns[expr.name] : undefined;
    return column === undefined ? latents(expr.name) : besides(b, column, value);
  });
}

/** A column as it goes with the output number by number: a single number of each row with all numbers of the row. */
function besides(b: GraphBuilder, column: Ref, value: Ref): Ref {
  const [rows, ...shape] = column.type.shape;
  if (sizeOf(shape) !== 1) return column;
  return b.reshape(column, [rows!, ...value.type.shape.slice(1).map(() => 1)]);
}

/** `[rows, 1]` beside a column of plain numbers `[rows]`: the same numbers, the column's shape. */
function asColumn(b: GraphBuilder, output: Ref, shape: readonly number[]): Ref {
  const rows = output.type.shape[0]!;
  const wanted = [rows, ...shape];
  return sizeOf(wanted) === sizeOf(output.type.shape) ? b.reshape(output, wanted) : output;
}

function isNetworkCall(expr: Expr, model: CheckedModel): boolean {
  return expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === model.network.name;
}
