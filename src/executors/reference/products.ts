/** Matrix products and softmax in float64: the kernels that are more than one loop. */
import { sizeOf } from '../../base/host-array.ts';
import type { Kernel } from './kernel.ts';

/** C = A B for each pair of matrices, with the row of B as the inner loop; a transposed operand is copied straight first. */
export const matmul: Kernel<'matmul'> = ({ transposeA, transposeB }, type, [x]) => {
  const [m, n] = [type.shape.at(-2)!, type.shape.at(-1)!];
  const k = x!.shape.at(transposeA ? -2 : -1)!;
  const pairs = sizeOf(type.shape.slice(0, -2));
  return ([a, b]) => {
    const out = new Float64Array(pairs * m * n);
    for (let p = 0; p < pairs; p++) {
      const left = a!.subarray(p * m * k, (p + 1) * m * k);
      const right = b!.subarray(p * k * n, (p + 1) * k * n);
      multiply(
        transposeA ? transposed(left, k, m) : Float64Array.from(left),
        transposeB ? transposed(right, n, k) : Float64Array.from(right),
        out.subarray(p * m * n, (p + 1) * m * n),
        [m, k, n],
      );
    }
    return out;
  };
};

/** `[rows, columns]` to `[columns, rows]`. */
function transposed(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j]!;
  return out;
}

function multiply(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  [m, k, n]: readonly [number, number, number],
): void {
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const left = a[i * k + l]!;
      const [row, column] = [i * n, l * n];
      for (let j = 0; j < n; j++) out[row + j]! += left * b[column + j]!;
    }
  }
}

export const logSoftmax: Kernel<'log_softmax'> = (_, type) => {
  const n = type.shape.at(-1)!;
  return ([x]) => {
    const out = new Float64Array(sizeOf(type.shape));
    for (let row = 0; row < out.length; row += n) {
      let top = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < n; j++) top = Math.max(top, x![row + j]!);
      let total = 0;
      for (let j = 0; j < n; j++) total += Math.exp(x![row + j]! - top);
      // In two steps: top + log(total) would lose the digits of a small log(total) beside a large top.
      const logTotal = Math.log(total);
      for (let j = 0; j < n; j++) out[row + j] = x![row + j]! - top - logTotal;
    }
    return out;
  };
};
