/** The mistakes of priors and likelihoods, BP4001 to BP4099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const modelCodes: readonly CodeEntry[] = [
  entry(
    'BP4001',
    'a parameter without a prior',
    'Every weight and bias of the network is a random variable of the model and needs a prior. `Flat()` says on purpose that there is none.',
    example('model', '*.weight ~ Normal(0, 1)', '*.weight ~ Normal(0, 1)\n*.bias ~ Flat()'),
  ),
  entry(
    'BP4002',
    'a second prior',
    'Each parameter has exactly one prior. A line that shall win over another one begins with `override`; two overrides of one parameter are a mistake.',
    example('model', '* ~ Normal(0, 1)\n*.bias ~ Flat()', '* ~ Normal(0, 1)\noverride *.bias ~ Flat()'),
  ),
  entry(
    'BP4003',
    'a support that does not fit',
    'A weight can be any real number. A prior or guide that covers positive numbers only gives it values that the network cannot use or excludes those that it needs.',
    example('model', '* ~ HalfNormal(1)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP4004',
    'a distribution in the wrong role',
    'Some distributions are priors, some guides, some likelihoods; the record of each says which roles it can play. A point mass is no prior, and a distribution of classes is none of weights.',
    example('model', '* ~ Delta()', '* ~ Flat()'),
  ),
  entry(
    'BP4005',
    'a distribution argument out of range',
    'Standard deviations and scales are positive, probabilities lie between 0 and 1, degrees of freedom are positive. Outside of these ranges there is no density.',
    example('model', '* ~ Normal(0, -1)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP4006',
    'a mixture whose weights do not add up',
    'The weights of a mixture are probabilities: none is negative, and together they are 1 (to within 1e-6). Otherwise the mixture would be no density.',
    example(
      'model',
      '* ~ Mixture(0.5: Normal(0, 1), 0.4: Normal(0, 0.1))',
      '* ~ Mixture(0.5: Normal(0, 1), 0.5: Normal(0, 0.1))',
    ),
  ),
  entry(
    'BP4007',
    'a model without a likelihood',
    'A model connects data and network by a line whose target is a column of the data: `y ~ Categorical(logits = net(x))`. Without it the data say nothing about the weights, and the posterior is the prior.',
    example(
      'file',
      'model bayes {\n  * ~ Normal(0, 1)\n}',
      'model bayes {\n  * ~ Normal(0, 1)\n  y ~ Categorical(logits = net(x))\n}',
    ),
  ),
  entry(
    'BP4008',
    'more than one likelihood or network',
    'In this version a model observes one column and applies one network to one column. More would be several terms of one joint density.',
    example(
      'model',
      '* ~ Normal(0, 1)\ny ~ Categorical(logits = net(x))\ny ~ Categorical(logits = net(x))',
      '* ~ Normal(0, 1)',
    ),
  ),
  entry(
    'BP4009',
    'a model without a network',
    'The likelihood depends on the weights through a network that is applied to a column: `net(x)`. Without it there is nothing to learn and nothing to prune.',
    example(
      'file',
      'data points = simulate(n = 100) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 0.1) }\nnetwork net { input real[2]; dense(1) }\nmodel bayes { * ~ Normal(0, 1); y ~ Normal(0, 1) }\nrun on points { infer sgvb { epochs = 5 } }',
      'data points = simulate(n = 100) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 0.1) }\nnetwork net { input real[2]; dense(1) }\nmodel bayes { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }\nrun on points { infer sgvb { epochs = 5 } }',
    ),
  ),
  entry(
    'BP4010',
    'a likelihood that does not fit its column',
    '`class[k]` columns need a distribution of classes such as `Categorical`, `real` columns one of real numbers such as `Normal`. A density of real numbers gives whole numbers of classes a distance that they do not have.',
    example('model', '* ~ Normal(0, 1)\ny ~ Normal(net(x), 1)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP4011',
    'an override of nothing',
    '`override` replaces the prior that another line gives. No other line does so here.',
    example('model', 'override * ~ Normal(0, 1)', '* ~ Normal(0, 1)'),
  ),
  entry(
    'BP4012',
    'a density without a maximum',
    'A point estimate climbs to the highest density, and so do particles, apart from each other. This density grows without bound at 0, so the point of highest density is 0 for every weight, whatever the data say, and what training finds depends on where it stops. A guide with a spread (engine `sgvb`) is safe.',
    example(
      'file',
      'model bayes { * ~ LogUniform(); y ~ Categorical(logits = net(x)) }\nrun on points { infer map { epochs = 5 } }',
      'model bayes { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer map { epochs = 5 } }',
    ),
  ),
  entry(
    'BP4013',
    'a latent without a number here',
    'A latent with groups has one number for each of them: `tau[fc1.unit]` one for each unit of `fc1`. A line that mentions it takes the number of its own layer and unit, so it may only reach parameters that have one. A bias goes with its unit and has no inputs; a likelihood belongs to no layer.',
    example(
      'model',
      'tau[fc1.unit] ~ HalfCauchy(1)\n* ~ Normal(0, tau)',
      'tau[*.layer] ~ HalfCauchy(1)\n* ~ Normal(0, tau)',
    ),
  ),
  entry(
    'BP4014',
    'a factor that is not one number',
    'A `factor` adds one number to the log joint density: one for each row, where it mentions the network or a column, else one for all. Of what has several, such as a latent with groups, write the `sum` or the `mean`. What is to be said of a weight is said by its prior.',
    example('model', '* ~ Normal(0, 1)\nfactor -abs(net(x))', '* ~ Normal(0, 1)\nfactor -sum(abs(net(x)))'),
  ),
  entry(
    'BP4015',
    'probabilities where logits are expected',
    'The likelihood takes logits, of which it makes probabilities itself, but the network ends with a layer that has made them already. That is a model too, one that can never be sure of a class, and hardly ever the one that was meant. Leave the layer out, or give the likelihood what it is: `probabilities = net(x)`, or `p = net(x)` of a `Bernoulli`.',
    example('network', 'fc1 = dense(8); relu\nfc2 = dense(3)\nsoftmax', 'fc1 = dense(8); relu\nfc2 = dense(3)'),
  ),
  entry(
    'BP4016',
    'an `Ordered` latent without blocks',
    '`k[fc1.unit] ~ Ordered(rate, groups)` cuts the units of a layer into blocks, as many as `groups` says, else one for each unit, and says how many of them are open, the first ones. So it needs the units, filters or inputs of a layer, and at least two blocks of them.',
    example(
      'model',
      'k[fc1.unit] ~ Ordered(0.9, groups = 20)\ngate fc1.unit with k\n* ~ Normal(0, 1)',
      'k[fc1.unit] ~ Ordered(0.9, groups = 4)\ngate fc1.unit with k\n* ~ Normal(0, 1)',
    ),
  ),
  entry(
    'BP4031',
    'the range of a `param`',
    'A `param` is a number of a model or of a guide that is not random. It stays within its range, `[0, 1]` or `(0, inf)`, where it also starts. An end with `[` or `]` belongs to the range, one with `(` or `)` does not. `uniform(-0.1, 0.1)` draws where each of its numbers starts, and `kaiming_uniform()` does so for the weights of a layer.',
    example(
      'model',
      'param tau = 0 in (0, inf)\n*.weight ~ Normal(0, tau)\n*.bias ~ Flat()',
      'param tau = 1 in (0, inf)\n*.weight ~ Normal(0, tau)\n*.bias ~ Flat()',
    ),
  ),
  entry(
    'BP4020',
    'the body of a density',
    'A density of your own has a term `log`, the natural logarithm of the density, and may have `support` (`real`, `positive`, `nonnegative`, `unit`, or the two ends of an interval), `draw`, and for each parameter its range: `s = positive`. Within the support and the ranges the logarithm is a number.',
    example(
      'file',
      'density Peak(x | s) { log = -x ^ 2 / s - 0.5 * log(pi * s), suport = real }',
      'density Peak(x | s) { log = -x ^ 2 / s - 0.5 * log(pi * s), support = real }\nmodel bayes { * ~ Peak(2); y ~ Categorical(logits = net(x)) }',
    ),
  ),
  entry(
    'BP4021',
    'a density that does not integrate to 1',
    'The integral of the density over its support was found by quadrature, at several values of each parameter and at those that the models give. It is 1 where it is within 1e-5 of 1. With another integral inference still finds the same posterior, but its loss is no bound on the log evidence; with an infinite one there is no evidence to bound.',
    example(
      'file',
      'density Peak(x | s) { log = -x ^ 2 / s }\nmodel bayes { * ~ Peak(2); y ~ Categorical(logits = net(x)) }',
      'density Peak(x | s) { log = -x ^ 2 / s - 0.5 * log(pi * s) }\nmodel bayes { * ~ Peak(2); y ~ Categorical(logits = net(x)) }',
    ),
  ),
  entry(
    'BP4022',
    'a draw that does not follow its density',
    'The term `draw` makes one draw from `normal` or `uniform`, a standard normal number and one between 0 and 1. The means of two bounded functions under the draw and under the density were compared by quadrature, and they differ.',
    example(
      'file',
      'density Peak(x | s) { log = -x ^ 2 / s - 0.5 * log(pi * s), draw = s * normal }\nmodel bayes { * ~ Peak(2); y ~ Categorical(logits = net(x)) }',
      'density Peak(x | s) { log = -x ^ 2 / s - 0.5 * log(pi * s), draw = sqrt(s / 2) * normal }\nmodel bayes { * ~ Peak(2); y ~ Categorical(logits = net(x)) }',
    ),
  ),
];
