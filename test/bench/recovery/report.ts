/** The page RECOVERY.md. */
import { INPUTS, mistakes, TRUTH } from './inputs.ts';
import type { Method } from './job.ts';
import type { Done } from './record.ts';

export const SETS = 30;
/** Data sets without a mistake that are aimed at. */
export const GOAL = 27;

const INTRODUCTION = `# Inputs that matter, found again

Written by \`npm run bench:recovery\`. Data of Bai, Song & Cheng (NeurIPS 2020), section 5: y = 7 x2 / (1 + x1^2) + 5 sin(x3 x4) + 2 x5 + N(0, 1),
3,000 rows of ${INPUTS} inputs from Uniform(-1, 1), as the authors' code has it; ${TRUTH.length} inputs matter. A network of 200-7-7-7-1 units. RMSE is that
of 1,000 other rows, on which nothing is below 1; without x1 it can hardly be below 1.19.

* \`edges\`: a gate of 0 or 1 on each weight (\`programs/recovery/edges.bprune\`); an input is selected when one of its seven edges has inclusion above 0.5.
* \`magnitude\`: the same network without gates (\`programs/recovery/magnitude.bprune\`). It is told that five inputs matter, and the five with the
  largest norms of weights count as selected; then the smallest weights are cut to the sparsity that \`edges\` has found, and the rest is trained on.

FPR: share of the ${INPUTS - TRUTH.length} inputs that do not matter and are selected. FNR: share of the ${TRUTH.length} that matter and are not.
`;

const EXPLANATIONS = `## What was changed of the paper's recipe, and what is missed

* The sd of the noise, 1, is not given but has a prior and is inferred. While the network is far from the data a noise of 1 pays for edges from inputs that do not
  matter, and they go late; with an inferred noise they are gone sooner. So 800 epochs at rate 1e-2, over the last fifth of which the rate falls to 0, stand for 7,000 at 5e-3.
  With the noise given, 2,500 epochs at 5e-3 selected x2 to x5 too, and nothing else, on the one data set on which that was tried.
* Biases have no gates, and means begin with He's normal numbers and not in Uniform(-0.6, 0.6). Weights are not drawn: their noise is drawn in the pre-activations.
* What is missed is x1. It has no effect of its own, only on the slope of x2, and that is even: at weights of 0 the gradient of an edge from x1 is 0. Without gates the same network
  finds it within 120 epochs among 5 or 10 inputs and within 300 among 20, but not among 200: the others' weights blur its kinks, and when they are gone its own edges are closed. The optimum of the bound should
  have x1, which is worth up to 600 nats where an edge costs about 12; so this is thought a failure of the search, which no run has shown yet. Slower warm-up of the divergence, starts with Uniform(-0.6, 0.6),
  starts at lower inclusion, and training without gates first, under narrow priors, were tried on one or two data sets each: none found x1 and removed the rest.
* Where the RMSE is above 1.3, something besides x1 is not fitted well: why was not looked into. Settings were chosen on sets 1 and 2.
`;

const METHODS: readonly Method[] = ['edges', 'magnitude'];

export function report(done: readonly Done[]): string {
  return [INTRODUCTION, ...verdicts(done), '', ...summaries(done), ...sets(done), EXPLANATIONS].join('\n');
}

const isRight = ({ selected }: Done) => {
  const { falsePositives, falseNegatives } = mistakes(selected);
  return falsePositives + falseNegatives === 0;
};

function verdicts(done: readonly Done[]): string[] {
  return METHODS.flatMap((method) => {
    const own = done.filter((d) => d.method === method);
    if (own.length === 0) return [];
    const right = own.filter(isRight).length;
    const aim = method === 'edges' ? ` The goal is ${GOAL} of ${SETS}.` : '';
    return [`\`${method}\` selects exactly the inputs that matter on ${right} of ${own.length} data sets.${aim}`];
  }).map((line) => `* ${line}`);
}

/** Mean and standard deviation (divisor n - 1) over data sets, as the paper has them. */
function spread(values: readonly number[], digits: number): string {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  if (n === 1) return mean.toFixed(digits);
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  return `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}

function summaries(done: readonly Done[]): string[] {
  const rows = METHODS.flatMap((method) => {
    const own = done.filter((d) => d.method === method);
    if (own.length === 0) return [];
    const percent = (of: (d: Done) => number) =>
      spread(
        own.map((d) => 100 * of(d)),
        2,
      );
    const cells = [
      percent((d) => mistakes(d.selected).falsePositives / (INPUTS - TRUTH.length)),
      percent((d) => mistakes(d.selected).falseNegatives / TRUTH.length),
      spread(
        own.map((d) => d.rmse),
        3,
      ),
      percent((d) => 1 - d.sparsity),
      spread(
        own.map((d) => d.seconds),
        0,
      ),
    ];
    return [`| ${[method, ...cells].join(' | ')} |`];
  });
  return [
    '| mean ± sd over data sets | FPR (%) | FNR (%) | RMSE | weights kept (%) | seconds |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function sets(done: readonly Done[]): string[] {
  const ordered = [...done].sort((a, b) => a.set - b.set || METHODS.indexOf(a.method) - METHODS.indexOf(b.method));
  return [
    '| set | method | selected too much | missed | RMSE | weights kept (%) | seconds |',
    '|---|---|---|---|---|---|---|',
    ...ordered.map((d) => {
      const extra = d.selected.filter((i) => !TRUTH.includes(i));
      const missed = TRUTH.filter((i) => !d.selected.includes(i));
      const cells = [d.set, d.method, named(extra), named(missed), d.rmse.toFixed(3)];
      return `| ${[...cells, (100 * (1 - d.sparsity)).toFixed(2), d.seconds.toFixed(0)].join(' | ')} |`;
    }),
    '',
  ];
}

/** Up to six by name. */
function named(inputs: readonly number[]): string {
  if (inputs.length === 0) return '-';
  return inputs.length > 6 ? `${inputs.length} inputs` : inputs.map((i) => `x${i}`).join(', ');
}
