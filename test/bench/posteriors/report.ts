/** The page POSTERIORS.md. */
import { engines, type Verdict } from './judge.ts';

/** The largest error of a mean, in standard deviations of the reference, that is aimed at. */
export const GOAL = 0.1;
/** How far the sd of an engine that knows correlations may be off. */
export const BAND = 0.1;

const INTRODUCTION = `# Known posteriors

Written by \`npm run bench:posteriors\`, to which the programs in \`programs/posteriors\` belong. The reference is that of posteriordb
(Magnusson et al. 2025; BSD-3): 10 chains of 1,000 nearly independent draws, whose means are themselves uncertain by a hundredth of an sd.

*error*: |mean - reference mean| / reference sd; the goal is below ${GOAL}, what misses it is **bold**. *ratio*: sd / reference sd; for engines that know
correlations the goal is 0.9 to 1.1. Independent normals must fall short: *known* is what the best of them have, from the precision
of the model's own numbers.
`;

const EXPLANATIONS = `## What the figures say

* \`laplace\` lies at the joint mode of slopes and log sigma, as that of Stan does. There sigma^2 is the sum of squares over N - 1, and not over N less the number p of
  slopes: its mean of sigma is low by about p / sqrt(2 N) of its sd, 0.35 with p = 5 and N = 100, 0.10 and 0.14 with N = 434. The sds of the slopes, which
  are proportional to sigma, are low with it. That is the method and not the engine, whose mode and curvature are held against exact ones in \`test/inference\`.
* \`svgd\` with 100 particles has sds that are 10 to 15 % too small. That finitely many particles under an RBF kernel fall short is known (Ba et al. 2021, on
  the collapse of variance in many dimensions); whether more of them, or more steps, close the gap here was not tried.
* \`sgvb\` with independent normals falls short of the sds by what theory says it must, and its means do not suffer. Its sigma misses that the slopes are uncertain together: sqrt(1 - p / N).
* Times are those of a machine that was busy with other work, and say little.
`;

export function report(verdicts: readonly Verdict[]): string {
  const posteriors = [...new Set(verdicts.map((v) => v.posterior))];
  return [
    INTRODUCTION,
    ...posteriors.map((name) =>
      section(
        name,
        verdicts.filter((v) => v.posterior === name),
      ),
    ),
    EXPLANATIONS,
  ].join('\n');
}

function section(name: string, verdicts: readonly Verdict[]): string {
  const shown = engines.filter((engine) => verdicts.some((v) => v.engine === engine));
  const parameters = [...new Set(verdicts.map((v) => v.parameter))];
  const find = (parameter: string, engine: string) =>
    verdicts.find((v) => v.parameter === parameter && v.engine === engine)!;
  const seconds = shown.map((engine) => `${engine} ${verdicts.find((v) => v.engine === engine)!.seconds.toFixed(0)} s`);
  const rows = parameters.map((parameter) => {
    const cells = shown.map((engine) => cell(find(parameter, engine)));
    return `| ${parameter} | ${cells.join(' | ')} | ${verdicts.find((v) => v.parameter === parameter)!.independent.toFixed(2)} |`;
  });
  return [
    `## ${name}`,
    '',
    'Error, and ratio of sds.',
    '',
    `| | ${shown.join(' | ')} | known |`,
    `|---|${shown.map(() => '---|').join('')}---|`,
    ...rows,
    '',
    `Time: ${seconds.join(', ')}.`,
    '',
  ].join('\n');
}

function cell({ engine, error, ratio, independent }: Verdict): string {
  const expected = engine === 'sgvb' ? independent : 1;
  const bold = (text: string, missed: boolean) => (missed ? `**${text}**` : text);
  return `${bold(error.toFixed(3), error >= GOAL)}, ${bold(ratio.toFixed(2), Math.abs(ratio / expected - 1) > BAND)}`;
}
