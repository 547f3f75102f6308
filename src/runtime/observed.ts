/** Observed numbers against the likelihood: one that it excludes would make every loss infinite, so it is named before anything runs. */
import type { Support } from '../base/catalogue.ts';
import type { Dataset, Split } from '../base/data.ts';
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import { sizeOf } from '../base/host-array.ts';
import type { CheckedLikelihood, CheckedModel } from '../language/check/checked.ts';
import { SUPPORT_NOUN } from '../language/index.ts';
import { distributionNamed } from '../model/likelihood.ts';

/** Classes are looked at by the readers. */
const INSIDE: { readonly [S in Support]?: (x: number, low: number, high: number) => boolean } = {
  positive: (x) => x > 0,
  nonnegative: (x) => x >= 0,
  unit: (x) => x > 0 && x < 1,
  count: (x) => x >= 0 && Number.isInteger(x),
  interval: (x, low, high) => x >= low && x <= high,
};

/** Throws `DiagnosticError` that names the first row of `split` that the likelihood of `model` excludes. */
export function refuseImpossible(model: CheckedModel, dataset: Dataset, split: string): void {
  const { likelihood } = model;
  const found = dataset.splits[split];
  const problem = found === undefined ? null : firstImpossible(likelihood, found);
  if (problem === null) return;
  const { distribution, observed, span } = likelihood;
  const message = `\`${observed}\` is ${problem.value} in row ${problem.row + 1} of ${split}, but \`${distribution.name}\` is of ${problem.wanted}`;
  const hint = 'leave such rows out, scale the column, or use a likelihood that has them, such as `Normal`';
  throw new DiagnosticError(diagnostic('BP7302', span, message, { hint }));
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
  const { data, scale, offset } = column;
  for (let i = 0; i < data.length; i++) {
    const k = i % width;
    const value = data[i]! * scale[k % scale.length]! + offset[k % offset.length]!;
    if (fits(value, low, high) && value <= high) continue;
    const bounds = support === 'interval' ? `numbers from ${low} to ${high}` : SUPPORT_NOUN[support];
    const wanted = trials === null ? bounds : `whole numbers from 0 to ${trials}`;
    return { row: Math.floor(i / width), value: Number(value.toPrecision(6)), wanted };
  }
  return null;
}
