/** The page RECOVERY.md. */
import { INPUTS, mistakes, TRUTH } from './inputs.ts';
import { ENOUGH, type Method, STARTS } from './job.ts';
import type { Done } from './record.ts';

export const SETS = 30;
/** Data sets without a mistake that are aimed at. */
export const GOAL = 27;

const INTRODUCTION = `# Inputs that matter, found again

Written by \`npm run bench:recovery\`. Data of Bai, Song & Cheng (NeurIPS 2020), section 5: y = 7 x2 / (1 + x1^2) + 5 sin(x3 x4) + 2 x5 + N(0, 1),
3,000 rows of ${INPUTS} inputs from Uniform(-1, 1), as the authors' code has it; ${TRUTH.length} inputs matter. A network of 200-14-7-7-1 units (theirs: 200-7-7-7-1).
RMSE is that of 1,000 other rows, on which nothing is below 1; without x1 it can hardly be below 1.19.

* \`edges\`: a gate of 0 or 1 on each weight, after a screening of the inputs (\`programs/recovery/edges.bprune\`); an input is selected when one of its edges has inclusion above 0.5.
* \`magnitude\`: the same network without gates (\`programs/recovery/magnitude.bprune\`). It is told that five inputs matter, and the five with the
  largest norms of weights count as selected; then the smallest weights are cut to the sparsity that \`edges\` has found, and the rest is trained on.

FPR: share of the ${INPUTS - TRUTH.length} inputs that do not matter and are selected. FNR: share of the ${TRUTH.length} that matter and are not.
`;

const EXPLANATIONS = `## The recipe, and what it differs in from the paper's

1. Screening: a point estimate under Laplace(0, 0.02) on the first layer, 100 epochs; the 120 inputs with the smallest columns of weights go, by norm; 50 epochs more, and 60 of the 80 go. Then 100 epochs
   without the sharp prior. Twenty inputs are always left, whatever the data.
2. Starts: where the RMSE of the training rows is then above ${ENOUGH}, which is four standard errors above the noise of 1 that the paper gives, this is done again from other start values, at most ${STARTS} times;
   then the start with the lowest goes on. Neither test rows nor the inputs that matter are looked at.
3. Gates on what is left, from inclusion 0.99 by the paper's prior: 250 epochs; the gates have a rate of their own, 3e-2, the rest 5e-3. The sd of the noise is inferred here. Edges with inclusion up to 0.5 go.

The paper has one stage of 7,000 epochs at 5e-3 on all inputs with the sd of the noise given, first-layer width 7, gates on biases too, means from Uniform(-0.6, 0.6), and one draw of the weights for each batch.
The authors' code (JinchengBai/sparse-variational-bnn) has no warm-up of the divergence and no schedule of the rate, and counts an input as selected as this page does. What that recipe finds was not tried here at its full length.

Settings were chosen on data sets of other seeds, 1001 to 1006, and on some of another generator of the same data. Sets 1 to 30 chose none of them; but that the noise is inferred is kept from
the one-stage recipe named below, which was chosen on sets 1 and 2.
The seconds are those of three processes on two cores, beside other work.

## Why x1 is hard

* It has no effect of its own, only on the slope of x2, and that is even: at weights of 0 the gradient of an edge from x1 is 0. What such an edge is worth shows as a curvature, about E[r x2 x1^2] = -0.11 of the residual r that
  the other four inputs leave. By a rough count, the curvature that chance has over directions in all 200 inputs is as large: the matrix of means of r x2 xi xj over 3,000 rows has a spectral norm of about 0.12 by noise alone. So a dense
  network finds directions of noise as soon as x1. For a single input chance has 30 times less; so a prior that closes single edges, early but not too early, can find x1.
* One stage of gates over all inputs, 800 epochs, which this page had before, selected x2 to x5 and nothing else on all of sets 1 to 30, and x1 on none.
* Screenings that were tried in a prototype, and on how many data sets x1 was among the first ten inputs when 32 to 80 were left. Width 14 and Laplace(0, 0.02): 5 of 6, 5 of 8; with twice the epochs 3 of 6; from start values three times as large 4 of 6.
  Width 7: 3 of 6. Width 20: 2 of 8; with Laplace(0, 0.03), twice the rate and the start values 4 of 6. Width 28, twice the rate, 60 epochs: 1 of 8. At width 14 Laplace(0, 0.025), other weights Normal(0, 1), twice the rate: 4 of 8;
  Laplace(0, 0.015) with twice the rate and the start values: 1 of 8; Laplace(0, 0.04): 2 of 6; Laplace(0, 0.01): 0 of 6, as at width 7. Biases from Uniform(-1, 1): 0 of 6, and so with tanh and silu in the place of relu in two hidden layers.
  Normal(0, 0.3) in the place of Laplace, width 7: 0 of 1. So one start finds x1 every other time or a little more often; the further starts are for that.
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
        own.map((d) => d.starts),
        1,
      ),
      spread(
        own.map((d) => d.seconds),
        0,
      ),
    ];
    return [`| ${[method, ...cells].join(' | ')} |`];
  });
  return [
    '| mean ± sd over data sets | FPR (%) | FNR (%) | RMSE | weights kept (%) | starts | seconds |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function sets(done: readonly Done[]): string[] {
  const ordered = [...done].sort((a, b) => a.set - b.set || METHODS.indexOf(a.method) - METHODS.indexOf(b.method));
  return [
    '| set | method | selected too much | missed | RMSE | weights kept (%) | starts | seconds |',
    '|---|---|---|---|---|---|---|---|',
    ...ordered.map((d) => {
      const extra = d.selected.filter((i) => !TRUTH.includes(i));
      const missed = TRUTH.filter((i) => !d.selected.includes(i));
      const cells = [d.set, d.method, named(extra), named(missed), d.rmse.toFixed(3)];
      return `| ${[...cells, (100 * (1 - d.sparsity)).toFixed(2), d.starts, d.seconds.toFixed(0)].join(' | ')} |`;
    }),
    '',
  ];
}

/** Up to six by name. */
function named(inputs: readonly number[]): string {
  if (inputs.length === 0) return '-';
  return inputs.length > 6 ? `${inputs.length} inputs` : inputs.map((i) => `x${i}`).join(', ');
}
