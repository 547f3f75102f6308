/** Draws that are a shifted and stretched standard draw, and simple functions of one. */
import type { Arithmetic } from './arithmetic.ts';
import type { Sampler } from './sampler.ts';

const smooth = { increasing: null, reparameterised: true } as const;

export const locationScale = {
  Normal: {
    ...smooth,
    arguments: ['mean', 'sd'],
    positive: ['sd'],
    noise: ['normal'],
    draw: (m, [mean, sd], [z]) => m.add(mean!, m.mul(sd!, z!)),
  },
  LogNormal: {
    ...smooth,
    arguments: ['mean', 'sd'],
    positive: ['sd'],
    noise: ['normal'],
    draw: (m, [mean, sd], [z]) => m.exp(m.add(mean!, m.mul(sd!, z!))),
  },
  HalfNormal: {
    ...smooth,
    arguments: ['scale'],
    positive: ['scale'],
    noise: ['normal'],
    draw: (m, [scale], [z]) => m.mul(scale!, m.abs(z!)),
  },
  /** By the inverse of the distribution function, from the side that is near: log(2u) below the median. */
  Laplace: {
    ...smooth,
    arguments: ['mean', 'scale'],
    positive: ['scale'],
    noise: ['uniform'],
    draw(m, [mean, scale], [u]) {
      const below = m.log(m.mul(u!, 2));
      const above = m.neg(m.log(m.sub(2, m.mul(u!, 2))));
      return m.add(mean!, m.mul(scale!, m.select(m.less(u!, 0.5), below, above)));
    },
  },
  /**
   * Bailey 1994, "Polar generation of random variates with the t-distribution": exact for every df, and smooth in it. The uniform
   * radius exp(-(x^2 + y^2) / 2) and the angle come from two normals x, y.
   */
  StudentT: {
    ...smooth,
    arguments: ['df', 'mean', 'scale'],
    positive: ['df', 'scale'],
    noise: ['normal', 'normal'],
    draw(m, [df, mean, scale], [x, y]) {
      const squared = m.add(m.square(x!), m.square(y!));
      const radius = m.sqrt(m.mul(df!, m.expm1(m.div(squared, df!))));
      return m.add(mean!, m.mul(scale!, m.mul(radius, m.div(x!, m.sqrt(squared)))));
    },
  },
  Cauchy: {
    ...smooth,
    arguments: ['location', 'scale'],
    positive: ['scale'],
    noise: ['normal', 'normal'],
    draw: (m, [location, scale], [x, y]) => m.add(location!, m.mul(scale!, m.div(x!, y!))),
  },
  HalfCauchy: {
    ...smooth,
    arguments: ['scale'],
    positive: ['scale'],
    noise: ['normal', 'normal'],
    draw: (m, [scale], [x, y]) => m.mul(scale!, m.abs(m.div(x!, y!))),
  },
  Exponential: {
    ...smooth,
    arguments: ['rate'],
    positive: ['rate'],
    noise: ['uniform'],
    draw: (m, [rate], [u]) => m.neg(m.div(m.log(u!), rate!)),
  },
  Uniform: {
    arguments: ['low', 'high'],
    positive: [],
    increasing: ['low', 'high'],
    noise: ['uniform'],
    reparameterised: true,
    draw: (m, [low, high], [u]) => m.add(low!, m.mul(m.sub(high!, low!), u!)),
  },
  Delta: { ...smooth, arguments: ['value'], positive: [], noise: [], draw: (m, [value]) => m.add(value!, 0) },
  /** A normal whose scale is `global` times a half-Cauchy number (Carvalho, Polson & Scott 2010). */
  Horseshoe: {
    ...smooth,
    arguments: ['global'],
    positive: ['global'],
    noise: ['normal', 'normal', 'normal'],
    draw: (m, [global], [x, y, z]) => m.mul(global!, m.mul(halfCauchy(m, x!, y!), z!)),
  },
  /** The same with scales that the slab bounds: Piironen & Vehtari 2017, eq. 2.8. */
  RegularizedHorseshoe: {
    ...smooth,
    arguments: ['global', 'slab'],
    positive: ['global', 'slab'],
    noise: ['normal', 'normal', 'normal'],
    draw(m, [global, slab], [x, y, z]) {
      const wide = m.mul(global!, halfCauchy(m, x!, y!));
      const bounded = m.div(m.mul(wide, slab!), m.sqrt(m.add(m.square(slab!), m.square(wide))));
      return m.mul(bounded, z!);
    },
  },
} as const satisfies Readonly<Record<string, Sampler>>;

function halfCauchy<T, C>(m: Arithmetic<T, C>, x: T, y: T): T {
  return m.abs(m.div(x, y));
}
