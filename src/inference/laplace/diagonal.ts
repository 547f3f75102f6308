/** The diagonal of the curvature of minus the log joint: Gauss-Newton of the network's parameters, exact of latents and priors. */
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { isLatent } from '../../model/latents.ts';
import { recordOf } from '../../model/likelihood.ts';
import type { OpenPass, StateArrays } from '../engine.ts';
import { readBy } from './elements.ts';
import { denseDiagonals, factoredLayers } from './factors.ts';
import { diagonalOf, outputSpec, outputsOf } from './gauss-newton.ts';
import {
  latentsOfLikelihood,
  likelihoodProducts,
  priorProducts,
  probeName,
  productName,
  zeroProbes,
} from './hessian.ts';
import { unitState } from './units.ts';

/** Numbers that the Jacobians of a batch may hold. */
const ROOM = 2 ** 23;

export type Diagonals = ReadonlyMap<string, Float64Array>;

/** Of the likelihood, by the paths of `sites`, which are parameters of the network. */
export async function likelihoodDiagonal(
  density: Density,
  sites: readonly CheckedSite[],
  state: StateArrays,
  exact: boolean,
  open: OpenPass,
): Promise<Diagonals> {
  const sums = new Map(sites.map(({ path }) => [path, new Float64Array(state[path]!.data.length)]));
  const once = factoredLayers(density).filter(
    ({ weight, layer }) => sites.includes(weight) && layer.inputShape.length === 1,
  );
  const inOnce = new Set(once.flatMap(({ weight, bias }) => [weight, bias]));
  const others = sites.filter((site) => !inOnce.has(site));
  const width = others.reduce((sum, { path }) => sum + state[path]!.data.length, 0);
  const rows = Math.max(1, Math.min(1000, Math.floor(ROOM / Math.max(1, width))));
  const passes = [
    { wanted: once.length > 0, rows: 1000, programOf: (n: number) => denseDiagonals(density, once, n) },
    { wanted: others.length > 0, rows, programOf: (n: number) => diagonalOf(density, others, n) },
  ];
  for (const { programOf, rows: size } of passes.filter(({ wanted }) => wanted)) {
    const pass = await open(programOf, { rows: size, exact });
    try {
      for (let c = 0; c < outputsOf(density); c++) {
        const unit = unitState(outputSpec(density), c);
        const found = await pass.average(readBy({ ...state, ...unit }, programOf(1).state));
        for (const [path, sum] of sums) found[`${path}.diagonal`]?.forEach((value, i) => void (sum[i]! += value));
      }
    } finally {
      pass.dispose();
    }
  }
  return sums;
}

/** Of the likelihood by the numbers of latents that it depends on, one number after the other; zeros for all others. */
export async function latentDiagonal(
  density: Density,
  state: StateArrays,
  exact: boolean,
  open: OpenPass,
): Promise<Diagonals> {
  const zeros = zeroProbes(density, state);
  const sums = new Map(
    density.sites.filter(isLatent).map((s) => [s.path, new Float64Array(zeros[probeName(s)]!.data)]),
  );
  const sites = latentsOfLikelihood(density);
  if (sites.length === 0) return sums;
  const specs = likelihoodProducts(density, 1).state;
  const pass = await open((n) => likelihoodProducts(density, n), { rows: 1000, exact });
  try {
    for (const site of sites) {
      const sum = sums.get(site.path)!;
      for (let i = 0; i < sum.length; i++) {
        const unit = unitState({ name: probeName(site), type: state[site.path]!.type, follows: null }, i);
        const found = await pass.average(readBy({ ...state, ...zeros, ...unit }, specs));
        sum[i] = found[productName(site)]![i]!;
      }
    }
  } finally {
    pass.dispose();
  }
  return sums;
}

/**
 * Of minus the log prior. Numbers of a site that have a density each are independent given the rest, so that one vector asks for
 * all of them; of those that share one, each vector has one number of every group or row.
 */
export async function priorDiagonal(density: Density, state: StateArrays, open: OpenPass): Promise<Diagonals> {
  const sums = new Map(density.sites.map((s) => [s.path, new Float64Array(state[s.path]!.data.length)]));
  const zeros = zeroProbes(density, state);
  const specs = priorProducts(density).state;
  const pass = await open(() => priorProducts(density), { rows: 1, exact: true });
  try {
    // Parameters given latents, then each latent by itself: what depends on what is never asked for at once.
    const together = [density.sites.filter((s) => !isLatent(s)), ...density.sites.filter(isLatent).map((s) => [s])];
    for (const sites of together) {
      const colours = Math.max(0, ...sites.map(coloursOf));
      for (let colour = 0; colour < colours; colour++) {
        const probes = Object.fromEntries(
          sites.map((s) => {
            const { type, data } = state[s.path]!;
            return [
              probeName(s),
              { type, data: Float64Array.from(data, (_, i) => (colourOf(s, i) === colour ? 1 : 0)) },
            ];
          }),
        );
        const found = await pass.average(readBy({ ...state, ...zeros, ...probes }, specs));
        for (const site of sites) {
          const sum = sums.get(site.path)!;
          sum.forEach((_, i) => void (colourOf(site, i) === colour && (sum[i] = found[productName(site)]![i]!)));
        }
      }
    }
  } finally {
    pass.dispose();
  }
  return sums;
}

/** Latents up to this size are asked for one number at a time, whatever depends on them. */
const FEW = 64;

function isOneByOne(site: CheckedSite): boolean {
  return isLatent(site) && site.shape.reduce((n, m) => n * m, 1) <= FEW;
}

function colourOf(site: CheckedSite, place: number): number {
  if (isOneByOne(site)) return place;
  const last = site.shape.at(-1) ?? 1;
  const { event } = recordOf(site.prior);
  if (event === 'element') return 0;
  return event === 'row' ? place % last : Math.floor(place / last);
}

function coloursOf(site: CheckedSite): number {
  const size = site.shape.reduce((n, m) => n * m, 1);
  return size === 0 ? 0 : Math.max(colourOf(site, size - 1), 0) + 1;
}
