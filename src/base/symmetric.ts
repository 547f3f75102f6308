/** Symmetric matrices in double precision, row by row in one array: factors, inverses, eigenvectors. */

/**
 * The lower triangle L with L L' = `a` `[n, n]` (Cholesky), zeros above. Where `a` is not positive definite, the number of the
 * first row at which that shows.
 */
export function cholesky(a: Float64Array, n: number): Float64Array | number {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      if (i > j) {
        L[i * n + j] = sum / L[j * n + j]!;
        continue;
      }
      // What is left of a diagonal entry by cancellation alone is no curvature.
      if (!(sum > 1e-14 * Math.abs(a[i * n + i]!)) || !Number.isFinite(sum)) return i;
      L[i * n + i] = Math.sqrt(sum);
    }
  }
  return L;
}

/** The inverse of a lower triangle, a lower triangle too. */
export function inverseOfLower(L: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const pivot = 1 / L[i * n + i]!;
    for (let k = 0; k < i; k++) {
      const factor = L[i * n + k]!;
      if (factor !== 0) for (let j = 0; j <= k; j++) inverse[i * n + j]! -= factor * inverse[k * n + j]!;
    }
    for (let j = 0; j < i; j++) inverse[i * n + j]! *= pivot;
    inverse[i * n + i] = pivot;
  }
  return inverse;
}

/** `a` of `[rows, inner]` times `b` of `[inner, columns]`. */
export function product(
  a: Float64Array,
  b: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) result[i * columns + j]! += factor * b[k * columns + j]!;
    }
  }
  return result;
}

/** `a` of `[rows, columns]`, its rows and columns exchanged. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  return result;
}

export interface Eigen {
  readonly values: Float64Array;
  /** `[n, n]`: the eigenvector of each value is a row. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix: to tridiagonal form by Householder's reflections, then QL steps
 * with Wilkinson's shift (Golub & Van Loan 2013, sections 8.3.1 and 8.3.3). Values come in no order.
 */
export function eigen(a: Float64Array, n: number): Eigen {
  const { diagonal, below, vectors } = tridiagonal(a, n);
  for (let low = 0; low < n; low++) {
    for (let end = unreduced(diagonal, below, low); end > low; end = unreduced(diagonal, below, low)) {
      stepOf(diagonal, below, vectors, low, end);
    }
  }
  return { values: diagonal, vectors };
}

/** `vectors` has rows q with q' a q' tridiagonal; `below` has the numbers below the diagonal, and a last 0. */
function tridiagonal(a: Float64Array, n: number) {
  const T = a.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let k = 0; k + 2 < n; k++) {
    const v = reflector(T, n, k);
    if (v === null) continue;
    reflectBothSides(T, v, n, k + 1);
    reflectRows(vectors, v, n, k + 1);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => T[i * n + i]!);
  const below = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? T[(i + 1) * n + i]! : 0));
  return { diagonal, below, vectors };
}

/** The unit vector v, from row k + 1 on, whose reflection I - 2 v v' leaves one number below the diagonal of column k. */
function reflector(T: Float64Array, n: number, k: number): Float64Array | null {
  const v = new Float64Array(n);
  let squares = 0;
  for (let i = k + 1; i < n; i++) {
    v[i] = T[i * n + k]!;
    squares += v[i]! ** 2;
  }
  const first = v[k + 1]!;
  if (squares - first ** 2 <= 1e-300) return null;
  const along = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  v[k + 1] = first - along;
  const length = Math.sqrt(squares - first ** 2 + v[k + 1]! ** 2);
  for (let i = k + 1; i < n; i++) v[i]! /= length;
  return v;
}

/** T <- H T H, with p = T v and w = p - (v . p) v: T - 2 (v w' + w v'). */
function reflectBothSides(T: Float64Array, v: Float64Array, n: number, from: number): void {
  const w = new Float64Array(n);
  let along = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += T[i * n + j]! * v[j]!;
    w[i] = sum;
    along += sum * v[i]!;
  }
  for (let i = 0; i < n; i++) w[i]! -= along * v[i]!;
  for (let i = 0; i < n; i++) {
    const [a, b] = [2 * v[i]!, 2 * w[i]!];
    for (let j = 0; j < n; j++) T[i * n + j]! -= a * w[j]! + b * v[j]!;
  }
}

function reflectRows(Q: Float64Array, v: Float64Array, n: number, from: number): void {
  const along = new Float64Array(n);
  for (let i = from; i < n; i++) for (let j = 0; j < n; j++) along[j]! += v[i]! * Q[i * n + j]!;
  for (let i = from; i < n; i++) for (let j = 0; j < n; j++) Q[i * n + j]! -= 2 * v[i]! * along[j]!;
}

/** The end of the block that begins at `low`: the first place with nothing below its diagonal. */
function unreduced(diagonal: Float64Array, below: Float64Array, low: number): number {
  let end = low;
  while (end + 1 < diagonal.length) {
    const size = Math.abs(diagonal[end]!) + Math.abs(diagonal[end + 1]!);
    if (Math.abs(below[end]!) <= Number.EPSILON * size) break;
    end += 1;
  }
  return end;
}

/** One QL step on the block from `low` to `end`: rotations that chase a bulge upwards. */
function stepOf(d: Float64Array, e: Float64Array, Q: Float64Array, low: number, end: number): void {
  const n = d.length;
  const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  const root = Math.hypot(half, 1);
  let g = d[end]! - d[low]! + e[low]! / (half + (half >= 0 ? root : -root));
  let [sine, cosine, carried] = [1, 1, 0];
  for (let i = end - 1; i >= low; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!];
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      // The block falls apart here.
      d[i + 1]! -= carried;
      e[end] = 0;
      return;
    }
    [sine, cosine] = [f / length, g / length];
    const shifted = d[i + 1]! - carried;
    const r = (d[i]! - shifted) * sine + 2 * cosine * b;
    carried = sine * r;
    d[i + 1] = shifted + carried;
    g = cosine * r - b;
    for (let k = 0; k < n; k++) {
      const [lower, upper] = [Q[(i + 1) * n + k]!, Q[i * n + k]!];
      Q[(i + 1) * n + k] = sine * upper + cosine * lower;
      Q[i * n + k] = cosine * upper - sine * lower;
    }
  }
  d[low]! -= carried;
  e[low] = g;
  e[end] = 0;
}
