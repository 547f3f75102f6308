/** The page POSTERIORS.md. */
import { engines, type Verdict } from './judge.ts';

/** The largest error of a mean, in standard deviations of the reference, that is aimed at. */
export const GOAL = 0.1;
/** How far the sd of an engine that knows correlations may be off. */
export const BAND = 0.1;

const INTRODUCTION = `# Known posteriors

Written by \`npm run bench:posteriors\`, to which the programs in \`programs/posteriors\` belong. The reference is that of posteriordb
(Magnusson et al. 2025; BSD-3): 10 chains of 1,000 nearly independent draws, whose means are themselves uncertain by a hundredth of an sd.

*error*: |mean - reference mean| / reference sd; the goal is below ${GOAL}. *ratio*: sd / reference sd; for engines that know correlations the goal is
${1 - BAND} to ${1 + BAND}. Some engines must miss the goal: in brackets is what theory says they have, of independent normals (\`sgvb\`) the ratio, from the
precision of the model's own numbers, of the normal at the joint mode (\`laplace\`) error and ratio. What is farther than the goal from
the reference, or from what theory says where that is given, is **bold**.
`;

const EXPLANATIONS = `## What the figures say

* \`laplace\` lies at the joint mode of slopes and log sigma, with the Jacobian, as that of Stan does. There sigma^2 is the sum of squares over N - 1, and not over about N less the
  number p of slopes: its mean of sigma is low by about (p + 1) / sqrt(2 N) of its sd. The figures in brackets are those of a regression under flat
  priors without further approximation. The sds of the slopes, which are proportional to sigma, are low with it. That is the method and not
  the engine, whose mode and curvature are held against exact ones in \`test/inference\`.
* \`svgd\` has the linear kernel, whose fixed points have the mean and the covariance of a normal posterior (Liu & Wang 2018, theorem 3.3). With the
  Gaussian kernel, and all else the same, its sds were 11 to 16 % too small: its variance collapses as dimensions grow (Ba et al. 2021).
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
  const rows = parameters.map(
    (parameter) => `| ${[parameter, ...shown.map((engine) => cell(find(parameter, engine)))].join(' | ')} |`,
  );
  return [
    `## ${name}`,
    '',
    'Error, and ratio of sds.',
    '',
    `| | ${shown.join(' | ')} |`,
    `|---|${shown.map(() => '---|').join('')}`,
    ...rows,
    '',
    `Time: ${seconds.join(', ')}.`,
    '',
  ].join('\n');
}

function cell({ engine, error, ratio, independent, atMode }: Verdict): string {
  const normal = engine === 'laplace' ? atMode : { error: 0, ratio: engine === 'sgvb' ? independent : 1 };
  const bold = (text: string, missed: boolean) => (missed ? `**${text}**` : text);
  const known =
    engine === 'laplace'
      ? ` (${normal.error.toFixed(2)}, ${normal.ratio.toFixed(2)})`
      : engine === 'sgvb'
        ? ` (${normal.ratio.toFixed(2)})`
        : '';
  const found = [
    bold(error.toFixed(3), Math.abs(error - normal.error) >= GOAL),
    bold(ratio.toFixed(2), Math.abs(ratio / normal.ratio - 1) > BAND),
  ];
  return `${found.join(', ')}${known}`;
}
