/**
 * Products of the exact Hessian with a vector, by differentiating twice (Pearlmutter 1994): H v is the gradient of (gradient . v).
 * One program for the likelihood, which is run over the rows, and one for the prior of the real numbers, Jacobians included.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { StepProgram } from '../../graph/program.ts';
import { dependsOn, gradients } from '../../graph/transforms/gradient.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { isLatent, latentValues } from '../../model/latents.ts';
import { StepProgramBuilder } from '../../model/step-program.ts';
import type { StateArrays } from '../engine.ts';
import { likelihoodAt, realsOf, siteSpec } from './point.ts';

/** State `SITE.probe`: the vector. Info `cost`, `SITE.slope`, `SITE.product`. */
const PROBE = '.probe';
export const probeName = (site: CheckedSite) => `${site.path}${PROBE}`;
export const slopeName = (site: CheckedSite) => `${site.path}.slope`;
export const productName = (site: CheckedSite) => `${site.path}.product`;

/** Probes that ask for nothing, for the sites of a state. */
export function zeroProbes({ sites }: Density, state: StateArrays): StateArrays {
  return Object.fromEntries(
    sites.map((site) => {
      const { type, data } = state[site.path]!;
      return [probeName(site), { type, data: new Float64Array(data.length) }];
    }),
  );
}

/** Of N / rows times the sum of -log likelihood, for vectors that move latents alone. */
export function likelihoodProducts(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const reals = realsOf(program, density);
  const cost = b.mul(b.sum(likelihoodAt(program, density, rows, reals).nll), density.rows / rows);
  writeProducts(program, density, reals, cost, density.sites.filter(isLatent));
  return program.finish();
}

/** Of minus the log prior, and the factors that count once. It reads no batch. */
export function priorProducts(density: Density): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const reals = realsOf(program, density);
  const latents = latentValues(b, density, (site) => reals.get(site.path)!);
  const logs = density.sites.map((site) => density.logPrior(b, site, reals.get(site.path)!, latents));
  const once = density.logOnce(b, latents);
  const cost = b.neg([...logs, ...(once === null ? [] : [once])].reduce((sum, next) => b.add(sum, next)));
  writeProducts(program, density, reals, cost, density.sites);
  return program.finish();
}

function writeProducts(
  program: StepProgramBuilder,
  density: Density,
  reals: ReadonlyMap<string, Ref>,
  cost: Ref,
  probed: readonly CheckedSite[],
): void {
  const b = program.graph;
  const at = density.sites.map((site) => reals.get(site.path)!);
  const slopes = gradients(b, cost, at);
  program.info('cost', cost);
  density.sites.forEach((site, i) => {
    program.info(slopeName(site), slopes[i]!);
  });
  const along = probed.map((site) => {
    const slope = slopes[density.sites.indexOf(site)]!;
    return b.sum(b.mul(slope, program.state(siteSpec(site, PROBE))));
  });
  if (along.length === 0) return;
  const products = gradients(b, sumOf(b, along), at);
  density.sites.forEach((site, i) => {
    program.info(productName(site), products[i]!);
  });
}

function sumOf(b: GraphBuilder, parts: readonly Ref[]): Ref {
  return parts.reduce((sum, next) => b.add(sum, next));
}

/** The latents on which the likelihood itself depends, and not only the priors of others. */
export function latentsOfLikelihood(density: Density): readonly CheckedSite[] {
  const program = new StepProgramBuilder();
  const reals = realsOf(program, density);
  const { nll } = likelihoodAt(program, density, 1, reals);
  return density.sites.filter((s) => isLatent(s) && dependsOn(program.graph, nll, reals.get(s.path)!));
}
