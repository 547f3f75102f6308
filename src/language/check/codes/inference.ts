/** The mistakes of guides and engines, BP5001 to BP5099. */
import { type CodeEntry, entriesEnding, example } from '../../../base/codes.ts';

const entry = entriesEnding(3);

export const inferenceCodes: readonly CodeEntry[] = [
  entry(
    'BP5001',
    'a guide that the engine cannot fit',
    'Each engine fits some families of guides, which its record lists; the first one is its default. Particles fit none: they are the posterior themselves, so `infer svgd` takes no `with`.',
    example(
      'file',
      'guide spread { * ~ Normal(sd = 0.1) }\nrun on points { infer svgd with spread { epochs = 5 } }',
      'run on points { infer svgd { epochs = 5 } }',
    ),
  ),
  entry(
    'BP5002',
    'a second guide for a parameter',
    'Each parameter has one guide. A line that shall win over another one begins with `override`.',
    example('guide', '* ~ Normal(sd = 0.1)\n*.bias ~ Delta()', '* ~ Normal(sd = 0.1)\noverride *.bias ~ Delta()'),
  ),
  entry(
    'BP5003',
    'a step without a posterior',
    'Pruning, evaluation and export work on what an `infer` step left behind. One must come before them, and before an inference that trains for no step.',
    example(
      'file',
      'run on points { prune *.weight where snr < 1 }',
      'run on points { infer sgvb { epochs = 5 }; prune *.weight where snr < 1 }',
    ),
  ),
  entry(
    'BP5004',
    'a batch larger than the data',
    'A batch holds different training rows; there cannot be more of them than rows. Here the data have 100 rows to train.',
    example('run', 'infer sgvb { epochs = 5, batch = 1_000 }', 'infer sgvb { epochs = 5, batch = 50 }'),
  ),
  entry(
    'BP5005',
    'a run that does nothing',
    'A run is a list of steps: infer, prune, evaluate, require, export. Without one of them there is nothing to do.',
    example('file', 'run on points { }', 'run on points { infer sgvb { epochs = 5 } }'),
  ),
  entry(
    'BP5006',
    'a line that has no place in a guide',
    'A guide gives families to sites and may declare `param`s of its own. Gates, factors and derived quantities belong to the model.',
    example('guide', '* ~ Normal(sd = 0.1)\nfactor -1', '* ~ Normal(sd = 0.1)'),
  ),
  entry(
    'BP5007',
    'a run that is too long',
    'Loops of a run are put in turn by turn when it is checked. Two thousand steps are more than any run needs; the end of a range was most likely written wrongly.',
    example(
      'run',
      'infer map { epochs = 1 }\nrepeat 5_000 { evaluate on train { error } }',
      'infer map { epochs = 1 }\nrepeat 5 { evaluate on train { error } }',
    ),
  ),
  entry(
    'BP5008',
    'a sweep without values',
    'A `sweep` forks the run for each value of its variables. Settings such as `count = 100` say how many are drawn, not of what.',
    example(
      'run',
      'infer map { epochs = 1 }\nsweep count = 3 { evaluate on train { error } }',
      'infer map { epochs = 1 }\nsweep samples in [1, 2] { evaluate on train { error } }',
    ),
  ),
  entry(
    'BP5011',
    'an optimizer that cannot take this prior',
    'Proximal optimizers follow the gradient of the likelihood and take the prior by its proximal map, argmin of -log p(z) + (z - x)^2 / (2 step). That moves points, and not every density has such a map in closed form.',
    example(
      'file',
      'model heavy { * ~ StudentT(3); y ~ Categorical(logits = net(x)) }\nrun on points { infer map { epochs = 5, optimizer = proximal(sgd(0.1)) } }',
      'model heavy { * ~ Laplace(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer map { epochs = 5, optimizer = proximal(sgd(0.1)) } }',
    ),
  ),
  entry(
    'BP5012',
    'a divergence that does not fit a guide or a prior',
    'The geometric Jensen-Shannon divergence is known in closed form between normals, the arithmetic one is estimated by draws of guide and prior. Points pay minus their log prior under each of them, so `Delta` guides fit always.',
    example(
      'file',
      'model heavy { * ~ Laplace(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, divergence = js_geometric(0.25) } }',
      'model light { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, divergence = js_geometric(0.25) } }',
    ),
  ),
  entry(
    'BP5013',
    'a model that is too large for an option',
    'A full covariance has an entry for every pair of numbers. Past a few thousand numbers it fits no memory and takes hours to factor; a coarser one says nearly as much of so many.',
    example(
      'file',
      'network wide { input real[2]; dense(2_000); relu; dense(3) }\nmodel large { * ~ Normal(0, 1); y ~ Categorical(logits = wide(x)) }\nrun on points { infer laplace for large { epochs = 5, covariance = full } }',
      'network wide { input real[2]; dense(2_000); relu; dense(3) }\nmodel large { * ~ Normal(0, 1); y ~ Categorical(logits = wide(x)) }\nrun on points { infer laplace for large { epochs = 5, covariance = kronecker } }',
    ),
  ),
  entry(
    'BP5014',
    'a factor whose curvature an engine does not take',
    'The curvature that `laplace` reads off the network is that of Gauss and Newton, which follows from the likelihood of what the network says and is never negative. A factor of what the network says can curve either way, and has no such curvature. Factors of latents alone are taken as they are.',
    example(
      'file',
      'model bent { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)); factor -sum(abs(net(x))) }\nrun on points { infer laplace { epochs = 5 } }',
      'model bent { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)); factor -sum(abs(net(x))) }\nrun on points { infer sghmc { epochs = 5, lr = 1e-4, burn_in = 2 epochs } }',
    ),
  ),
  entry(
    'BP5015',
    'an optimizer of sites that holds for nothing',
    'Of two settings `optimizer of` that reach the same site the one further down holds. One whose sites are all reached by those below it has no effect, which cannot be meant; neither has one of a `param` that a `move` sets, or of one of a guide that no family of the inference mentions. General settings stand first, or are written `optimizer = ...`, which holds for all sites that no other reaches.',
    example(
      'run',
      'infer map { epochs = 5, optimizer of fc1.weight = sgd(0.1), optimizer of *.weight = adam(1e-3) }',
      'infer map { epochs = 5, optimizer of *.weight = adam(1e-3) }',
    ),
  ),
  entry(
    'BP5016',
    'an objective that does not fit',
    'An `objective` is what a step minimises: an expression of `nll` and `kl`, which may mention `epoch` and `step`. It says all of how the two are weighed, so neither `kl_weight` nor `temperature` nor `divergence` can stand beside it, and no optimizer may take the prior out of it. An expression that mentions neither has nothing to learn from.',
    example(
      'run',
      'infer sgvb { epochs = 5, objective = 0.1 }',
      'infer sgvb { epochs = 5, objective = nll + 0.1 * kl }',
    ),
  ),
  entry(
    'BP5021',
    'more states of gates than a step can look at',
    'Some estimators look at the loss in several states of all gates in each step: `exact` in all 2^n states of n gates, `exact_difference` in n + 1. More than 4,096 are refused. `arm` looks at two whatever the number of gates, and is unbiased too.',
    example(
      'file',
      'model gated { z[fc1.weight] ~ Bernoulli(0.5); * ~ Normal(0, 1); override fc1.weight ~ SpikeSlab(z, Normal(0, 1)); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, estimator of z = exact } }',
      'model gated { z[fc1.weight] ~ Bernoulli(0.5); * ~ Normal(0, 1); override fc1.weight ~ SpikeSlab(z, Normal(0, 1)); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, estimator of z = arm } }',
    ),
  ),
  entry(
    'BP5022',
    'two estimators that look at several states of gates',
    'The states that `arm`, `reinforce`, `exact_difference` and `exact` look at are states of all gates of an inference together. One of them, with one set of options, serves all latents that use such an estimator. Those that look at one state, such as `gumbel`, may stand beside it.',
    example(
      'file',
      'model gated { z[fc1.unit] ~ Bernoulli(0.5); gate fc1.unit with z; s[fc1.input] ~ Bernoulli(0.5); gate fc1.input with s; * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, estimator of z = arm, estimator of s = reinforce } }',
      'model gated { z[fc1.unit] ~ Bernoulli(0.5); gate fc1.unit with z; s[fc1.input] ~ Bernoulli(0.5); gate fc1.input with s; * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, estimator of z = arm, estimator of s = arm } }',
    ),
  ),
  entry(
    'BP5023',
    'a parameterization that does not fit',
    'Non-centred, a site is inferred by its numbers at scale 1, which the latent scale of its prior multiplies. That needs a prior with the middle 0 and a scale that depends on latents. The state that an inference leaves holds such numbers, and a step that goes on from it has the same parameterization.',
    example(
      'file',
      'model scaled { s ~ HalfNormal(1); fc1.weight ~ Normal(0, 1); fc1.bias, fc2.* ~ Normal(0, s); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, parameterization of fc1.weight = noncentred } }',
      'model scaled { s ~ HalfNormal(1); fc1.weight ~ Normal(0, s); fc1.bias, fc2.* ~ Normal(0, s); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, parameterization of fc1.weight = noncentred } }',
    ),
  ),
  entry(
    'BP5031',
    'a `param` that the engine cannot set',
    'A `param` of a model is not random. It follows the gradient of what the engine minimises: type-II maximum likelihood under `sgvb`, the log joint density under `map`, its mean over the particles under `svgd`. Engines whose posterior is made of draws, of iterates or of a curvature have no such gradient: give the number a prior there.',
    example(
      'file',
      'model scaled { param tau = 1 in (0, inf); * ~ Normal(0, tau); y ~ Categorical(logits = net(x)) }\nrun on points { infer laplace { epochs = 5 } }',
      'model scaled { param tau = 1 in (0, inf); * ~ Normal(0, tau); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5 } }',
    ),
  ),
  entry(
    'BP5032',
    'a `move` that sets nothing',
    'A `move` sets a `param` of the model or of its guide between two steps of an inference, by a rule that gives one number for each of its groups. It is projected onto the range of the `param`, whose ends belong to it. There is one rule for each `param`, and it changes something.',
    example(
      'file',
      'model scaled { param a = 1 in [0, 10]; * ~ Normal(0, 1 + a); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, move a = a every 1 epoch } }',
      'model scaled { param a = 1 in [0, 10]; * ~ Normal(0, 1 + a); y ~ Categorical(logits = net(x)) }\nrun on points { infer sgvb { epochs = 5, move a = 0.9 * a every 1 epoch } }',
    ),
  ),
  entry(
    'BP5033',
    'a latent of 0 and 1 that nothing draws',
    'The chains of `sgld` and `sghmc` follow gradients, and a latent of 0 and 1 has none. A `move` draws it between two steps, given the weights as they are then: `move z by gibbs every 1 epoch`. `map` holds it at the more probable value that an inference before left, and needs one.',
    example(
      'file',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ Normal(0, if z then 1 else 0.01); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sghmc { epochs = 5, lr = 1e-4 } }',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ Normal(0, if z then 1 else 0.01); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sghmc { epochs = 5, lr = 1e-4, move z by gibbs every 1 epoch } }',
    ),
  ),
  entry(
    'BP5034',
    'a latent that a kernel cannot draw',
    'A kernel draws each number of a latent by itself, given the weights and all else, between two steps of an engine whose posterior is made of draws of chains. `gibbs` draws latents of 0 and 1 that only priors of single numbers mention. One that gates the network, or that the likelihood mentions, is as probable as the likelihood of all rows says, and numbers in one density with others are not independent of them.',
    example(
      'file',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ SpikeSlab(z, Normal(0, 1)); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sghmc { epochs = 5, lr = 1e-4, move z by gibbs every 1 epoch } }',
      'model spiked { z[fc1.weight] ~ Bernoulli(0.5); fc1.weight ~ Normal(0, if z then 1 else 0.01); * except fc1.weight ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }\nrun on points { infer sghmc { epochs = 5, lr = 1e-4, move z by gibbs every 1 epoch } }',
    ),
  ),
];
