/** The mistakes of pruning, measuring and requiring, BP6001 to BP6099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const pruningCodes: readonly CodeEntry[] = [
  entry(
    'BP6001',
    'a share that is no share',
    '`lowest 75%` removes three quarters of the groups that are still there. A share is more than 0% and at most 100%.',
    example('run', 'prune *.weight by snr lowest 75', 'prune *.weight by snr lowest 75%'),
  ),
  entry(
    'BP6002',
    'a criterion that needs a spread',
    'This criterion reads the standard deviation of the posterior. A point estimate has none.',
    example(
      'file',
      'run on points { infer map { epochs = 5 }; prune *.weight by snr lowest 50% }',
      'run on points { infer map { epochs = 5 }; prune *.weight by magnitude lowest 50% }',
    ),
  ),
  entry(
    'BP6003',
    'a rule that tells no weights apart',
    'The rule of a prune step depends on a criterion, so that it keeps some weights and removes others. One that does not is true of all of them or of none.',
    example('run', 'prune *.weight where 1 > 0', 'prune *.weight where snr < 1'),
  ),
  entry(
    'BP6004',
    'a figure that does not exist',
    'Figures are named `STEP.METRIC`: STEP is the name of an evaluate step above, METRIC one of those that it lists. `.se` behind it is the standard error of a metric over data.',
    example('run', 'require final.nll <= 2', 'require final.error <= 90%'),
  ),
  entry(
    'BP6005',
    'a metric that does not fit the likelihood',
    'Error and calibration are about classes, root mean squared error is about real numbers. The record of a metric lists the likelihoods that it can judge.',
    example('run', 'evaluate on test { rmse }', 'evaluate on test { error }'),
  ),
  entry(
    'BP6006',
    'a split that does not exist',
    'Splits are those that the files bring (`train`, often `test`) and those that the data declaration takes out of them. The name of a split that nobody takes out is an error, never an empty split.',
    example('run', 'evaluate on validation { error }', 'evaluate on test { error }'),
  ),
  entry(
    'BP6007',
    'nothing to measure, or twice the same',
    'An evaluate step lists its metrics, each once: `{ error, nll }`. One without metrics would have no result.',
    example('run', 'evaluate on test', 'evaluate on test { error, nll }'),
  ),
  entry(
    'BP6008',
    'groups that cannot be pruned',
    'In this version pruning removes single weights. Biases are counted apart and stay.',
    example('run', 'prune * where snr < 1', 'prune *.weight where snr < 1'),
  ),
  entry(
    'BP6009',
    'a requirement on nothing that was measured',
    'A requirement compares figures of evaluate steps. This one does not mention any, so its outcome is known before the run.',
    example('run', 'require 1 <= 2', 'require final.error <= 90%'),
  ),
  entry(
    'BP6010',
    'a criterion without a score',
    'A criterion in braces has locals and a `score`, which ranks what may be pruned: the lowest goes first. One that is a single formula is written with `=`.',
    example(
      'file',
      'criterion robust { spread = sd(weight) + 1e-8 }\nrun again on points { infer sgvb { epochs = 1 }; prune *.weight by robust lowest 10%; evaluate { error } }',
      'criterion robust { spread = sd(weight) + 1e-8; score = abs(mean(weight)) / spread }\nrun again on points { infer sgvb { epochs = 1 }; prune *.weight by robust lowest 10%; evaluate { error } }',
    ),
  ),
  entry(
    'BP6011',
    'an inclusion that says nothing',
    'Of a weight whose prior a latent of 0 and 1 chooses, `Normal(0, if z then wide else tiny)`, the inclusion is the probability that the latent is 1. That one latent lets the weight in where it is 1: the prior is then the wider of the two.',
    example(
      'file',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ Normal(0, if z then 0.01 else 1); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgld { epochs = 5, lr = 1e-4, move z by gibbs every 1 epoch }; prune fc1.weight where inclusion < 0.5 }',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ Normal(0, if z then 1 else 0.01); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgld { epochs = 5, lr = 1e-4, move z by gibbs every 1 epoch }; prune fc1.weight where inclusion < 0.5 }',
    ),
  ),
];
