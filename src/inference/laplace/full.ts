/**
 * The curvature of minus the log joint over several sites at once, as one matrix: Gauss-Newton among parameters of the network,
 * exact wherever a latent or a prior has a part. Where it is taken, Newton's steps lead from the end of a training to the mode.
 */
import { cholesky } from '../../base/symmetric.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { isLatent } from '../../model/latents.ts';
import type { OpenPass, Pass, StateArrays } from '../engine.ts';
import { type Elements, gathered, readBy, spreadOut } from './elements.ts';
import { denseMatrix, outputSpec, outputsOf } from './gauss-newton.ts';
import {
  latentsOfLikelihood,
  likelihoodProducts,
  priorProducts,
  probeName,
  productName,
  slopeName,
  zeroProbes,
} from './hessian.ts';
import { unitState } from './units.ts';

/** Numbers that the Jacobians of a batch may hold. */
const ROOM = 2 ** 22;

/** Minus the log joint at a point of the elements that vary, its slope, and its curvature `[D, D]`. */
export interface Curved {
  readonly cost: number;
  readonly slope: Float64Array;
  readonly matrix: Float64Array;
}

export interface FullCurvature {
  at(row: Float64Array): Promise<Curved>;
  /** Without the curvature, which is most of the work. */
  bare(row: Float64Array): Promise<Pick<Curved, 'cost' | 'slope'>>;
  dispose(): void;
}

/** `rest`: all sites and statistics by path, of which the elements are put in anew for each point. */
export async function openFull(
  density: Density,
  elements: Elements,
  rest: StateArrays,
  exact: boolean,
  open: OpenPass,
): Promise<FullCurvature> {
  const network = elements.parts.filter(({ site }) => !isLatent(site));
  const width = network.reduce((sum, { site }) => sum + rest[site.path]!.data.length, 0);
  const rows = Math.max(1, Math.min(1000, Math.floor(ROOM / Math.max(1, width))));
  const networkSites = network.map(({ site }) => site);
  const likelihood = await open((n) => likelihoodProducts(density, n), { rows: 1000, exact });
  const prior = await open(() => priorProducts(density), { rows: 1, exact: true });
  const jacobians = width === 0 ? null : await open((n) => denseMatrix(density, networkSites, n), { rows, exact });
  const [ofLikelihood, ofPrior] = [likelihoodProducts(density, 1).state, priorProducts(density).state];
  const inLikelihood = new Set(latentsOfLikelihood(density).map((s) => s.path));
  const stateAt = (row: Float64Array): StateArrays => ({ ...rest, ...spreadOut(elements, row, (site) => site.path) });
  const probed = (row: Float64Array | null): StateArrays => ({
    ...zeroProbes(density, rest),
    ...(row === null ? {} : spreadOut(elements, row, probeName)),
  });
  const bare = async (state: StateArrays) => {
    const found = [
      await likelihood.average(readBy({ ...state, ...probed(null) }, ofLikelihood)),
      await prior.average(readBy({ ...state, ...probed(null) }, ofPrior)),
    ];
    const slopes = found.map((info) => gathered(elements, (site) => info[slopeName(site)]!));
    return {
      cost: found.reduce((sum, info) => sum + info.cost![0]!, 0),
      slope: slopes[0]!.map((v, i) => v + slopes[1]![i]!),
    };
  };
  return {
    async at(row) {
      const state = stateAt(row);
      const { cost, slope } = await bare(state);
      const matrix = new Float64Array(elements.count ** 2);
      if (jacobians !== null) await addGaussNewton(density, elements, jacobians, state, matrix);
      for (const { site, kept, offset } of elements.parts) {
        for (let i = 0; i < kept.length; i++) {
          const probe = new Float64Array(elements.count);
          probe[offset + i] = 1;
          const probes = { ...state, ...probed(probe) };
          const products = await prior.average(readBy(probes, ofPrior));
          addRow(elements, matrix, offset + i, (other) => products[productName(other)]!);
          if (!inLikelihood.has(site.path)) continue;
          const also = await likelihood.average(readBy(probes, ofLikelihood));
          addLatentRow(elements, matrix, offset + i, (other) => also[productName(other)]!);
        }
      }
      return { cost, slope, matrix };
    },
    bare: (row) => bare(stateAt(row)),
    dispose() {
      for (const pass of [likelihood, prior, jacobians]) pass?.dispose();
    },
  };
}

