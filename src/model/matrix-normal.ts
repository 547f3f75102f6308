/**
 * A site's part of a matrix-variate normal with a Kronecker-factored precision (Gupta & Nagar 1999; Ritter et al. 2018), in the
 * basis that makes it diagonal: as a matrix of inputs times outputs, the value is mean + L (S * E) R', with E standard normal. The
 * weight of a layer and its bias, the row behind the last input, share one E, so they are correlated.
 */
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import { childKey, type Key } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';

export interface MatrixNormalPart {
  /** Whose E it is: sites that name the same one share it. */
  readonly shared: string;
  /** Widths K and O of E. */
  readonly inner: readonly [number, number];
  /** L: `[rows, K]`, the rows being those of the site. */
  readonly left: Float32Array;
  /** S: `[K, O]`. */
  readonly scale: Float32Array;
  /** R: `[outputs, O]`. */
  readonly right: Float32Array;
}

/** The standard deviation of each number: the root of sum over k, j of (L_ik S_kj R_oj)^2. */
export function matrixNormalSd(part: MatrixNormalPart): Float32Array {
  const squared = { left: squares(part.left), scale: squares(part.scale), right: squares(part.right) };
  return sandwich({ ...part, ...squared }, squared.scale).map(Math.sqrt);
}

/** What a draw adds to the mean; `common` is a key that all sites of the draw share. */
export function drawMatrixNormal(part: MatrixNormalPart, common: Key): Float32Array {
  const noise = new Float32Array(part.scale.length);
  fillNormal(childKey(common, part.shared), noise);
  for (let i = 0; i < noise.length; i++) noise[i]! *= part.scale[i]!;
  return sandwich(part, noise);
}

/** L V R' of a `[K, O]` matrix V. */
function sandwich({ inner: [K, O], left, right }: MatrixNormalPart, V: Float32Array): Float32Array {
  const rows = left.length / K;
  const outputs = right.length / O;
  const result = new Float32Array(rows * outputs);
  const row = new Float64Array(O);
  for (let i = 0; i < rows; i++) {
    row.fill(0);
    for (let k = 0; k < K; k++) {
      const factor = left[i * K + k]!;
      for (let j = 0; j < O; j++) row[j]! += factor * V[k * O + j]!;
    }
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      for (let j = 0; j < O; j++) sum += row[j]! * right[o * O + j]!;
      result[i * outputs + o] = sum;
    }
  }
  return result;
}

function squares(values: Float32Array): Float32Array {
  return values.map((v) => v * v);
}

/** `SITE.kronecker.left` `[rows, K]`, `.scale` `[K, O]` and `.right` `[outputs, O]`. */
export function matrixNormalArrays(path: string, part: MatrixNormalPart): [string, HostArray][] {
  const [K, O] = part.inner;
  const array = (name: string, shape: Shape, data: Float32Array): [string, HostArray] => [
    `${path}.kronecker.${name}`,
    { type: f32(shape), data },
  ];
  return [
    array('left', [part.left.length / K, K], part.left),
    array('scale', [K, O], part.scale),
    array('right', [part.right.length / O, O], part.right),
  ];
}
