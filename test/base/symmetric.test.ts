/** Symmetric matrices: factors and eigenvectors give the matrix back, and what is not positive definite is named by its row. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { cholesky, eigen, inverseOfLower, product, transposed } from '../../src/base/symmetric.ts';

/** X'X of `rows` random rows: of full rank where there are at least n. */
function gramOf(n: number, rows: number): Float64Array {
  const x = new Float32Array(rows * n);
  fillNormal(childKey(rootKey(3), n), x);
  const values = Float64Array.from(x);
  return product(transposed(values, rows, n), values, [n, rows, n]);
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
}

const identity = (n: number) => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

describe('a Cholesky factor', () => {
  it.each([1, 2, 7, 40])('of width %d gives its matrix back, and has an inverse', (n) => {
    const a = gramOf(n, n + 3);
    const L = cholesky(a, n) as Float64Array;
    // A backward error of n units in the last place of entries near n.
    expect(largestDifference(product(L, transposed(L, n, n), [n, n, n]), a)).toBeLessThan(1e-14 * n * (n + 3));
    const inverse = inverseOfLower(L, n);
    expect(largestDifference(product(L, inverse, [n, n, n]), identity(n))).toBeLessThan(1e-10);
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) expect([L[i * n + j], inverse[i * n + j]]).toEqual([0, 0]);
  });

  it('names the row at which a matrix is not positive definite', () => {
    expect(cholesky(Float64Array.of(1, 0, 0, -1), 2)).toBe(1);
    expect(cholesky(Float64Array.of(0, 0, 0, 1), 2)).toBe(0);
    expect(cholesky(gramOf(6, 4), 6)).toBe(4);
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBe(0);
  });
});

describe('eigenvectors', () => {
  it.each([
    ['of full rank', 1, 4],
    ['of two numbers', 2, 5],
    ['of full rank', 30, 33],
    ['of low rank', 30, 6],
  ])('%s are orthonormal and give the matrix back (width %d)', (_, n, rows) => {
    const a = gramOf(n, rows);
    const { values, vectors } = eigen(a, n);
    expect(largestDifference(product(vectors, transposed(vectors, n, n), [n, n, n]), identity(n))).toBeLessThan(
      1e-13 * n,
    );
    const scaled = vectors.map((v, i) => v * values[Math.floor(i / n)]!);
    expect(largestDifference(product(transposed(vectors, n, n), scaled, [n, n, n]), a)).toBeLessThan(1e-13 * n * rows);
    // As many values are 0 as the rank falls short.
    expect([...values].filter((v) => v > 1e-10).length).toBe(Math.min(n, rows));
  });

  it('of matrices that are diagonal, or have equal values, are found too', () => {
    for (const a of [Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), identity(3), new Float64Array(9)]) {
      const { values, vectors } = eigen(a, 3);
      expect([...values].sort()).toEqual([a[0]!, a[4]!, a[8]!].sort());
      expect(largestDifference(product(vectors, transposed(vectors, 3, 3), [3, 3, 3]), identity(3))).toBeLessThan(
        1e-15,
      );
    }
  });
});
