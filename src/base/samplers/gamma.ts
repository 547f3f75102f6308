/**
 * Gamma draws and what is made of them, after Marsaglia & Tsang 2000 ("A simple method for generating gamma variables"). Their
 * rejection gets a fixed number of proposals, so that a draw is a function of fixed noise: one in 20 is rejected at worst, and
 * all eight with probability 4e-11, when the mode stands in. Values are kept as logarithms: with a shape of 0.01 half of all
 * draws are below 1e-30.
 */
import type { Arithmetic } from './arithmetic.ts';
import type { Sampler } from './sampler.ts';

const PROPOSALS = 8;

/** What one gamma draw takes: a uniform for shapes below 1, and a normal and a uniform for each proposal. */
const NOISE: Sampler['noise'] = [
  'uniform',
  ...Array.from({ length: PROPOSALS }, () => ['normal', 'uniform'] as const).flat(),
];

/** Under a cube that a proposal made negative: its logarithm then refuses it. */
const TINY = 1e-10;

/** log of a Gamma(shape, rate = 1) draw. */
export function logGammaDraw<T, C>(m: Arithmetic<T, C>, shape: T | number, noise: readonly T[]): T {
  const [boost, ...proposals] = noise;
  const small = m.less(shape, 1);
  const d = m.sub(m.add(shape, m.select(small, 1, 0)), 1 / 3);
  const c = m.div(1, m.sqrt(m.mul(d, 9)));
  let logCube = m.mul(c, 0);
  for (let i = PROPOSALS - 1; i >= 0; i--) {
    const [z, u] = [proposals[2 * i]!, proposals[2 * i + 1]!];
    const root = m.max(m.add(1, m.mul(c, z)), TINY);
    const own = m.mul(m.log(root), 3);
    const excess = m.add(m.sub(1, m.mul(m.square(root), root)), own);
    const bound = m.add(m.mul(m.square(z), 0.5), m.mul(d, excess));
    logCube = m.select(m.less(m.log(u), bound), own, logCube);
  }
  const lowered = m.select(small, m.div(m.log(boost!), shape), 0);
  return m.add(m.add(m.log(d), logCube), lowered);
}

const rejection = { increasing: null, reparameterised: false } as const;

export const gammas = {
  Gamma: {
    ...rejection,
    arguments: ['shape', 'rate'],
    positive: ['shape', 'rate'],
    noise: NOISE,
    draw: (m, [shape, rate], noise) => m.div(m.exp(logGammaDraw(m, shape!, noise)), rate!),
  },
  InverseGamma: {
    ...rejection,
    arguments: ['shape', 'scale'],
    positive: ['shape', 'scale'],
    noise: NOISE,
    draw: (m, [shape, scale], noise) => m.mul(scale!, m.exp(m.neg(logGammaDraw(m, shape!, noise)))),
  },
  /** G / (G + H) of two gamma draws, from the difference of their logarithms. */
  Beta: {
    ...rejection,
    arguments: ['alpha', 'beta'],
    positive: ['alpha', 'beta'],
    noise: [...NOISE, ...NOISE],
    draw(m, [alpha, beta], noise) {
      const g = logGammaDraw(m, alpha!, noise.slice(0, NOISE.length));
      const h = logGammaDraw(m, beta!, noise.slice(NOISE.length));
      return m.sigmoid(m.sub(g, h));
    },
  },
} as const satisfies Readonly<Record<string, Sampler>>;

/** The noise of one gamma draw. */
export const GAMMA_NOISE = NOISE;
