/** The mistakes of data declarations, BP7001 to BP7099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const dataCodes: readonly CodeEntry[] = [
  entry(
    'BP7001',
    'a column type that the reader does not have',
    'Each reader brings some types of columns: `idx` and `cifar10` images and classes, `csv` real numbers and classes. The columns of other types cannot be made of what its files hold.',
    example(
      'file',
      'data points = csv("d.csv") { x: image[1, 2, 1], columns = ["a", "b"]; y: class[3] }',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "b"]; y: class[3] }',
    ),
  ),
  entry(
    'BP7002',
    'a derived line that no function makes',
    'Beside columns, a data declaration holds lines `NAME = FUNCTION(...)`: `validation = split(train, 5_000, seed = 1)` takes that many rows (or a share such as `10%`) out of `train`, `only` leaves rows out, `corrupt` puts noise into a column, `augment` changes images as they are trained with. Nothing else can be derived.',
    example('data', 'validation = 10%', 'validation = split(train, 10%, seed = 1)'),
  ),
  entry(
    'BP7003',
    'a data set without columns',
    'The columns say what the network sees and what it shall explain. Without them there is nothing to learn from.',
    example('file', 'data points = csv("d.csv") { }', 'data points = csv("d.csv") { x: real[2]; y: class[3] }'),
  ),
  entry(
    'BP7004',
    'a column that is drawn from nothing',
    'There is no file behind simulated data: every column says what its numbers are drawn from, `x: real[3] ~ Normal(0, 1)`. Without a distribution there are no numbers.',
    example('data', 'x: real[2]', 'x: real[2] ~ Normal(0, 1)'),
  ),
  entry(
    'BP7005',
    'a distribution behind a column that is read',
    'The numbers of this column come from a file. What they are taken to be drawn from is said in a model; only `simulate` draws columns.',
    example(
      'file',
      'data points = csv("d.csv") { x: real[2] ~ Normal(0, 1); y: class[3] }',
      'data points = csv("d.csv") { x: real[2]; y: class[3] }',
    ),
  ),
  entry(
    'BP7006',
    'a distribution that a column cannot be drawn from',
    '`class[k]` columns are drawn from `Categorical`, `real` and `image` columns from distributions of real numbers. Improper distributions have nothing to draw.',
    example('data', 'x: real[2] ~ Flat()', 'x: real[2] ~ Normal(0, 1)'),
  ),
  entry(
    'BP7007',
    'a column that is not drawn yet',
    'Columns are drawn in the order of their lines. An argument may name columns above its own line, not its own column and none below.',
    example(
      'data',
      'y: class[3] ~ Categorical(logits = [x[1], x[2], 0])\nx: real[2] ~ Normal(0, 1)',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])',
    ),
  ),
  entry(
    'BP7008',
    'an element that a column does not have',
    'Elements count from 1: a column `real[3]` has `x[1]`, `x[2]` and `x[3]`, an `image[h, w, c]` has `x[i, j, k]`. A column of single numbers is named without brackets.',
    example(
      'data',
      'y: class[3] ~ Categorical(logits = [x[0], x[1], 0])',
      'y: class[3] ~ Categorical(logits = [x[1], x[2], 0])',
    ),
  ),
  entry(
    'BP7009',
    'a column of data that are made from other data',
    'Data made from other data have all columns of those, and lines that change them. What is read is said once, where the reader is called.',
    example(
      'file',
      'data points = csv("d.csv") { x: real[2]; y: class[3] }\ndata fewer = points { y: class[3]; train = only(train, 2, seed = 1) }\nrun on fewer { infer map { epochs = 1 } }',
      'data points = csv("d.csv") { x: real[2]; y: class[3] }\ndata fewer = points { train = only(train, 2, seed = 1) }\nrun on fewer { infer map { epochs = 1 } }',
    ),
  ),
  entry(
    'BP7010',
    'a change of a column that cannot be changed so',
    '`only` picks classes and `uniform_label` changes them, so both are about a column `class[k]`; `augment` is about images. The column stands above the line, or in the data that these are made from.',
    example(
      'data',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\nx = only(x, [0, 1])',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\ny = only(y, [0, 2, 1])',
    ),
  ),
  entry(
    'BP7011',
    'a changed column under another name',
    '`only`, `corrupt` and `augment` change a column where it stands, so that a model for the one data set fits the other. The name before `=` is that of the column.',
    example(
      'data',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\nz = only(y, [0, 1])',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\ny = only(y, [0, 2, 1])',
    ),
  ),
  entry(
    'BP7012',
    'a list of classes that is none',
    '`only` takes a list of classes of the column, at least two of them and each once. The first one of the list becomes class 0, the second class 1.',
    example(
      'data',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\ny = only(y, [1, 3])',
      'x: real[2] ~ Normal(0, 1)\ny: class[3] ~ Categorical(logits = [x[1], x[2], 0])\ny = only(y, [0, 2, 1])',
    ),
  ),
];
