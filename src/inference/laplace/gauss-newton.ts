/**
 * The generalised Gauss-Newton matrix of the network's parameters (Schraudolph 2002; Martens & Grosse 2015, section 2): the sum
 * over rows of J' L J, J being the Jacobian of the network's output and L the Hessian of -log likelihood by that output. It is the
 * Fisher information where the likelihood is an exponential family, and the exact Hessian where the network is linear.
 * With e_c the unit vectors of the output, J' L J = sum over c of (J' e_c)(J' L e_c)': one run for each output.
 */
import { f32, sizeOf } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { batch } from '../../graph/transforms/batch.ts';
import { gradients, pullback } from '../../graph/transforms/gradient.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import { batchIn, batchOf, namedBatch } from '../../model/batch-values.ts';
import type { Density } from '../../model/density.ts';
import { latentValues } from '../../model/latents.ts';
import { storedStatistics } from '../../model/statistics.ts';
import { StepProgramBuilder } from '../../model/step-program.ts';
import { drawnWeights } from '../../model/weights.ts';
import { realsOf } from './point.ts';

/** Which output: a unit vector. */
export function outputSpec(density: Density): StateSpec {
  return { name: 'output', type: f32(density.model.network.outputShape), follows: null };
}

/** The number of outputs, which is that of the runs. */
export function outputsOf(density: Density): number {
  return sizeOf(density.model.network.outputShape);
}

/** J' e and J' L e of a row, by site: `SITE.left` and `SITE.right`. */
type Sides = Readonly<Record<string, Ref>>;

/**
 * For a batch, `matrix`: the `[D, D]` part of one output, times N / rows, D being all numbers of `sites`, one site after the other.
 */
export function denseMatrix(density: Density, sites: readonly CheckedSite[], rows: number): StepProgram {
  return perRow(density, sites, rows, (b, sides) => {
    const flat = (side: string) =>
      b.concat(
        sites.map((s) => b.reshape(sides[`${s.path}.${side}`]!, [rows, sizeOf(s.shape)])),
        1,
      );
    return { matrix: b.matmul(flat('left'), flat('right'), { transposeA: true }) };
  });
}

/** For a batch, `SITE.diagonal`: the diagonal's part of one output, times N / rows. */
export function diagonalOf(density: Density, sites: readonly CheckedSite[], rows: number): StepProgram {
  return perRow(density, sites, rows, (b, sides) =>
    Object.fromEntries(
      sites.map(({ path }) => {
        const squares = b.mul(sides[`${path}.left`]!, sides[`${path}.right`]!);
        return [`${path}.diagonal`, b.sum(squares, [0])];
      }),
    ),
  );
}

function perRow(
  density: Density,
  sites: readonly CheckedSite[],
  rows: number,
  results: (b: GraphBuilder, sides: Sides) => Sides,
): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const reals = realsOf(program, density);
  const statistics = density.statistics.map(({ path, spec }): [string, Ref] => [
    path,
    program.state({ name: path, type: f32(spec.shape), follows: null }),
  ]);
  const batched = namedBatch(batchOf(program, density, rows));
  const shared = { ...Object.fromEntries([...reals, ...statistics]), output: program.state(outputSpec(density)) };
  const sides = batch(b, rows, { batched, shared }, (one, refs) =>
    sidesOf(one, density, sites, refs, Object.keys(batched)),
  );
  for (const [name, value] of Object.entries(results(b, sides))) {
    program.info(name, b.mul(value, density.rows / rows));
  }
  return program.finish();
}

/** One row: `refs` are the sites and statistics by path, the row's columns under `names`, and the unit vector of an output. */
function sidesOf(
  b: GraphBuilder,
  density: Density,
  sites: readonly CheckedSite[],
  refs: Readonly<Record<string, Ref>>,
  names: readonly string[],
): Sides {
  const alone = (x: Ref) => b.reshape(x, [1, ...x.type.shape]);
  const latents = latentValues(b, density, (site) => refs[site.path]!);
  const weights = drawnWeights((path) => refs[path]!);
  const pass = storedStatistics((path) => refs[path]!);
  const row = batchIn(Object.fromEntries(names.map((name) => [name, alone(refs[name]!)])));
  const network = density.forward(b, weights, row.input, pass, latents);
  const { output } = network;
  const nll = b.neg(b.sum(density.logRows(b, network, row, latents)));
  const at = sites.map((site) => refs[site.path]!);
  const unit = alone(refs.output!);
  const left = pullback(b, output, unit, at);
  const right = pullback(b, output, curvatureAlong(b, output, nll, unit), at);
  return Object.fromEntries(
    sites.flatMap(({ path }, i) => [
      [`${path}.left`, left[i]!],
      [`${path}.right`, right[i]!],
    ]),
  );
}

/** L e: the Hessian of `nll`, a sum over rows, by the outputs `[rows, ...]`, times a vector for each row. */
export function curvatureAlong(b: GraphBuilder, output: Ref, nll: Ref, vector: Ref): Ref {
  const [slope] = gradients(b, nll, [output]);
  return gradients(b, b.sum(b.mul(slope!, vector)), [output])[0]!;
}
