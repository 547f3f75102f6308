/** A point in a graph whose curvature is asked for: real numbers of all sites and the statistics of layers, read from the state. */
import { f32 } from '../../base/host-array.ts';
import type { Ref } from '../../graph/builder.ts';
import type { StateSpec } from '../../graph/program.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import { batchOf } from '../../model/batch-values.ts';
import type { Density, WeightSource } from '../../model/density.ts';
import { latentValues } from '../../model/latents.ts';
import { storedStatistics } from '../../model/statistics.ts';
import type { StepProgramBuilder } from '../../model/step-program.ts';
import { drawnWeights } from '../../model/weights.ts';

export function siteSpec({ path, shape }: CheckedSite, suffix = ''): StateSpec {
  return { name: `${path}${suffix}`, type: f32(shape), follows: path };
}

/** State `fc1.weight`, ...: the real numbers of each site; masked ones are 0 there. */
export function realsOf(program: StepProgramBuilder, density: Density): ReadonlyMap<string, Ref> {
  return new Map(density.sites.map((site) => [site.path, program.state(siteSpec(site))]));
}

/** The network at the point for a batch, and of each row the negative log likelihood, factors of rows included; `around` may look at its linear maps. */
export function likelihoodAt(
  program: StepProgramBuilder,
  density: Density,
  rows: number,
  reals: ReadonlyMap<string, Ref>,
  around: (source: WeightSource) => WeightSource = (source) => source,
): { readonly output: Ref; readonly nll: Ref } {
  const b = program.graph;
  const batch = batchOf(program, density, rows);
  const specs = new Map(density.statistics.map(({ path, spec }) => [path, spec]));
  const stored = (path: string) => program.state({ name: path, type: f32(specs.get(path)!.shape), follows: null });
  const latents = latentValues(b, density, (site) => reals.get(site.path)!);
  const weights = around(drawnWeights((path) => reals.get(path)!));
  const network = density.forward(b, weights, batch.input, storedStatistics(stored), latents);
  return { output: network.output, nll: b.neg(density.logRows(b, network, batch, latents)) };
}
