/** The mistakes of meaning that the checker finds, BP2001 to BP7099. All of them end a command with 3. */
import { type CodeEntry, codeTable } from '../../base/codes.ts';

function entry(code: string, title: string, explanation: string): CodeEntry {
  return { code, title, explanation, exit: 3 };
}

export const checkCodes = codeTable([
  entry(
    'BP2001',
    'a name that does not exist',
    'Names are those of the declarations of the file, and those that the language brings: layers, distributions, engines, criteria, metrics and functions. Upper and lower case count. Order of declarations does not matter.',
  ),
  entry(
    'BP2002',
    'a name that is declared twice',
    'All declarations of a file, all lines of a network, all columns of a data set and all steps of a run have names of their own. The second one was left out.',
  ),
  entry(
    'BP2003',
    'not available yet',
    'This part of the language is planned, and the program was read past it. Nothing that depends on it can run in this version.',
  ),
  entry(
    'BP2004',
    'a circle of definitions',
    'Constants and definitions may stand in any order, but none may need its own value to be worked out.',
  ),
  entry(
    'BP2005',
    'another kind of thing than is needed',
    'Networks, data sets and distributions are no numbers. A network is applied to a column in the likelihood of a model; a distribution stands behind `~` and always has brackets.',
  ),
  entry(
    'BP2006',
    'a name that the language uses',
    'Functions, distributions, layer kinds and the quantities `epoch`, `step` and `N` keep their meaning in every program, so that expressions read the same everywhere.',
  ),
  entry(
    'BP2007',
    'arguments that do not fit',
    'Arguments are given by position in the declared order, then by name. Each parameter gets one; those without a default must be given.',
  ),
  entry(
    'BP2008',
    'a value of the wrong type',
    'Values are numbers, truth values, texts, lists and distributions. Nothing is turned into another type silently.',
  ),
  entry(
    'BP2009',
    'a value that cannot be computed',
    'Everything that is known before the run is computed by the checker. A division by zero, the logarithm of zero or the root of a negative number has no finite value to go on with.',
  ),
  entry(
    'BP2010',
    'a value that must be known before the run',
    'Sizes, shares, options and priors are fixed before training begins. Only schedules may depend on `epoch` and `step`.',
  ),
  entry(
    'BP2011',
    'an override of something that is no constant',
    '`--set name=value` replaces the value of `const name`. Only constants can be replaced.',
  ),
  entry(
    'BP2012',
    'an override of another type',
    'The value that `--set` gives must be of the same type as the one in the program.',
  ),
  entry(
    'BP2013',
    'an unknown option',
    'Options belong to the engine, optimizer, layer, reader or step that they are given to. Options that do nothing are refused, because a misspelt one would be lost silently.',
  ),
  entry(
    'BP2014',
    'an option of the wrong type',
    'The record of an option says what it accepts; `bprune explain` lists it.',
  ),
  entry('BP2015', 'an option out of range', 'The record of an option gives the smallest and the largest value.'),
  entry(
    'BP2016',
    'an option that is missing or given twice',
    'Options without a default must be given, each option once. The length of a training is given by `epochs` or by `steps`, not both.',
  ),
  entry(
    'BP2017',
    'a unit that does not fit',
    '`20 epochs` and `500 steps` are lengths of training. They go with the option of the same name, and are nothing to calculate with.',
  ),
  entry(
    'BP2018',
    'more than one is possible',
    'The name of a model, guide or data set may be left out where there is only one. With several, the step or the run says which: `for MODEL`, `with GUIDE`, `on DATA`.',
  ),
  entry(
    'BP2019',
    'declared but not used',
    'Nothing depends on this declaration. That is allowed, but is often a misspelt name or something that was forgotten.',
  ),
  entry(
    'BP2020',
    'a selector that matches nothing',
    'A selector names parameters of the network: `fc1.weight`, `fc*.weight`, `dense.weight` (a layer kind), `stage[*].**.weight` (below blocks), `*.bias`, `*`. One that reaches nothing is always a mistake.',
  ),
  entry(
    'BP2021',
    'a name that means nothing here',
    '`epoch` and `step` have values in schedules, `N` in models and runs, criteria in `prune`. Elsewhere they do not exist.',
  ),
  entry(
    'BP3001',
    'a layer that does not fit its input',
    'The shapes of a network are worked out from its input line down. The layer cannot work on the shape that the line before it gives.',
  ),
  entry(
    'BP3002',
    'a column that does not fit the network',
    "The type of the column that a network is applied to must have the shape of the network's `input` line.",
  ),
  entry(
    'BP3003',
    'outputs that do not fit the observed column',
    'A `class[k]` column needs a network with k outputs, one for each class; a `real` column needs one output, a `real[d]` column d outputs.',
  ),
  entry(
    'BP3004',
    'a network without its input',
    'A network begins with one `input` line that gives the shape of an example, for instance `input image[28, 28, 1]`, and has at least one layer.',
  ),
  entry(
    'BP3005',
    'a type with the wrong sizes',
    '`image[height, width, channels]`, `class[k]`, `real` and `real[d]` are the types of columns and inputs. Sizes are whole numbers of at least 1.',
  ),
  entry(
    'BP3006',
    'shapes that cannot be combined',
    'Expressions work number by number: both sides have the same shape, or one of them is a single number.',
  ),
  entry(
    'BP3007',
    'a network that is too large',
    'The `for` lines and blocks of a network are put in one by one when it is checked. Twenty thousand lines are more than any network needs; a range was most likely written with a wrong end.',
  ),
  entry(
    'BP4001',
    'a parameter without a prior',
    'Every weight and bias of the network is a random variable of the model and needs a prior. `Flat()` says on purpose that there is none.',
  ),
  entry(
    'BP4002',
    'a second prior',
    'Each parameter has exactly one prior. A line that shall win over another one begins with `override`; two overrides of one parameter are a mistake.',
  ),
  entry(
    'BP4003',
    'a support that does not fit',
    'A weight can be any real number. A prior or guide that covers positive numbers only gives it values that the network cannot use or excludes those that it needs.',
  ),
  entry(
    'BP4004',
    'a distribution in the wrong role',
    'Some distributions are priors, some guides, some likelihoods; the record of each says which roles it can play.',
  ),
  entry(
    'BP4005',
    'a distribution argument out of range',
    'Standard deviations and scales are positive, probabilities lie between 0 and 1, degrees of freedom are positive.',
  ),
  entry(
    'BP4006',
    'a mixture whose weights do not add up',
    'The weights of a mixture are probabilities: none is negative, and together they are 1 (to within 1e-6).',
  ),
  entry(
    'BP4007',
    'a model without a likelihood',
    'A model connects data and network by a line whose target is a column of the data: `y ~ Categorical(logits = net(x))`.',
  ),
  entry(
    'BP4008',
    'more than one likelihood or network',
    'In this version a model observes one column and applies one network to one column.',
  ),
  entry(
    'BP4009',
    'a model without a network',
    'The likelihood depends on the weights through a network that is applied to a column: `net(x)`.',
  ),
  entry(
    'BP4010',
    'a likelihood that does not fit its column',
    '`class[k]` columns need a distribution of classes such as `Categorical`, `real` columns one of real numbers such as `Normal`.',
  ),
  entry(
    'BP4011',
    'an override of nothing',
    '`override` replaces the prior that another line gives. No other line does so here.',
  ),
  entry(
    'BP4012',
    'a density without a maximum',
    'A point estimate climbs to the highest density, and so do particles, apart from each other. This density grows without bound at 0, so the point of highest density is 0 for every weight, whatever the data say, and what training finds depends on where it stops. A guide with a spread (engine `sgvb`) is safe.',
  ),
  entry(
    'BP5001',
    'a guide that the engine cannot fit',
    'Each engine fits some families of guides, which its record lists; the first one is its default. Particles fit none: they are the posterior themselves, so `infer svgd` takes no `with`.',
  ),
  entry(
    'BP5002',
    'a second guide for a parameter',
    'Each parameter has one guide. A line that shall win over another one begins with `override`.',
  ),
  entry(
    'BP5003',
    'a step without a posterior',
    'Pruning, evaluation and export work on what an `infer` step left behind. One must come before them.',
  ),
  entry(
    'BP5004',
    'a batch larger than the data',
    'A batch holds different training rows; there cannot be more of them than rows.',
  ),
  entry('BP5005', 'a run that does nothing', 'A run is a list of steps: infer, prune, evaluate, require, export.'),
  entry(
    'BP6001',
    'a share that is no share',
    '`lowest 75%` removes three quarters of the groups that are still there. A share is more than 0% and at most 100%.',
  ),
  entry(
    'BP6002',
    'a criterion that needs a spread',
    'This criterion reads the standard deviation of the posterior. A point estimate has none.',
  ),
  entry(
    'BP6003',
    'a rule that tells no weights apart',
    'The rule of a prune step depends on a criterion, so that it keeps some weights and removes others.',
  ),
  entry(
    'BP6004',
    'a figure that does not exist',
    'Figures are named `STEP.METRIC`: STEP is the name of an evaluate step above, METRIC one of those that it lists. `.se` behind it is the standard error of a metric over data.',
  ),
  entry(
    'BP6005',
    'a metric that does not fit the likelihood',
    'Error and calibration are about classes, root mean squared error is about real numbers. The record of a metric lists the likelihoods that it can judge.',
  ),
  entry(
    'BP6006',
    'a split that does not exist',
    'Splits are those that the files bring (`train`, often `test`) and those that the data declaration takes out of them.',
  ),
  entry(
    'BP6007',
    'nothing to measure, or twice the same',
    'An evaluate step lists its metrics, each once: `{ error, nll }`.',
  ),
  entry(
    'BP6008',
    'groups that cannot be pruned',
    'In this version pruning removes single weights. Biases are counted apart and stay.',
  ),
  entry(
    'BP6009',
    'a requirement on nothing that was measured',
    'A requirement compares figures of evaluate steps. This one does not mention any, so its outcome is known before the run.',
  ),
  entry(
    'BP7001',
    'a column type that the reader does not have',
    'Each reader brings some types of columns: `idx` and `cifar10` images and classes, `csv` real numbers and classes.',
  ),
  entry(
    'BP7002',
    'a derived line that is no split',
    'Beside columns, a data declaration holds splits: `validation = split(train, 5_000, seed = 1)` takes that many rows (or a share such as `10%`) out of `train`.',
  ),
  entry('BP7003', 'a data set without columns', 'The columns say what the network sees and what it shall explain.'),
  entry(
    'BP7004',
    'a column that is drawn from nothing',
    'There is no file behind simulated data: every column says what its numbers are drawn from, `x: real[3] ~ Normal(0, 1)`.',
  ),
  entry(
    'BP7005',
    'a distribution behind a column that is read',
    'The numbers of this column come from a file. What they are taken to be drawn from is said in a model; only `simulate` draws columns.',
  ),
  entry(
    'BP7006',
    'a distribution that a column cannot be drawn from',
    '`class[k]` columns are drawn from `Categorical`, `real` and `image` columns from distributions of real numbers. Improper distributions have nothing to draw.',
  ),
  entry(
    'BP7007',
    'a column that is not drawn yet',
    'Columns are drawn in the order of their lines. An argument may name columns above its own line, not its own column and none below.',
  ),
  entry(
    'BP7008',
    'an element that a column does not have',
    'Elements count from 1: a column `real[3]` has `x[1]`, `x[2]` and `x[3]`, an `image[h, w, c]` has `x[i, j, k]`. A column of single numbers is named without brackets.',
  ),
]);
