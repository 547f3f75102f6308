/**
 * Predictions by the network's tangent at the posterior's mean w*: f(x, w*) + J(x) (w - w*) in the place of f(x, w) (Immer, Korzepa &
 * Bauer 2021, "Improving predictions of Bayesian neural nets via local linearization", eq. 9). A curvature of Gauss and Newton is that
 * of this linear model, so that draws of its normal belong to it; the network itself can be far from it where the normal is wide.
 * The likelihood sees the latents of the draw; what the network's own output takes from latents (scales of weights, gates) moves
 * along the tangent as the weights do. A draw costs one product with the Jacobian, which is never held.
 */
import { f32 } from '../base/host-array.ts';
import type { Ref } from '../graph/builder.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { pushforward } from '../graph/transforms/gradient.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { batchOf } from './batch-values.ts';
import { type Density, drawnBehindGates, writePrediction } from './density.ts';
import { latentValues } from './latents.ts';
import { meanWeights, type Posterior, type SiteValues } from './posterior.ts';
import { storedStatistics } from './statistics.ts';
import { StepProgramBuilder } from './step-program.ts';

/** How the draws of a posterior predict. */
export interface Predictor {
  /** A function of one draw, as `Density.predict`, and of the state in `fixed`. */
  program(rows: number): StepProgram;
  /** State that is the same for all draws. */
  readonly fixed: SiteValues;
}

/** By the network, or by its tangent where the posterior says so. */
export function predictorOf(density: Density, posterior: Posterior): Predictor {
  if (posterior.linearised !== true) return { program: density.predict, fixed: {} };
  const at = meanWeights(posterior);
  const fixed = density.sites.map((site) => [`${site.path}${POINT}`, at[site.path]!] as const);
  return { program: (rows) => linearisedPrediction(density, rows), fixed: Object.fromEntries(fixed) };
}

/** Where the tangent touches: state `fc1.weight.point`, real numbers as those of the draw in `fc1.weight`. */
const POINT = '.point';

function linearisedPrediction(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const values = statesOf(program, density.sites, '');
  const points = statesOf(program, density.sites, POINT);
  const statistics = new Map(
    density.statistics.map(({ path, spec }) => [
      path,
      program.state({ name: path, type: f32(spec.shape), follows: null }),
    ]),
  );
  const batch = batchOf(program, density, rows);
  const there = drawnBehindGates(b, density, (path) => points.get(path)!);
  const pass = storedStatistics((path) => statistics.get(path)!);
  const { output } = density.forward(b, there.weights, batch.input, pass, there.latents);
  const at = [...points.values()];
  const moves = [...values.values()].map((value, i) => b.sub(value, at[i]!));
  const moved = b.add(output, pushforward(b, output, at, moves));
  const latents = latentValues(b, density, (site) => values.get(site.path)!);
  writePrediction(program, density, moved, batch, latents);
  return program.finish();
}

function statesOf(
  program: StepProgramBuilder,
  sites: readonly CheckedSite[],
  suffix: string,
): ReadonlyMap<string, Ref> {
  const spec = ({ path, shape }: CheckedSite): StateSpec => ({
    name: `${path}${suffix}`,
    type: f32(shape),
    follows: path,
  });
  return new Map(sites.map((site) => [site.path, program.state(spec(site))]));
}
