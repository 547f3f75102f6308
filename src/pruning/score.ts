/**
 * Step programs that look at the posterior of some sites: state `mean/PATH`, `sd/PATH`, `inclusion/PATH`, nothing else. They give a score
 * or a decision for each element and change no state.
 */
import type { Expr } from '../base/expr.ts';
import { f32, type Shape, sameShape } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import type { Posterior, SiteValues } from '../model/posterior.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import type { Criterion, PosteriorView } from './criterion.ts';
import { lowerStatistics } from './formula.ts';

export interface ScoredSite {
  readonly path: string;
  readonly shape: Shape;
}

/** Info `score/CRITERION/PATH`, of the site's shape. */
export function scoreProgram(sites: readonly ScoredSite[], wanted: readonly Criterion[]): StepProgram {
  return programOver(sites, (program, site, view) => {
    for (const criterion of wanted) {
      const score = criterion.score(program.graph, view);
      program.info(
        `score/${criterion.name}/${site.path}`,
        program.graph.label(score, `${criterion.name} of ${site.path}`),
      );
    }
  });
}

/** Info `remove/PATH`, true where `predicate` holds: a closed expression over criteria and statistics. */
export function predicateProgram(sites: readonly ScoredSite[], predicate: Expr): StepProgram {
  return programOver(sites, (program, site, view) => {
    program.info(`remove/${site.path}`, decision(program.graph, site, view, predicate));
  });
}

/** The state that both kinds of program read, from the posterior. */
export function scoreState(
  posterior: Posterior,
  sites: readonly string[],
  inclusion: (path: string) => Float32Array | null = () => null,
): SiteValues {
  const named = posterior.sites.filter((site) => sites.includes(site.path));
  return Object.fromEntries(
    named.flatMap(({ path, shape, mean, sd }) => [
      [`mean/${path}`, { type: f32(shape), data: mean }],
      [`sd/${path}`, { type: f32(shape), data: sd }],
      [`inclusion/${path}`, { type: f32(shape), data: inclusion(path) ?? new Float32Array(mean.length).fill(1) }],
    ]),
  );
}

function programOver(
  sites: readonly ScoredSite[],
  body: (program: StepProgramBuilder, site: ScoredSite, view: PosteriorView) => void,
): StepProgram {
  const program = new StepProgramBuilder();
  for (const site of sites) {
    const { path, shape } = site;
    const mean = program.state({ name: `mean/${path}`, type: f32(shape), follows: path });
    const sd = program.state({ name: `sd/${path}`, type: f32(shape), follows: path });
    const inclusion = program.state({ name: `inclusion/${path}`, type: f32(shape), follows: path });
    body(program, site, { mean, sd, inclusion });
  }
  return program.finish();
}

function decision(b: GraphBuilder, site: ScoredSite, view: PosteriorView, predicate: Expr): Ref {
  const result = lowerStatistics(b, predicate, view, site.path);
  if (typeof result === 'number' || result.type.dtype !== 'bool') {
    throw new Error('internal: the predicate of a prune step is no truth value');
  }
  return sameShape(result.type.shape, site.shape) ? result : b.broadcast(result, site.shape);
}
