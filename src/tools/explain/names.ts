/** Names that mean something where they stand, and are free elsewhere; `words.ts` has the words that the language keeps for itself. */
import { type Glossary, use, usesOf } from './use.ts';

export const NAMES: Glossary = {
  split: [use('data', 'rows taken out of a split, as a new one', 'validation = split(train, 10%, seed = 1)')],
  only: [
    use('data', 'leaves the rows of some classes, or so many rows of a split', 'train = only(train, 50, seed = 1)'),
  ],
  corrupt: [
    use(
      'data',
      'puts noise into a column of the splits that are named',
      'y: class[3] ~ Categorical(logits = [x[1], x[2], 0]); y = corrupt(y, uniform_label(20%), on = train, seed = 1)',
    ),
  ],
  augment: [
    use(
      'file',
      'changes images of training batches at random',
      'data shirts = idx("shirts") { x: image[28, 28, 1]; y: class[10]; x = augment(x, random_flip()) }',
    ),
  ],
  N: [use('model', 'the number of training rows', '*.weight ~ Normal(0, 1 / sqrt(1e-4 * N))')],
  layer: [
    use(
      'model',
      'the layer that a line is read for: `layer.inputs`, `layer.outputs`, `layer.index`',
      '*.weight ~ Normal(0, 1 / sqrt(layer.inputs))',
    ),
  ],
  uniform: [
    use(
      'model',
      'draws where each number of a `param` starts, evenly between two numbers',
      'param tau[*.weight] = uniform(0.5, 2) in (0, inf); *.weight ~ Normal(0, tau)',
    ),
  ],
  kaiming_uniform: [
    use(
      'file',
      'draws where a `param` of each weight starts, evenly up to sqrt(6 / inputs)',
      'guide { param mu[*.weight] = kaiming_uniform(); *.weight ~ Normal(mu, 0.1) }',
    ),
  ],
  optimizer: [
    use(
      'run',
      'how the parameters move, of all sites or of one',
      'infer sgvb { epochs = 5, optimizer of *.bias = sgd(0.1) }',
    ),
  ],
  estimator: [
    use('run', 'how gradients go through draws of weights or gates', 'infer sgvb { epochs = 5, estimator = flipout }'),
  ],
  parameterization: [
    use(
      'run',
      '`centred`, or `noncentred`: the numbers of a site are those of its prior at scale 1, times its latent scale',
      'infer sgvb { epochs = 5, parameterization of fc1.weight = noncentred }',
    ),
  ],
  noncentred: [
    use(
      'run',
      'the numbers of a site are those of its prior at scale 1, times its latent scale',
      'infer sgvb { epochs = 5, parameterization of fc1.weight = noncentred }',
    ),
  ],
};

/** A text for each use of a name; none of others. */
export function nameTopics(name: string): readonly string[] {
  return usesOf(NAMES, name, 'name');
}
