/**
 * Moments of the iterates of a training, taken down between steps (Maddox et al. 2019, section 3). With the n-th iterate w:
 *   mean <- mean + (w - mean) / n,   variance <- (1 - 1 / n) (variance + (w - mean before)^2 / n),
 * which is mean(w^2) - mean(w)^2 without the difference of two large numbers (Welford 1962), and never below 0; the last K
 * deviations w - mean are the columns, the newest one last.
 */
import { f32, type HostArray, realArray, type Shape, sizeOf } from '../base/host-array.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import type { LowRankPart } from '../model/low-rank.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import type { StateArrays } from './engine.ts';

/** A tensor that is watched: the iterate of a site, or of all its members along a leading axis. */
export interface Watched {
  readonly site: string;
  readonly iterate: StateSpec;
}

/** How many iterates were taken down: a scalar of the state. */
const COUNT: StateSpec = { name: 'iterates.count', type: f32([]), follows: null };

function specsOf({ site, iterate }: Watched, rank: number) {
  const spec = (name: string, axes: Shape): StateSpec => ({
    name: `${site}.iterates.${name}`,
    type: f32([...axes, ...iterate.type.shape]),
    follows: site,
  });
  return {
    mean: spec('mean', []),
    variance: spec('variance', []),
    columns: rank === 0 ? null : spec('columns', [rank]),
  };
}

/** The tensors that the moments need beside the watched ones. */
export function iterateState(watched: readonly Watched[], rank: number): readonly StateSpec[] {
  const tensors = watched.flatMap((w) => {
    const { mean, variance, columns } = specsOf(w, rank);
    return columns === null ? [mean, variance] : [mean, variance, columns];
  });
  return [COUNT, ...tensors];
}

export function emptyIterates(watched: readonly Watched[], rank: number): StateArrays {
  const specs = iterateState(watched, rank);
  return Object.fromEntries(specs.map(({ name, type }): [string, HostArray] => [name, realArray(type.shape)]));
}

/** Takes down the iterate that the state holds. */
export function collectProgram(watched: readonly Watched[], rank: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const count = b.add(program.state(COUNT), 1);
  const share = b.reciprocal(count);
  const kept = b.sub(1, share);
  program.setState(COUNT.name, count);
  for (const one of watched) {
    const specs = specsOf(one, rank);
    const iterate = program.state(one.iterate);
    const before = program.state(specs.mean);
    const step = b.sub(iterate, before);
    const mean = b.add(before, b.mul(step, share));
    const spread = b.add(program.state(specs.variance), b.mul(b.square(step), share));
    program.setState(specs.mean.name, mean);
    program.setState(specs.variance.name, b.mul(spread, kept));
    if (specs.columns === null) continue;
    const newest = b.reshape(b.sub(iterate, mean), [1, ...one.iterate.type.shape]);
    const columns = program.state(specs.columns);
    const { shape } = specs.columns.type;
    const start = [1, ...shape.slice(1).map(() => 0)];
    const others = rank === 1 ? [] : [b.slice(columns, start, [rank - 1, ...shape.slice(1)])];
    program.setState(specs.columns.name, b.concat([...others, newest], 0));
  }
  return program.finish();
}

/**
 * The normal of each member, its covariance `scale` times that of the iterates: their variances for each element, and their
 * columns over n - 1, n being how many there are. Null before the first iterate was taken down.
 */
export function partsOf(
  watched: Watched,
  members: number,
  rank: number,
  scale: number | null,
  state: StateArrays,
): readonly LowRankPart[] | null {
  const count = state[COUNT.name]!.data[0]!;
  if (count === 0) return null;
  const specs = specsOf(watched, rank);
  const columns = Math.min(count, rank);
  const halved = scale ?? (columns > 1 ? 0.5 : 1);
  const size = sizeOf(watched.iterate.type.shape) / members;
  const read = ({ name }: StateSpec, at: number) =>
    Float32Array.from(state[name]!.data.slice(at * size, (at + 1) * size));
  return Array.from({ length: members }, (_, member) => ({
    mean: read(specs.mean, member),
    own: read(specs.variance, member).map((v) => Math.sqrt(halved * v)),
    columns: Array.from({ length: columns > 1 ? columns : 0 }, (_, k) => {
      const column = read(specs.columns!, (rank - columns + k) * members + member);
      return column.map((v) => v * Math.sqrt(halved / (columns - 1)));
    }),
  }));
}
