/**
 * A layer's posterior with Kronecker factors. Its precision is A x B + P x Q: the factors of the curvature, and the precisions of
 * the prior, P of an input's weights and Q of an output's. One change of basis for the inputs makes A and P diagonal at once, one
 * for the outputs B and Q; so the prior is added exactly, and not as a root on each factor (Ritter et al. 2018, eq. 9).
 */
import { cholesky, eigen, inverseOfLower, product, transposed } from '../../base/symmetric.ts';
import { type MatrixNormalPart, matrixNormalSd } from '../../model/matrix-normal.ts';

/** A basis X `[n, n]`, its vectors as columns, with X'AX and X'PX diagonal. */
interface Basis {
  readonly vectors: Float64Array;
  readonly curvature: Float64Array;
  readonly prior: Float64Array;
}

/** Where there is no width, the number of the input or output. */
export interface NoWidth {
  readonly kind: 'no-width';
  readonly input: number;
  readonly output: number;
}

/** `A` `[K, K]` and `B` `[O, O]`; the precision of the prior, `[K, O]`; what was pruned, `[K, O]`, 1 = kept. */
export interface LayerCurvature {
  readonly inputs: number;
  readonly outputs: number;
  readonly ofInputs: Float64Array;
  readonly ofOutputs: Float64Array;
  readonly prior: Float64Array;
  readonly kept: Uint8Array;
}

export interface LayerNormal {
  readonly kind: 'normal';
  /** `[K, K]`, `[K, O]`, `[O, O]`, as in `MatrixNormalPart`, of all inputs, that of the bias last. */
  readonly left: Float64Array;
  readonly scale: Float64Array;
  readonly right: Float64Array;
}

/**
 * Inputs and outputs of which nothing is left are no part of it. Where a prior's precision is not that of an input times that of
 * an output, its nearest such is taken: the product of its means.
 */
export function layerNormal(layer: LayerCurvature): LayerNormal | NoWidth {
  const { inputs: K, outputs: O, prior, kept } = layer;
  const rows = numbers(K).filter((i) => numbers(O).some((o) => kept[i * O + o] !== 0));
  const columns = numbers(O).filter((o) => rows.some((i) => kept[i * O + o] !== 0));
  const meanOf = (is: readonly number[], os: readonly number[]) => {
    const values = is.flatMap((i) =>
      os.flatMap((o) => (kept[i * O + o] === 0 ? [] : [Math.max(0, prior[i * O + o]!)])),
    );
    return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
  };
  const all = meanOf(rows, columns);
  const P = Float64Array.from(rows, (i) => meanOf([i], columns));
  const Q = Float64Array.from(columns, (o) => (all === 0 ? 1 : meanOf(rows, [o]) / all));
  const left = commonBasis(part(layer.ofInputs, K, rows), P);
  if (typeof left === 'number') return { kind: 'no-width', input: rows[left]!, output: columns[0] ?? 0 };
  const right = commonBasis(part(layer.ofOutputs, O, columns), Q);
  if (typeof right === 'number') return { kind: 'no-width', input: rows[0] ?? 0, output: columns[right]! };
  const scale = new Float64Array(rows.length * columns.length);
  for (let k = 0; k < rows.length; k++) {
    for (let j = 0; j < columns.length; j++) {
      const precision = left.curvature[k]! * right.curvature[j]! + left.prior[k]! * right.prior[j]!;
      if (!(precision > 0)) return { kind: 'no-width', input: rows[k]!, output: columns[j]! };
      scale[k * columns.length + j] = 1 / Math.sqrt(precision);
    }
  }
  return {
    kind: 'normal',
    left: placed(left.vectors, rows, K),
    scale,
    right: placed(right.vectors, columns, O),
  };
}

/**
 * With A + s P = LL' and U the eigenvectors of L^-1 A L^-T, the basis L^-T U: it makes A + s P the identity, and A what the
 * eigenvalues say. s brings P to the size of A. The number of a row at which A + s P is not positive definite.
 */
function commonBasis(A: Float64Array, P: Float64Array): Basis | number {
  const n = P.length;
  const traces = [P.reduce((sum, _, i) => sum + A[i * n + i]!, 0), P.reduce((sum, p) => sum + p, 0)];
  const s = traces[0]! > 0 && traces[1]! > 0 ? traces[0]! / traces[1]! : 1;
  const both = A.map((v, i) => (i % (n + 1) === 0 ? v + s * P[Math.floor(i / n)]! : v));
  const L = cholesky(both, n);
  if (typeof L === 'number') return L;
  const inverse = inverseOfLower(L, n);
  const inside = product(product(inverse, A, [n, n, n]), transposed(inverse, n, n), [n, n, n]);
  const { values, vectors } = eigen(inside, n);
  const clamped = values.map((v) => Math.min(1, Math.max(0, v)));
  const none = traces[1] === 0;
  return {
    vectors: transposed(product(vectors, inverse, [n, n, n]), n, n),
    curvature: clamped,
    prior: clamped.map((v) => (none ? 0 : (1 - v) / s)),
  };
}

/** The rows and columns of these numbers. */
function part(a: Float64Array, n: number, chosen: readonly number[]): Float64Array {
  return Float64Array.from(chosen.flatMap((i) => chosen.map((j) => a[i * n + j]!)));
}

/** `[chosen, chosen]` as `[n, chosen]`, with rows of 0 for all others. */
function placed(vectors: Float64Array, chosen: readonly number[], n: number): Float64Array {
  const width = chosen.length;
  const all = new Float64Array(n * width);
  for (const [k, i] of chosen.entries()) all.set(vectors.subarray(k * width, (k + 1) * width), i * width);
  return all;
}

function numbers(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** The inputs `from` to `to` of a layer's normal: its weight, or its bias. */
export function inputsOf(
  { left, scale, right }: LayerNormal,
  [from, to]: readonly [number, number],
  outputs: number,
  shared: string,
): { readonly part: MatrixNormalPart; readonly sd: Float32Array } {
  const O = right.length / outputs;
  const K = O === 0 ? 0 : scale.length / O;
  const part: MatrixNormalPart = {
    shared,
    inner: [K, O],
    left: Float32Array.from(left.subarray(from * K, to * K)),
    scale: Float32Array.from(scale),
    right: Float32Array.from(right),
  };
  return { part, sd: matrixNormalSd(part) };
}
