/** Standardised columns: mean 0 and standard deviation 1 over the training rows, feature by feature, the same map for all splits. */
import type { OptionSpec } from '../base/catalogue.ts';
import type { Column, ColumnRequest, Split } from '../base/data.ts';
import { diagnostic } from '../base/diagnostic.ts';
import { sizeOf } from '../base/host-array.ts';
import type { Report } from './reader.ts';

export const STANDARDISE: OptionSpec = {
  name: 'standardise',
  type: { kind: 'boolean' },
  default: false,
  required: false,
  doc: 'mean 0 and standard deviation 1 over the training rows, for each number of a row',
};

/** Columns whose option `standardise` is set get the scale and offset that the rows of `train` ask for. */
export function standardiseSplits(
  splits: Readonly<Record<string, Split>>,
  requests: readonly ColumnRequest[],
  report: Report,
): Record<string, Split> {
  const wanted = requests.filter((c) => c.options.standardise === true);
  const maps = new Map(wanted.map((c) => [c.name, fitted(splits.train?.columns[c.name], c, report)]));
  return Object.fromEntries(
    Object.entries(splits).map(([name, split]) => [name, { ...split, columns: mapped(split.columns, maps) }]),
  );
}

type Affine = Pick<Column, 'scale' | 'offset'>;

function mapped(columns: Split['columns'], maps: ReadonlyMap<string, Affine | null>): Split['columns'] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, { ...column, ...(maps.get(name) ?? {}) }]),
  );
}

function fitted(column: Column | undefined, request: ColumnRequest, report: Report): Affine | null {
  if (column === undefined) return null;
  const width = sizeOf(column.shape);
  const scale: number[] = [];
  const offset: number[] = [];
  const constant: number[] = [];
  for (let feature = 0; feature < width; feature++) {
    const { mean, sd } = moments(column.data, feature, width);
    if (!(sd > 0)) constant.push(feature + 1);
    scale.push(sd > 0 ? 1 / sd : 1);
    offset.push(sd > 0 ? -mean / sd : -mean);
  }
  if (constant.length > 0) sayConstant(request, constant, width, report);
  return { scale, offset };
}

/** `features` count from 1. */
function sayConstant({ name, span }: ColumnRequest, features: readonly number[], width: number, report: Report): void {
  const [first, ...others] = features;
  const which = width === 1 ? '' : others.length === 0 ? ` (feature ${first} of ${width})` : '';
  const message =
    others.length === 0
      ? `\`${name}\`${which} has the same value in every training row and cannot be standardised`
      : `${features.length} of the ${width} features of \`${name}\` have the same value in every training row, the first of them is feature ${first}, and cannot be standardised`;
  const hint = others.length === 0 ? 'leave it out: it can explain nothing' : 'they become 0 and can explain nothing';
  report(diagnostic('BP7151', span, message, { severity: 'warning', hint }));
}

/** Mean and standard deviation (divisor n) of one feature, in two passes. */
function moments(data: Column['data'], feature: number, width: number): { readonly mean: number; readonly sd: number } {
  const n = data.length / width;
  let sum = 0;
  for (let i = feature; i < data.length; i += width) sum += data[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = feature; i < data.length; i += width) squares += (data[i]! - mean) ** 2;
  const sd = Math.sqrt(squares / n);
  // Rounding of the mean alone leaves this much of a constant column.
  return { mean, sd: sd <= Math.abs(mean) * 1e-14 ? 0 : sd };
}