async function addGaussNewton(
  density: Density,
  elements: Elements,
  jacobians: Pass,
  state: StateArrays,
  matrix: Float64Array,
): Promise<void> {
  const network = elements.parts.filter(({ site }) => !isLatent(site));
  // Places in the matrix of whole sites, and in that of the elements that vary.
  let start = 0;
  const places: (readonly [whole: number, row: number])[] = [];
  for (const { site, kept, offset } of network) {
    for (const [i, place] of kept.entries()) places.push([start + place, offset + i]);
    start += state[site.path]!.data.length;
  }
  const specs = denseMatrix(
    density,
    network.map(({ site }) => site),
    1,
  ).state;
  for (let c = 0; c < outputsOf(density); c++) {
    const found = await jacobians.average(readBy({ ...state, ...unitState(outputSpec(density), c) }, specs));
    for (const [a, i] of places) {
      for (const [b, j] of places) matrix[i * elements.count + j]! += found.matrix![a * start + b]!;
    }
  }
}

function addRow(
  elements: Elements,
  matrix: Float64Array,
  i: number,
  arrayOf: (site: CheckedSite) => ArrayLike<number>,
): void {
  gathered(elements, arrayOf).forEach((value, j) => void (matrix[i * elements.count + j]! += value));
}

/** The row of a latent, and its part of the columns of network parameters, whose own rows do not have it. */
function addLatentRow(
  elements: Elements,
  matrix: Float64Array,
  i: number,
  arrayOf: (site: CheckedSite) => ArrayLike<number>,
): void {
  addRow(elements, matrix, i, arrayOf);
  for (const { site, kept, offset } of elements.parts) {
    if (isLatent(site)) continue;
    const data = arrayOf(site);
    kept.forEach((place, k) => void (matrix[(offset + k) * elements.count + i]! += data[place]!));
  }
}

/**
 * Newton's steps from `start`, each halved until it gains what its slope promises (Nocedal & Wright 2006, algorithm 3.2, with a
 * multiple of the identity where the curvature is not positive). It ends where a step promises less than `gain` nats.
 */
export async function newton(
  curvature: FullCurvature,
  start: Float64Array,
  steps: number,
  gain: number,
): Promise<{ readonly row: Float64Array; readonly curved: Curved }> {
  let row = start;
  let curved = await curvature.at(row);
  for (let step = 0; step < steps; step++) {
    const direction = solvedWithShift(curved);
    const promised = direction.reduce((sum, d, i) => sum + d * curved.slope[i]!, 0);
    if (!(promised > gain)) break;
    const next = await descended(curvature, row, curved.cost, direction, promised);
    if (next === null) break;
    row = next;
    curved = await curvature.at(row);
  }
  return { row, curved };
}

async function descended(
  curvature: FullCurvature,
  row: Float64Array,
  cost: number,
  direction: Float64Array,
  promised: number,
): Promise<Float64Array | null> {
  for (let share = 1; share > 1e-6; share /= 2) {
    const moved = row.map((v, i) => v - share * direction[i]!);
    if ((await curvature.bare(moved)).cost <= cost - 1e-4 * share * promised) return moved;
  }
  return null;
}

function solvedWithShift({ matrix, slope }: Curved): Float64Array {
  const n = slope.length;
  const largest = slope.reduce((most, _, i) => Math.max(most, Math.abs(matrix[i * n + i]!)), 1e-12);
  for (let shift = 0; ; shift = shift === 0 ? 1e-6 * largest : 10 * shift) {
    const shifted = matrix.slice();
    for (let i = 0; i < n; i++) shifted[i * n + i]! += shift;
    const L = cholesky(shifted, n);
    if (typeof L !== 'number') return solved(L, slope);
    if (!Number.isFinite(shift)) throw new Error('internal: a curvature that is not finite');
  }
}

/** x with L L' x = y. */
function solved(L: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  const x = y.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i * n + k]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k * n + i]! * x[k]!;
    x[i]! /= L[i * n + i]!;
  }
  return x;
}
