/** Means over splits, and how the best of ours compares with what is published on the same splits. */
import { type Metric, type Published, publishedOf } from './published.ts';
import type { Done } from './record.ts';
import { engines, SPLITS, type Table } from './tables.ts';

export interface Summary {
  readonly mean: number;
  /** sd / sqrt(n) with divisor n - 1; null for one split. */
  readonly se: number | null;
  readonly n: number;
}

/** Over splits; null for none. */
export function summary(values: readonly number[]): Summary | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  if (n === 1) return { mean, se: null, n };
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / (n - 1) / n), n };
}

export function summaryOf(metric: Metric, table: Table, engine: string, done: readonly Done[]): Summary | null {
  return summary(done.filter((d) => d.table === table.name && d.engine === engine).map((d) => d[metric]));
}

export interface Verdict {
  readonly kind: 'ahead' | 'tie' | 'behind';
  readonly engine: string;
  /** Ours less what is published, in nats for each row: the mean over splits of the differences on each, which share their rows. */
  readonly difference: Summary;
}

/**
 * In log-likelihood, of the engine whose mean is the best; a tie where the mean difference is within its own standard error.
 * Null until each engine has done all splits: the best of what is done first may be the luckiest splits.
 */
export function verdictOn(
  table: Table,
  done: readonly Done[],
  published: Published = publishedOf(table.name),
): Verdict | null {
  const own = done.filter((d) => d.table === table.name);
  if (engines.some((engine) => own.filter((d) => d.engine === engine).length < SPLITS)) return null;
  const mean = (engine: string) => summaryOf('logLikelihood', table, engine, own)!.mean;
  const engine = engines.reduce((best, next) => (mean(next) > mean(best) ? next : best));
  const differences = own
    .filter((d) => d.engine === engine)
    .map((d) => d.logLikelihood - published.logLikelihood[d.split - 1]!);
  const difference = summary(differences)!;
  if (Math.abs(difference.mean) <= difference.se!) return { kind: 'tie', engine, difference };
  return { kind: difference.mean > 0 ? 'ahead' : 'behind', engine, difference };
}
