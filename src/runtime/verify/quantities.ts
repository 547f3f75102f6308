/** What is compared: single numbers of which a replication knows the true value, and every posterior draw has one. */
import { type HostArray, sizeOf } from '../../base/host-array.ts';
import type { Info } from '../../executors/executor.ts';
import type { CheckedModel } from '../../language/check/checked.ts';
import type { SiteValues } from '../../model/posterior.ts';

export interface Quantity {
  /** `tau`, `fc1.weight[2, 5]`, `the log likelihood`. */
  readonly name: string;
  /** The site that it belongs to; null for what follows from all of them. */
  readonly site: string | null;
  /** Whether only draws of the very posterior must agree with it: under a family with another spread it lies to one side. */
  readonly ofDraws: boolean;
  /** At the real numbers of all sites, and what the model predicts there. */
  read(values: SiteValues, predicted: Info): number;
}

/** Numbers of a latent, of a parameter of the network, and rows of which a prediction is compared. */
const OF_LATENT = 4;
const OF_PARAMETER = 3;
const ROWS = 3;

/**
 * Elements of all sites, evenly spread; predictions, which do not change where hidden units change places; and the log likelihood
 * of the data, which sees what no single number does (Modrák et al. 2023). Ranks are those of the real numbers that stand for
 * latents, which are in the order of the values.
 */
export function quantitiesOf(model: CheckedModel): readonly Quantity[] {
  const elements = model.sites.flatMap(({ path, shape, parameter }) =>
    spread(sizeOf(shape), parameter.counts === 'latent' ? OF_LATENT : OF_PARAMETER).map(
      (at): Quantity => ({
        name: `${path}${indexOf(shape, at)}`,
        site: path,
        ofDraws: false,
        read: (values) => values[path]!.data[at]!,
      }),
    ),
  );
  const rows = spread(model.rows, ROWS).map(
    (row): Quantity => ({
      name: `the prediction for row ${row + 1}`,
      site: null,
      ofDraws: false,
      read: (_, predicted) => predictionAt(predicted, row, model.rows),
    }),
  );
  const likelihood: Quantity = {
    name: 'the log likelihood',
    site: null,
    ofDraws: true,
    read: (_, { log_likelihood }) => Array.from(log_likelihood!.data).reduce((sum, log) => sum + log, 0),
  };
  return [...elements, ...rows, likelihood];
}

/** The first number of the mean, or the probability of the last class. */
function predictionAt({ probabilities, mean }: Info, row: number, rows: number): number {
  const array = (probabilities ?? mean) as HostArray | undefined;
  if (array === undefined) return Number.NaN;
  const width = array.data.length / rows;
  return array.data[row * width + (probabilities === undefined ? 0 : width - 1)]!;
}

/** At most `most` of 0 ... n - 1. */
function spread(n: number, most: number): readonly number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * n) / count));
}

/** `[2, 5]`, counted from 1 as the language counts; nothing for a single number. */
function indexOf(shape: readonly number[], at: number): string {
  if (sizeOf(shape) === 1) return '';
  const index: number[] = [];
  let left = at;
  for (const size of [...shape].reverse()) {
    index.unshift((left % size) + 1);
    left = Math.floor(left / size);
  }
  return `[${index.join(', ')}]`;
}
