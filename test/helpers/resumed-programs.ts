/**
 * Small programs, one for each engine and for each kind of state that a training carries from step to step: whatever is not kept in a
 * checkpoint shows as other bytes of a run that was stopped. Batches of 16 of 60 rows, the last one short: four steps in an epoch.
 */
import type { Death } from './deaths.ts';

export interface ResumedProgram {
  readonly name: string;
  readonly engine: string;
  readonly text: string;
  /** Of the process that begins, and of the one that goes on. */
  readonly deaths: readonly Death[];
}

interface Parts {
  readonly layers?: string;
  readonly model?: string;
  readonly guide?: string;
  readonly epochs?: number;
  readonly options: string;
  /** What follows the training. */
  readonly after?: string;
  /** False where an export is not available yet. */
  readonly exported?: boolean;
  /** True where a pass over the rows follows the last step: the second death is in it, or else in a step. */
  readonly pass?: boolean;
}

const PLAIN = '* ~ Normal(0, 1)';
const WITH_STATISTICS = 'fc1 = dense(6); bn = batch_norm; relu; fc2 = dense(1)';

function resumed(name: string, engine: string, parts: Parts): ResumedProgram {
  const { layers = 'fc1 = dense(6); tanh; fc2 = dense(1)', model = PLAIN, guide = '' } = parts;
  const { epochs = 5, after = '', pass = false, exported = true } = parts;
  const text = `
data points = simulate(n = 60, test = 20, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(x[1] - x[2], 0.5)
}
network net { input real[3]; ${layers} }
model m { ${model}; y ~ Normal(net(x), 0.5) }
${guide === '' ? '' : `guide { ${guide} }`}
run on points {
  infer ${engine} { epochs = ${epochs}, batch = 16, ${parts.options} }
  evaluate on test { rmse, nll, samples = 4 }
  ${after}
  ${exported ? 'export safetensors' : ''}
}
`;
  const first: Death = pass ? { lines: 1, at: 'checkpoint', count: 1 } : { lines: 2, at: 'breath', count: 2 };
  // The first breath behind the last line is that of the training.
  const second: Death = pass ? { lines: epochs, at: 'breath', count: 2 } : { lines: 2, at: 'checkpoint', count: 1 };
  return { name, engine, text, deaths: [first, second] };
}

