/** What the words of the language say, each with a line that has it. A test holds the list equal to the vocabulary. */
import { type Glossary, use, usesOf } from './use.ts';

const EVERY = 'infer sgvb { epochs = 5, every 1 epoch { prune *.weight by snr lowest 10% } }';
const SWEEP = 'table = sweep share in [50%, 75%] { prune *.weight by snr lowest share; evaluate on train { error } }';
const IF_LINE = 'if 2 > 1 { relu } else { tanh }';

export const WORDS: Glossary = {
  import: [
    use('file', 'brings the declarations of another file, or of one that comes with bprune', 'import "bprune:lenet5"'),
  ],
  const: [use('file', 'a value with a name; `--set share=50%` gives it another one', 'const share = 75%')],
  def: [use('file', 'a function of the program', 'def warm_up(epoch) = min(1, epoch / 10)')],
  data: [
    use(
      'file',
      'what is learned from: a reader, and the columns with their types',
      'data d = csv("d.csv") { x: real[2]; y: class[3] }',
    ),
  ],
  network: [
    use(
      'file',
      'layers one after the other; the weights have no distribution yet',
      'network small { input real[2]; fc1 = dense(8); relu; fc2 = dense(3) }',
    ),
  ],
  block: [use('file', 'layers that networks put in where they name it', 'block pair(n) { dense(n); relu }')],
  density: [
    use(
      'file',
      'a distribution of the program, by its logarithm',
      'density Laplacian(x | s) { log = -abs(x / s) - log(2 * s), support = real }',
    ),
  ],
  criterion: [
    use(
      'file',
      'a score of weights of the program: the lowest go first',
      'criterion robust = abs(mean(weight)) / sd(weight)',
    ),
  ],
  model: [
    use(
      'file',
      'priors on the weights, and the likelihood of a column',
      'model m(net) { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }',
    ),
  ],
  guide: [
    use(
      'file',
      'the family that the posterior of each weight is sought in',
      'guide wide { *.weight ~ Normal(sd = 0.1) }',
    ),
  ],
  steps: [
    use(
      'file',
      'steps with a name, which runs put in where they call it',
      'steps settle(n = 5) { infer map { epochs = n } }',
    ),
    use('run', 'a unit: training steps, behind a number', 'infer sgvb { epochs = 5, log_every = 50 steps }'),
  ],
  run: [
    use(
      'file',
      'what is done with a model and data, step by step; `bprune run FILE NAME` does it',
      'run first { infer sgvb { epochs = 5 } }',
    ),
  ],
  input: [
    use('network', 'the shape of an example, in the first line', 'input real[2]'),
    use('network', 'what a network or block is applied to, by name', 'a = dense(3) from input'),
  ],
  for: [
    use('network', 'lines once for each value of a list', 'for i in 1..3 { dense(8); relu }'),
    use('run', 'steps once for each value of a list', 'for share in [50%, 75%] { prune *.weight by snr lowest share }'),
    use(
      'file',
      'the model that a run is about, or the one of a guide',
      'run first for bayes { infer sgvb { epochs = 5 } }',
    ),
  ],
  if: [
    use('network', 'lines that are there only where a condition holds that is known before the run', IF_LINE),
    use('file', 'one of two values', 'const rate = if 2 > 1 then 1e-3 else 1e-4'),
  ],
  override: [
    use('model', 'gives weights that an earlier line reached another prior', 'override fc1.bias ~ Normal(0, 10)'),
  ],
  gate: [use('model', 'multiplies units, inputs or weights by latents of 0 and 1', 'gate fc1.unit with z')],
  param: [use('model', 'a number that is fitted and has no prior', 'param tau = 1 in (0, inf)')],
  factor: [use('model', 'adds a term, which need be no density, to the log joint density', 'factor -sum(abs(net(x)))')],
  infer: [use('run', 'seeks the posterior with an engine (`sgvb`, `swag`, `svgd` ...)', 'infer sgvb { epochs = 5 }')],
  prune: [
    use(
      'run',
      'takes weights or groups away: `where` a condition holds, or `by` a score so many',
      'prune *.weight by snr lowest 75%',
    ),
  ],
  grow: [use('run', 'brings back what was pruned; the inverse of `prune`', 'grow *.weight by snr highest 10%')],
  evaluate: [
    use(
      'run',
      'measures on a split of the data; with a name its figures can be required',
      'final = evaluate on train { error, nll }',
    ),
  ],
  require: [
    use(
      'run',
      'a condition on figures: the run fails, with exit code 6, where it does not hold',
      'require final.error <= 90%',
    ),
  ],
  export: [use('run', 'writes the posterior in a format', 'export safetensors')],
  rewrite: [use('run', 'the same function with other parameters', 'rewrite fc1 as rescaled(0.1)')],
  repeat: [use('run', 'steps several times', 'repeat 3 { infer sgvb { epochs = 1 } }')],
  sweep: [use('run', 'steps once for each value, each time from the same state; its figures become a table', SWEEP)],
  attempt: [
    use(
      'run',
      'steps that are rolled back where the condition behind them does not hold',
      'attempt { prune *.weight by snr lowest 10% } while error(train) <= 50%',
    ),
  ],
  quantise: [use('run', 'rounds weights to a few bits', 'quantise *.weight by bits(4)')],
  rewind: [use('run', 'puts the weights back to a named state; what was pruned stays pruned', 'rewind to init')],
  fix: [use('run', 'gives a latent a value for good', 'fix z = 1')],
  initialise: [use('run', 'draws the weights anew', 'initialise *.weight')],
  re_estimate: [use('run', 'works statistics of layers out again', 're_estimate batch_norm')],
  compensate: [use('run', 'corrects a layer for what was pruned before it', 'compensate batch_norm_shift')],
  compare: [use('run', 'measures beside other criteria', 'compare with magnitude, random')],
  every: [use('run', 'steps within a training, so many epochs or steps apart', EVERY)],
  move: [
    use(
      'run',
      'sets a `param` within a training',
      'infer sgvb { epochs = 5, move lambda = lambda + 0.1 every 1 step }',
    ),
  ],
  in: [use('run', 'before the list that a loop goes through, or the range of a `param`', SWEEP)],
  // biome-ignore lint/suspicious/noThenProperty: the words are the language's own
  then: [use('file', 'before the value where a condition holds', 'const rate = if 2 > 1 then 1e-3 else 1e-4')],
  else: [
    use('file', 'before the value where a condition does not hold', 'const rate = if 2 > 1 then 1e-3 else 1e-4'),
    use('network', 'before the lines where it does not', IF_LINE),
  ],
  and: [use('run', 'both conditions hold', 'require final.error <= 90% and final.nll <= 3')],
  or: [use('run', 'at least one condition holds', 'require final.error <= 90% or final.nll <= 3')],
  not: [use('run', 'the condition does not hold', 'require not final.error > 90%')],
  true: [use('file', 'a truth value', 'const quick = true')],
  false: [use('file', 'a truth value', 'const quick = false')],
  with: [
    use('file', 'the guide of a run or of an inference', 'run first with wide { infer sgvb { epochs = 5 } }'),
    use('model', 'the latent of a gate', 'gate fc1.unit with z'),
  ],
  on: [use('run', 'the data of a run, or the split that is measured on', 'evaluate on train { error }')],
  from: [
    use('run', 'the state that an inference begins with', 'infer map from init { epochs = 5 }'),
    use('network', 'the line that a layer is applied to, where it is not the one above', 'a = dense(3) from input'),
  ],
  where: [use('run', 'the condition on weights or groups that go', 'prune *.weight where log_alpha > 3')],
  by: [use('run', 'the score by which weights or groups go', 'prune *.weight by snr lowest 75%')],
  lowest: [use('run', 'so many of those with the lowest score', 'prune *.weight by snr lowest 75%')],
  highest: [use('run', 'so many of those with the highest score', 'prune *.weight by snr highest 10%')],
  keep: [use('run', 'all but so many', 'prune *.weight by snr keep 100')],
  until: [use('run', 'goes on until a condition holds', 'prune *.weight by snr until sparsity >= 90%')],
  while: [use('run', 'goes on as long as a condition holds', 'prune *.weight by snr while error(train) <= 50%')],
  per: [use('run', '`per layer`: the budget holds for each layer', 'prune *.weight by snr lowest 75% per layer')],
  to: [use('run', 'the state that is gone back to', 'rewind to init')],
  except: [use('model', 'what a selector leaves out', '* except fc1.bias ~ Normal(0, 1)')],
  of: [use('run', 'an option for one site', 'infer sgvb { epochs = 5, estimator of fc1.weight = local }')],
  over: [use('file', 'what a score is reduced over', 'criterion norm = sum(weight^2 over inputs)')],
  as: [use('run', 'the new form of what is rewritten', 'rewrite fc1 as rescaled(0.1)')],
  extends: [
    use(
      'file',
      'a model that has the lines of another, and more',
      'model more(net) extends bayes(net) { override fc1.bias ~ Normal(0, 10) }',
    ),
  ],
  sample: [
    use(
      'run',
      'behind `by` and a score: groups are drawn, likelier the lower they score',
      'prune *.weight by snr sample 20%',
    ),
  ],
  gap: [
    use('run', 'behind `by` and a score: those below the widest gap between two scores', 'prune *.weight by snr gap'),
  ],
  epoch: [use('run', 'a unit: passes over the training rows, behind a number', EVERY)],
  epochs: [use('run', 'a unit: passes over the training rows, behind a number', EVERY.replace('1 epoch', '2 epochs'))],
  step: [
    use(
      'run',
      'a unit: training steps, behind a number',
      'infer sgvb { epochs = 5, move lambda = lambda + 0.1 every 1 step }',
    ),
  ],
};

/** A text for each use of a word; none where the language has no such word. */
export function wordTopics(word: string): readonly string[] {
  return usesOf(WORDS, word, 'word');
}
