/** Draws of gates: 0 and 1, numbers between them, and how many of a row are open. */
import type { Sampler } from './sampler.ts';

export const gates = {
  Bernoulli: {
    arguments: ['logits'],
    positive: [],
    increasing: null,
    noise: ['uniform'],
    reparameterised: false,
    draw: (m, [logits], [u]) => m.select(m.less(u!, m.sigmoid(logits!)), 1, 0),
  },
  /** A logistic number, squeezed, stretched and clipped (Louizos, Welling & Kingma 2018, eq. 10 and 11). */
  HardConcrete: {
    arguments: ['log_alpha', 'temperature', 'low', 'high'],
    positive: ['temperature'],
    increasing: ['low', 'high'],
    noise: ['uniform'],
    reparameterised: true,
    draw(m, [logAlpha, temperature, low, high], [u]) {
      const logistic = m.sub(m.log(u!), m.log(m.sub(1, u!)));
      const s = m.sigmoid(m.div(m.add(logistic, logAlpha!), temperature!));
      return m.min(m.max(m.add(m.mul(s, m.sub(high!, low!)), low!), 0), 1);
    },
  },
  /** k = 1 + floor(log u / log rate), at most `groups`: P(k > i) = rate^i. */
  Ordered: {
    arguments: ['rate', 'groups'],
    positive: ['rate', 'groups'],
    increasing: null,
    noise: ['uniform'],
    reparameterised: false,
    draw: (m, [rate, groups], [u]) => m.min(m.add(m.floor(m.div(m.log(u!), m.log(rate!))), 1), groups!),
  },
} as const satisfies Readonly<Record<string, Sampler>>;
