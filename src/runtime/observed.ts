/** Columns against the likelihood: what it excludes would make every loss infinite or no number, so it is named before anything runs. */
import type { Support } from '../base/catalogue.ts';
import type { Column, Dataset, Split } from '../base/data.ts';
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import { type Expr, namesOf } from '../base/expr.ts';
import { sizeOf } from '../base/host-array.ts';
import type { CheckedArgument, CheckedLikelihood, CheckedModel } from '../language/check/checked.ts';
import { CONSTRAINT_NOUN, point, rangeOfSupport, rangeOutside, SUPPORT_NOUN } from '../language/index.ts';
import { distributionNamed } from '../model/likelihood.ts';

/** Classes are looked at by the readers. */
const INSIDE: { readonly [S in Support]?: (x: number, low: number, high: number) => boolean } = {
  positive: (x) => x > 0,
  nonnegative: (x) => x >= 0,
  unit: (x) => x > 0 && x < 1,
  count: (x) => x >= 0 && Number.isInteger(x),
  interval: (x, low, high) => x >= low && x <= high,
};

/** Throws `DiagnosticError` that names the first row of `split` that the likelihood of `model` excludes, or whose columns leave it without an argument. */
export function refuseImpossible(model: CheckedModel, dataset: Dataset, split: string): void {
  const { likelihood } = model;
  const found = dataset.splits[split];
  if (found === undefined) return;
  const { distribution, observed, span } = likelihood;
  const problem = firstImpossible(likelihood, found);
  if (problem !== null) {
    const message = `\`${observed}\` is ${problem.value} in row ${problem.row + 1} of ${split}, but \`${distribution.name}\` is of ${problem.wanted}`;
    const hint = 'leave such rows out, scale the column, or use a likelihood that has them, such as `Normal`';
    throw new DiagnosticError(diagnostic('BP7302', span, message, { hint }));
  }
  for (const argument of distribution.args) refuseColumns(model, argument, found);
}

function firstImpossible({ distribution, observed }: CheckedLikelihood, split: Split) {
  const { support, increasing } = distributionNamed(distribution.name);
  const fits = INSIDE[support];
  const column = split.columns[observed];
  if (fits === undefined || column === undefined) return null;
  const known = (name: string | undefined) => distribution.args.find((a) => a.name === name)?.value ?? null;
  const low = known(increasing?.[0]) ?? Number.NEGATIVE_INFINITY;
  const trials = support === 'count' ? known('trials') : null;
  const high = trials ?? known(increasing?.[1]) ?? Number.POSITIVE_INFINITY;
  const width = sizeOf(column.shape);
  for (let i = 0; i < column.data.length; i++) {
    const value = valueAt(column, i);
    if (fits(value, low, high) && value <= high) continue;
    const bounds = support === 'interval' ? `numbers from ${low} to ${high}` : SUPPORT_NOUN[support];
    const wanted = trials === null ? bounds : `whole numbers from 0 to ${trials}`;
    return { row: Math.floor(i / width), value: Number(value.toPrecision(6)), wanted };
  }
  return null;
}

/** A column as a model sees it: number `i` of all its rows. */
function valueAt({ data, scale, offset, shape }: Column, i: number): number {
  const k = i % sizeOf(shape);
  return data[i]! * scale[k % scale.length]! + offset[k % offset.length]!;
}

/** Throws for the first row whose columns make of an argument what it must not be, whatever latents and the network are. */
function refuseColumns(model: CheckedModel, argument: CheckedArgument, split: Split): void {
  const { distribution, columns } = model.likelihood;
  const mentioned = new Set(namesOf(argument.expr));
  const named = columns.flatMap(({ name }) => (mentioned.has(name) ? (split.columns[name] ?? []) : []));
  const constraint = distributionNamed(distribution.name).params.find((p) => p.name === argument.name)?.constraint;
  if (argument.value !== null || constraint === undefined || named.length === 0) return;
  const supports = new Map(model.sites.map((site) => [site.path, rangeOfSupport(site.support)]));
  const width = Math.max(...named.map((column) => sizeOf(column.shape)));
  for (let i = 0; i < split.rows * width; i++) {
    const row = Math.floor(i / width);
    const values = new Map(named.map((c) => [c.name, valueAt(c, sizeOf(c.shape) === 1 ? row : i)]));
    const leaf = (expr: Expr) => {
      if (expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === model.network.name) return null;
      if (expr.kind !== 'name') return undefined;
      const value = values.get(expr.name);
      return value === undefined ? (supports.get(expr.name) ?? null) : point(value);
    };
    if (rangeOutside(argument.expr, constraint, leaf) === null) continue;
    const shown = [...values].map(([name, value]) => `\`${name}\` is ${Number(value.toPrecision(6))}`).join(' and ');
    const what = `\`${argument.name}\` of \`${distribution.name}\``;
    const message = `${what} is ${CONSTRAINT_NOUN[constraint]}, but ${shown} in row ${row + 1} of ${split.name}`;
    const hint = 'leave such rows out, or write what the column means, such as `exp(s)` for logarithms of scales';
    throw new DiagnosticError(diagnostic('BP7303', argument.expr.span, message, { hint }));
  }
}
