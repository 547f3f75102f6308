/** The GEMM limit: how long a step's own matrix products take in the best library at hand, with nothing between them. */
import { peerCommand } from './contenders.ts';
import { measured } from './process.ts';
import { median } from './statistics.ts';
import { operations, type Product, type Workload } from './workloads.ts';

export interface Limit {
  /** Milliseconds for the products of a step: each shape in the library that was faster at it. */
  readonly msPerStep: number;
  readonly gigaflopsPerStep: number;
  /** Of one product of 1024 x 1024 matrices: what the machine gives where shapes are kind. */
  readonly largeGflops: number;
}

/** Over the rounds; null where none was measured. */
export function medianLimit(limits: readonly Limit[]): Limit | null {
  const [first] = limits;
  if (first === undefined) return null;
  const middle = (key: keyof Limit) => median(limits.map((limit) => limit[key]));
  return { ...first, msPerStep: middle('msPerStep'), largeGflops: middle('largeGflops') };
}

const LARGE: Product = { m: 1024, k: 1024, n: 1024, count: 1 };
const LIBRARIES = ['torch', 'jax'];

/** Null where no peer is installed. */
export async function gemmLimit(workload: Workload, venv: string): Promise<Limit | null> {
  const products = [...workload.products, LARGE];
  const shapes = products.map(({ m, k, n }) => `${m}x${k}x${n}`).join(',');
  const runs = [];
  for (const library of LIBRARIES)
    runs.push(await measured<{ readonly seconds?: number[] }>(peerCommand(venv, ['gemm', library, shapes]), 120));
  const seconds = runs.flatMap((r) => ('seconds' in r && r.seconds !== undefined ? [r.seconds] : []));
  if (seconds.length === 0) return null;
  const best = products.map((_, i) => Math.min(...seconds.map((s) => s[i]!)));
  return {
    msPerStep: workload.products.reduce((sum, p, i) => sum + 1000 * p.count * best[i]!, 0),
    gigaflopsPerStep: operations(workload.products) / 1e9,
    largeGflops: operations([LARGE]) / best.at(-1)! / 1e9,
  };
}
