/** Special functions of the host against SciPy: `special.py` wrote `special.json`. */
import { describe, expect, it } from 'vitest';
import { digamma, erf, lgamma, logNormalCdf, normalQuantile } from '../../src/base/special.ts';
import values from './special.json' with { type: 'json' };

/** Relative, and absolute near a zero. The quantile near 1 is as good as float64 holds 1 - p: 1e-16 / 1e-9. */
const functions = [
  { name: 'erf', f: erf, tolerance: 1e-14 },
  { name: 'logNormalCdf', f: logNormalCdf, tolerance: 2e-14 },
  { name: 'normalQuantile', f: normalQuantile, tolerance: 2e-9 },
  { name: 'lgamma', f: lgamma, tolerance: 1e-13 },
  { name: 'digamma', f: digamma, tolerance: 1e-13 },
] as const;

describe('special functions against SciPy', () => {
  it.each(functions)('$name', ({ name, f, tolerance }) => {
    for (const [x, exact] of values[name] as [number, number][]) {
      const allowed = tolerance * Math.max(1, Math.abs(exact));
      expect(Math.abs(f(x) - exact), `${name}(${x}) = ${f(x)}, not ${exact}`).toBeLessThanOrEqual(allowed);
    }
  });

  it('has its limits', () => {
    expect([-Infinity, Infinity, Number.NaN].map(erf)).toEqual([-1, 1, Number.NaN]);
    expect([-Infinity, Infinity, Number.NaN].map(logNormalCdf)).toEqual([-Infinity, -0, Number.NaN]);
    expect([0, 1, -0.1, Number.NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, Number.NaN, Number.NaN]);
  });

  it('inverts the distribution function', () => {
    for (let x = -37; x < 5; x += 0.31) {
      // What p may be wrong by, 1e-16 of 1 in the upper tail, over the density.
      const allowed = 1e-14 * Math.max(1, Math.abs(x)) + (x > 0 ? 1e-15 * Math.exp(x * x * 0.5) : 0);
      expect(Math.abs(normalQuantile(Math.exp(logNormalCdf(x))) - x)).toBeLessThan(10 * allowed);
    }
  });
});
