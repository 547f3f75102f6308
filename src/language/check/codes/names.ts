/** The mistakes of names, values and options, BP2001 to BP2099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const nameCodes: readonly CodeEntry[] = [
  entry(
    'BP2001',
    'a name that does not exist',
    'Names are those of the declarations of the file, and those that the language brings: layers, distributions, engines, criteria, metrics and functions. Upper and lower case count. Order of declarations does not matter.',
    example('run', 'prune *.weight where log_alfa > 3', 'prune *.weight where log_alpha > 3'),
  ),
  entry(
    'BP2002',
    'a name that is declared twice',
    'All declarations of a file, all lines of a network, all columns of a data set and all steps of a run have names of their own. The second one was left out.',
    example('network', 'fc = dense(8); relu\nfc = dense(3)', 'fc1 = dense(8); relu\nfc2 = dense(3)'),
  ),
  entry(
    'BP2003',
    'not available yet',
    'The program is right, but this version cannot do this part of it yet. `check` warns about it; a run that depends on it is refused.',
    example('run', 'prune units where snr < 1', 'prune *.weight where snr < 1'),
  ),
  entry(
    'BP2004',
    'a circle of definitions',
    'Constants and definitions may stand in any order, but none may need its own value to be worked out. Where one does, there is no value to begin with.',
    example(
      'file',
      'const a = b + 1\nconst b = a + 1\nmodel bayes { * ~ Normal(0, b); y ~ Categorical(logits = net(x)) }',
      'const a = 1\nconst b = a + 1\nmodel bayes { * ~ Normal(0, b); y ~ Categorical(logits = net(x)) }',
    ),
  ),
  entry(
    'BP2005',
    'another kind of thing than is needed',
    'Networks, data sets and distributions are no numbers. A network is applied to a column in the likelihood of a model; a distribution stands behind `~` and always has brackets.',
    example('model', '* ~ Normal(0, net)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP2006',
    'a name that the language uses',
    'Functions, distributions, layer kinds and the quantities `epoch`, `step` and `N` keep their meaning in every program, so that expressions read the same everywhere. Another thing of the same name would hide them.',
    example('network', 'relu = dense(8); relu\ndense(3)', 'fc1 = dense(8); relu\ndense(3)'),
  ),
  entry(
    'BP2007',
    'arguments that do not fit',
    'Arguments are given by position in the declared order, then by name. Each parameter gets one; those without a default must be given.',
    example('model', '* ~ Normal(0, 1, 2)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP2008',
    'a value of the wrong type',
    'Values are numbers, truth values, texts, lists and distributions. Nothing is turned into another type silently.',
    example('model', '* ~ Normal(0, true)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP2009',
    'a value that cannot be computed',
    'Everything that is known before the run is computed by the checker. A division by zero, the logarithm of zero or the root of a negative number has no finite value to go on with.',
    example('model', '* ~ Normal(0, 1 / 0)', '* ~ Normal(0, 1 / 2)'),
  ),
  entry(
    'BP2010',
    'a value that must be known before the run',
    'Sizes, shares, options and priors are fixed before training begins. Only schedules may depend on `epoch` and `step`.',
    example(
      'data',
      'w: real ~ if x[1] > 0 then Normal(0, 1) else Laplace(0, 1)',
      'w: real ~ Normal(0, if x[1] > 0 then 1 else 2)',
    ),
  ),
  entry(
    'BP2011',
    'an override of something that is no constant',
    '`--set name=value` replaces the value of `const name`. Only constants can be replaced.',
    example('command', 'bprune check p.bprune --set rat=0.01', 'bprune check p.bprune --set rate=0.01'),
  ),
  entry(
    'BP2012',
    'an override of another type',
    'The value that `--set` gives must be of the same type as the one in the program. A truth value in the place of a number would break whatever is computed from it.',
    example('command', 'bprune check p.bprune --set rate=true', 'bprune check p.bprune --set rate=0.01'),
  ),
  entry(
    'BP2013',
    'an unknown option',
    'Options belong to the engine, optimizer, layer, reader or step that they are given to. Options that do nothing are refused, because a misspelt one would be lost silently.',
    example('run', 'infer sgvb { epohcs = 5 }', 'infer sgvb { epochs = 5 }'),
  ),
  entry(
    'BP2014',
    'an option of the wrong type',
    'The record of an option says what it accepts; `bprune explain` lists it. Nothing is turned into another type silently.',
    example('run', 'infer sgvb { epochs = 5, optimizer = 1e-3 }', 'infer sgvb { epochs = 5, optimizer = adam(1e-3) }'),
  ),
  entry(
    'BP2015',
    'an option out of range',
    'The record of an option gives the smallest and the largest value. A value outside of them has no meaning for the method, or makes it fail while it runs.',
    example('run', 'infer sgvb { epochs = 5, batch = 0 }', 'infer sgvb { epochs = 5, batch = 10 }'),
  ),
  entry(
    'BP2016',
    'an option that is missing or given twice',
    'Options without a default must be given, each option once. The length of a training is given by `epochs` or by `steps`, not both.',
    example('run', 'infer sgvb { batch = 10 }', 'infer sgvb { epochs = 5, batch = 10 }'),
  ),
  entry(
    'BP2017',
    'a unit that does not fit',
    '`20 epochs` and `500 steps` are lengths of training. They go with the option of the same name, and are nothing to calculate with.',
    example('run', 'infer sgvb { epochs = 20 steps }', 'infer sgvb { steps = 20 }'),
  ),
  entry(
    'BP2018',
    'more than one is possible',
    'The name of a model, guide or data set may be left out where there is only one. With several, the step or the run says which: `for MODEL`, `with GUIDE`, `on DATA`.',
    example(
      'file',
      'run {\n  infer sgvb { epochs = 5 }\n}\nmodel other { * ~ Laplace(0, 1); y ~ Categorical(logits = net(x)) }\nmodel bayes { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }',
      'run for bayes {\n  infer sgvb { epochs = 5 }\n}\nrun lasso for other {\n  infer sgvb { epochs = 5 }\n}\nmodel other { * ~ Laplace(0, 1); y ~ Categorical(logits = net(x)) }\nmodel bayes { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }',
    ),
  ),
  entry(
    'BP2019',
    'declared but not used',
    'Nothing depends on this declaration. That is allowed, but is often a misspelt name or something that was forgotten.',
    example(
      'file',
      'const rate = 1e-3',
      'const rate = 1e-3\nrun on points { infer sgvb { epochs = 5, optimizer = adam(rate) } }',
    ),
  ),
  entry(
    'BP2020',
    'a selector that matches nothing',
    'A selector names parameters of the network: `fc1.weight`, `fc*.weight`, `dense.weight` (a layer kind), `stage[*].**.weight` (below blocks), `*.bias`, `*`. One that reaches nothing is always a mistake.',
    example('model', 'fc9.* ~ Normal(0, 1)\n* ~ Normal(0, 2)', 'fc1.* ~ Normal(0, 1)\n* except fc1 ~ Normal(0, 2)'),
  ),
  entry(
    'BP2021',
    'a name that means nothing here',
    '`epoch` and `step` have values in schedules, `N` in models and runs, criteria in `prune`. Elsewhere they do not exist.',
    example('model', '* ~ Normal(0, 1 + epoch)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP2022',
    'an import that cannot be found',
    '`import "common.bprune"` names a file beside the one that it stands in; `import "bprune:lenet5"` names one that comes with bprune. The declarations of that file join those of the program, its runs do not.',
    example(
      'command',
      'bprune check p.bprune   # import "shred.bprune"',
      'bprune check p.bprune   # import "shared.bprune"',
    ),
  ),
  entry(
    'BP2023',
    'a circle of imports',
    'Two files cannot need each other. Each imported file is read once, however many others import it.',
    example('command', 'bprune check a.bprune   # b imports a, a imports b', 'bprune check a.bprune   # both import c'),
  ),
];
