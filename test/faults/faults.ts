/**
 * Mistakes that one can make in an engine or an optimizer and that still train: each is one change of the source, and each has a test
 * that fails of it. `faults.slow.test.ts` makes the changes, in memory, and runs the tests.
 */
export interface Fault {
  /** What is wrong then. */
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  /** Below `test`. */
  readonly test: string;
  /** A part of the test's title. */
  readonly title: string;
}

const swag = { file: 'inference/iterates.ts', test: 'inference/swag.test.ts' };
const optimizer = (name: string) => ({ file: `inference/optimizers/${name}.ts`, test: 'inference/optimizers.test.ts' });

export const faults: readonly Fault[] = [
  {
    ...{ ...swag, name: 'SWAG takes a variance for a standard deviation', title: 'that stream by are those of all' },
    ...{ find: 'Math.sqrt(halved * v)', replace: 'halved * v' },
  },
  {
    ...{ ...swag, name: 'SWAG divides columns by K and not by K - 1', title: 'have half the diagonal and half of' },
    ...{ find: 'Math.sqrt(halved / (columns - 1))', replace: 'Math.sqrt(halved / columns)' },
  },
  {
    ...{ ...swag, name: 'SWAG counts columns that are not there yet', title: 'use the columns that there are' },
    ...{ find: 'const columns = Math.min(count, rank);', replace: 'const columns = rank;' },
  },
  {
    ...{ ...swag, name: 'SWAG forgets to halve its two covariances', title: 'have half the diagonal and half of' },
    ...{ find: '(columns > 1 ? 0.5 : 1)', replace: '1' },
  },
  {
    ...{ ...swag, name: 'SWAG takes deviations from the mean before', title: 'that stream by are those of all' },
    ...{ find: 'b.reshape(b.sub(iterate, mean)', replace: 'b.reshape(b.sub(iterate, before)' },
  },
  {
    ...{ name: 'sites do not share what their columns have in common', title: 'across sites' },
    ...{ file: 'model/posterior.ts', test: 'inference/swag.test.ts' },
    ...{ find: 'keyOf(s.path), keyOf(COMMON))', replace: 'keyOf(s.path), keyOf(s.path))' },
  },
  {
    ...{ name: 'batch norm is not re-estimated for a draw', title: 'are those of each draw' },
    ...{ file: 'runtime/steps/evaluate.ts', test: 'runtime/statistics.test.ts' },
    ...{ find: '...(await measuring?.measure(weights))', replace: '' },
  },
  {
    ...{ name: 'an iterate is taken down a step late', title: 'taken down after every' },
    ...{ file: 'inference/engines/swag.ts', test: 'runtime/statistics.test.ts' },
    ...{ find: 'done % every === 0', replace: 'done % every === 1' },
  },
  {
    ...{ name: 'members of an ensemble share their start', title: 'begin apart, and as they would' },
    ...{ file: 'model/particles.ts', test: 'inference/ensemble.test.ts' },
    ...{ find: 'const own = childKey(key, i);', replace: 'const own = childKey(key, 0);' },
  },
  {
    ...{ name: 'adversarial inputs are moved to where they help', title: 'are moved against each member' },
    ...{ file: 'inference/point-joint.ts', test: 'inference/ensemble.test.ts' },
    ...{ find: 'b.add(x, b.mul(b.sign(slope!), distance))', replace: 'b.sub(x, b.mul(b.sign(slope!), distance))' },
  },
  {
    ...{
      ...optimizer('sgd'),
      name: "Nesterov's step leaves the gradient out",
      title: 'follows the recurrence of PyTorch',
    },
    ...{ find: 'b.add(gradient, b.mul(velocity, momentum))', replace: 'b.mul(velocity, momentum)' },
  },
  {
    ...{ ...optimizer('adamw'), name: 'weight decay shrinks log variances', title: 'leaves spreads alone' },
    ...{ find: "inputs.of === 'spread'", replace: 'false' },
  },
  {
    ...{
      ...optimizer('lion'),
      name: 'Lion takes one memory for both of its means',
      title: 'follows algorithm 2 of Chen',
    },
    ...{ find: 'b.mul(gradient, 1 - beta1!)', replace: 'b.mul(gradient, 1 - beta2!)' },
  },
  {
    ...{ name: 'the proximal step has the prior of all rows in each', title: 'of a proximal step is that of ISTA' },
    ...{ file: 'inference/variational-step.ts', test: 'inference/proximal.test.ts' },
    ...{
      find: 'const share = b.mul(program.scalar(setup.weight), 1 / setup.request.density.rows)',
      replace: 'const share = program.scalar(setup.weight)',
    },
  },
  {
    ...{ name: 'the temperature weakens the prior too', title: 'of 0 finds the highest point' },
    ...{ file: 'inference/variational-pass.ts', test: 'inference/temperature.test.ts' },
    ...{ find: 'b.add(whole, b.mul(entropy, 1 - temperature))', replace: 'b.mul(whole, temperature)' },
  },
  {
    ...{ name: 'all samples of a step are one draw', title: 'divide the variance of the gradient' },
    ...{ file: 'model/step-program.ts', test: 'inference/temperature.test.ts' },
    ...{ find: "[...path, 'sample', number]", replace: 'path' },
  },
  {
    ...{ name: 'Jensen-Shannon takes standard deviations for variances', title: 'is that of its definition' },
    ...{ file: 'model/divergences/js-geometric.ts', test: 'model/divergences.test.ts' },
    ...{ find: '[spread.unmasked, b.square(s)]', replace: '[b.sqrt(spread.unmasked), s]' },
  },
  {
    ...{ name: 'correlated guides have the entropy of independent ones', title: 'is the exact posterior of linear' },
    ...{ file: 'inference/variational-step.ts', test: 'inference/low-rank-guide.test.ts' },
    ...{ find: 'b.mul(whole, temperature)', replace: 'b.mul(whole, 0)' },
  },
  {
    ...{ name: 'flipout turns all rows alike', title: 'two rows of a batch do not move together' },
    ...{ file: 'inference/estimators/flipout.ts', test: 'inference/flipout.test.ts' },
    ...{
      find: 'b.step(b.sub(uniform, 0.5))',
      replace: 'b.step(b.sub(b.slice(uniform, [0, 0], [1, channels]), b.full([rows, channels], 0.5)))',
    },
  },
  {
    ...{ name: 'dual averaging counts one step of the prior too few', title: 'of dual averaging sums all gradients' },
    ...{ file: 'inference/optimizers/dual-averaging.ts', test: 'inference/proximal.test.ts' },
    ...{ find: "binary(variable('step'), '+', 1)", replace: "variable('step')" },
  },
  {
    ...{ name: 'the length of a gradient is that of its first part', title: 'have a length for each particle' },
    ...{ file: 'inference/clipping.ts', test: 'inference/gradients-and-averages.test.ts' },
    ...{ find: 'reduce((total, part) => b.add(total, part))', replace: 'reduce((total) => total)' },
  },
  {
    ...{ name: 'running means are pulled to their start', title: 'weigh what they have seen by decay' },
    ...{ file: 'inference/averaging.ts', test: 'inference/gradients-and-averages.test.ts' },
    ...{ find: "binary(1, '-', binary(decay, '^', t))", replace: "binary(1, '+', 0)" },
  },
];
