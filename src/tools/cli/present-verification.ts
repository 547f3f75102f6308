/** What `bprune verify` found, for a person: a histogram for each quantity, then sentences. */
import type { Verification } from '../../runtime/index.ts';

const BARS = '▁▂▃▄▅▆▇█';

export function presentVerification(file: string, run: string, found: Verification): string {
  const { engine, rule, rows, done, asked, draws, quantities, findings } = found;
  const head = `${file}, run ${run}: \`${engine}\` on ${rows} rows drawn from the model, ${done} of ${asked} replications, ${draws} draws each.`;
  if (quantities.length === 0) return `${head}\n\nToo few replications to say anything.\n`;
  const what =
    rule === 'uniform'
      ? 'Where the true values lie among the draws, from the lowest tenth to the highest: all alike where the draws are the posterior (p: chance of a histogram as uneven, for all of them together).'
      : 'Where the true values lie among the draws, from the lowest tenth to the highest: the same from both sides where nothing is shifted (p: chance of as lopsided a histogram, for all of them together). A fitted family is not held to the right spread, but it is shown.';
  const width = Math.max(...quantities.map((q) => q.name.length));
  const lines = quantities.map(
    ({ name, histogram, adjusted, spread }) =>
      `  ${name.padEnd(width)}  ${bars(histogram)}  p ${adjusted.toFixed(3)}  spread ${spread.toFixed(2)}`,
  );
  return `${[head, what, lines.join('\n'), ...findings.map(worded), conclusion(found)].join('\n\n')}\n`;
}

function worded({ text, wrong }: Verification['findings'][number]): string {
  return wrong ? `warning: ${text}` : text;
}

function bars(histogram: readonly number[]): string {
  const top = Math.max(1, ...histogram);
  return histogram.map((count) => BARS[Math.round((count / top) * (BARS.length - 1))]).join('');
}

function conclusion({ findings, rule }: Verification): string {
  const wrong = findings.filter((f) => f.wrong).length;
  if (wrong > 0) return `${wrong} of ${findings.length} findings are warnings.`;
  return rule === 'uniform'
    ? 'Nothing speaks against it.'
    : 'Nothing speaks against it but the spread, where one is named above.';
}
