/** The mistakes of shapes, BP3001 to BP3099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const shapeCodes: readonly CodeEntry[] = [
  entry(
    'BP3001',
    'a layer that does not fit its input',
    'The shapes of a network are worked out from its input line down. The layer cannot work on the shape that the line before it gives.',
    example(
      'file',
      'network net { input image[4, 4, 1]; dense(3) }\ndata points = simulate(n = 100) { x: image[4, 4, 1] ~ Normal(0, 1); y: class[3] ~ Categorical(logits = 0) }',
      'network net { input image[4, 4, 1]; flatten; dense(3) }\ndata points = simulate(n = 100) { x: image[4, 4, 1] ~ Normal(0, 1); y: class[3] ~ Categorical(logits = 0) }',
    ),
  ),
  entry(
    'BP3002',
    'a column that does not fit the network',
    "The type of the column that a network is applied to must have the shape of the network's `input` line. Otherwise there would be weights without a number to multiply, or numbers without a weight.",
    example('file', 'network net { input real[5]; dense(3) }', 'network net { input real[2]; dense(3) }'),
  ),
  entry(
    'BP3003',
    'outputs that do not fit the observed column',
    'A `class[k]` column needs a network with k outputs, one for each class; a `real` column needs one output, a `real[d]` column d outputs. Here `y` is `class[3]`.',
    example('network', 'dense(4)', 'dense(3)'),
  ),
  entry(
    'BP3004',
    'a network without its input',
    'A network begins with one `input` line that gives the shape of an example, for instance `input image[28, 28, 1]`, and has at least one layer. All shapes are worked out from it.',
    example('file', 'network net { dense(3) }', 'network net { input real[2]; dense(3) }'),
  ),
  entry(
    'BP3005',
    'a type with the wrong sizes',
    '`image[height, width, channels]`, `class[k]`, `real` and `real[d]` are the types of columns and inputs. Sizes are whole numbers of at least 1.',
    example('file', 'network net { input image[2, 1]; flatten; dense(3) }', 'network net { input real[2]; dense(3) }'),
  ),
  entry(
    'BP3006',
    'shapes that cannot be combined',
    'Expressions work number by number: both sides have the same shape, or one of them is a single number. Numbers that have no partner cannot be combined.',
    example('data', 'x: real[2] ~ Normal([0, 0, 0], 1)', 'x: real[2] ~ Normal([0, 0], 1)'),
  ),
  entry(
    'BP3007',
    'a network that is too large',
    'The `for` lines and blocks of a network are put in one by one when it is checked. Twenty thousand lines are more than any network needs; a range was most likely written with a wrong end.',
    example('network', 'for i in 1..30_000 { relu }\ndense(3)', 'for i in 1..3 { relu }\ndense(3)'),
  ),
];
