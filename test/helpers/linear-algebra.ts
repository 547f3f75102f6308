/** Small dense matrices for exact posteriors: Gauss-Jordan with pivots, enough for a handful of weights. */
export type Matrix = readonly (readonly number[])[];

/** Inverse and log |determinant|. */
export function invert(a: Matrix): { readonly inverse: number[][]; readonly logDeterminant: number } {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(work[i]![k]!) > Math.abs(work[pivot]![k]!)) pivot = i;
    [work[k], work[pivot]] = [work[pivot]!, work[k]!];
    const scale = work[k]![k]!;
    logDeterminant += Math.log(Math.abs(scale));
    work[k] = work[k]!.map((v) => v / scale);
    for (let i = 0; i < n; i++) {
      const factor = work[i]![k]!;
      if (i !== k) work[i] = work[i]!.map((v, j) => v - factor * work[k]![j]!);
    }
  }
  return { inverse: work.map((row) => row.slice(n)), logDeterminant };
}

export function times(a: Matrix, x: readonly number[]): number[] {
  return a.map((row) => row.reduce((sum, v, j) => sum + v * x[j]!, 0));
}

/** X^T X for rows of X. */
export function gram(rows: Matrix): number[][] {
  const d = rows[0]!.length;
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => rows.reduce((s, r) => s + r[i]! * r[j]!, 0)),
  );
}