export const resumedPrograms: readonly ResumedProgram[] = [
  resumed('sgvb with flipout, two samples and running means', 'sgvb', {
    options: `estimator = flipout, samples = 2, average = exponential(0.9), kl_weight = clamp(step / 20, 0, 1),
    optimizer = adam(0.02), optimizer of *.bias = sgd(0.01, momentum = 0.9)`,
  }),
  resumed('sgvb with local reparameterisation, pruned while it trains', 'sgvb', {
    options: 'optimizer = rmsprop(0.01, momentum = 0.5), every 6 steps { prune *.weight by snr lowest 20% }',
    after: 'prune *.weight by snr lowest 20%\n  infer sgvb { epochs = 2 }',
  }),
  resumed('sgvb with gates and the running mean of their losses', 'sgvb', {
    model: `pi ~ Beta(1, 4); z[fc1.unit] ~ Bernoulli(pi); gate fc1.unit with z
  s[fc2.weight] ~ Bernoulli(0.5); fc2.weight ~ SpikeSlab(s, Normal(0, 1)); fc2.bias ~ Normal(0, 1); fc1.* ~ Normal(0, 1)`,
    options: 'optimizer = adam(0.02), estimator of z = reinforce(1), estimator of s = gumbel(0.5, hard)',
  }),
  resumed('sgvb with values between 0 and 1 for gates', 'sgvb', {
    model: 'z[*.input] ~ Bernoulli(0.5); gate *.input with z; * ~ Normal(0, 1)',
    guide: 'z ~ HardConcrete(0.8); * ~ Delta()',
    options: 'optimizer = adam(0.02)',
  }),
  resumed('sgvb with nested masks', 'sgvb', {
    model: 'k[fc1.unit] ~ Ordered(0.9, groups = 3); gate fc1.unit with k; * ~ Normal(0, 1)',
    options: 'optimizer = adam(0.02), estimator of k = gumbel(2, hard)',
  }),
  resumed('sgvb with a correlated guide of latents and non-centred weights', 'sgvb', {
    model: 's ~ HalfNormal(1); tau[fc1.unit] ~ HalfCauchy(1); fc1.* ~ Normal(0, s * tau); fc2.* ~ Normal(0, s)',
    guide: 's, fc2.weight ~ LowRankNormal(2)',
    options: 'optimizer = adam(0.02), parameterization of fc1.* = noncentred',
    exported: false,
  }),
  resumed('sgvb with params that follow the gradient', 'sgvb', {
    model: 'param tau[*.input] = 0.5 in [1e-3, 2]; *.weight ~ Normal(0, tau); *.bias ~ Normal(0, 1)',
    options: 'optimizer = adam(0.02), optimizer of tau = adagrad(0.1)',
  }),
  resumed('sgvb with params that a rule moves', 'sgvb', {
    model: 'param lambda[*.input] = 0 in [0, inf); *.weight ~ Normal(0, 1 / sqrt(1 + lambda)); *.bias ~ Normal(0, 1)',
    options: `optimizer = adam(0.02),
    move lambda = lambda + 2 - rank(running_mean(norm(mean(weight)))) every 3 steps`,
  }),
  resumed('map with dropout, momentum and clipped gradients', 'map', {
    layers: 'fc1 = dense(6); relu; dropout(0.3); fc2 = dense(1)',
    options: 'optimizer = sgd(0.02, momentum = 0.9, nesterov = true), clip_norm = 1, average = exponential(0.9)',
  }),
  resumed('map with summed gradients and exact zeros', 'map', {
    model: '*.weight ~ Laplace(0, 0.05); *.bias ~ Normal(0, 1)',
    options: 'optimizer = dual_averaging(0.05)',
  }),
  resumed('svgd with latents and statistics of layers', 'svgd', {
    layers: WITH_STATISTICS,
    model: 'tau[fc1.unit] ~ Gamma(2, 2); fc1.* ~ Normal(0, tau); fc2.* ~ Normal(0, 1)',
    options: 'particles = 3, optimizer = adagrad(0.1, decay = 0.9)',
  }),
  resumed('ensemble against inputs moved to where they are worst', 'ensemble', {
    layers: WITH_STATISTICS,
    options: 'members = 3, optimizer = lion(1e-3), adversarial = sign(0.05)',
  }),
  resumed('swag with its columns', 'swag', {
    layers: WITH_STATISTICS,
    pass: true,
    options: 'rank = 3, optimizer = sgd(0.02, momentum = 0.9), collect_every = 3 steps',
  }),
  resumed('swag with members', 'swag', {
    options: 'members = 2, rank = 2, optimizer = adamw(0.01), collect_every = 2 steps',
  }),
  resumed('sghmc with chains and their velocities', 'sghmc', {
    layers: WITH_STATISTICS,
    options: 'lr = 0.02 / N, chains = 2, burn_in = 1 epochs, collect_every = 3 steps',
  }),
  resumed('sghmc with latents that gibbs draws', 'sghmc', {
    model: 'z[*.weight] ~ Bernoulli(0.3); *.weight ~ Normal(0, if z then 1 else 0.05); *.bias ~ Normal(0, 1)',
    options: 'lr = 0.01 / N, chains = 2, move z by gibbs every 3 steps',
  }),
  resumed('sgld in cycles', 'sgld', {
    options: 'lr = 0.01 / N, cycles = 3, explore = 50%, collect_every = 1 steps',
  }),
  resumed('laplace by the factors of layers', 'laplace', {
    pass: true,
    options: 'covariance = kronecker, optimizer = adam(0.02)',
  }),
  resumed('laplace with all correlations, at the mode', 'laplace', {
    layers: 'fc1 = dense(2); tanh; fc2 = dense(1)',
    epochs: 3,
    pass: true,
    options: 'covariance = full, newton = 5, optimizer = adam(0.02)',
  }),
];
