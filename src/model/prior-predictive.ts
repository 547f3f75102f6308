/**
 * One draw of a whole model as a program: all sites from their priors, latents first, then what the likelihood is given for the
 * inputs of a batch. All randomness of the sites is declared noise; with an observed column that a graph can draw, its own too.
 */
import { type Shape, sameShape } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import type { CheckedDistribution, CheckedModel, CheckedSite } from '../language/check/checked.ts';
import { type Density, drawnBehindGates } from './density.ts';
import type { Noise, Term } from './distribution.ts';
import { isLatent, realNumbers } from './latents.ts';
import { likelihoodOf, recordOf } from './likelihood.ts';
import { storedStatistics } from './statistics.ts';
import { StepProgramBuilder } from './step-program.ts';

/** Info under `site/PATH`: the real numbers that stand for the site. */
export const SITE = 'site/';
/** Info under `argument/NAME`: what the likelihood is given, in the shape of the observed column, where only the host can draw it. */
export const ARGUMENT = 'argument/';

/** Why a model cannot be drawn from, in words that follow its prior. */
export interface Obstacle {
  readonly site: CheckedSite;
  readonly why: 'improper' | 'no_draw';
}

/** The sites whose priors have no draw; none where the whole model can be simulated. */
export function undrawable({ sites }: CheckedModel): readonly Obstacle[] {
  return sites.flatMap((site): Obstacle[] => {
    const parts = wholeOf(site.prior).map(recordOf);
    if (parts.some((record) => !record.proper)) return [{ site, why: 'improper' }];
    // The slab of a gated prior is what is drawn: a distribution of its own.
    const drawn = parts.every((record) => record.draw !== null || record.gated !== null);
    return drawn ? [] : [{ site, why: 'no_draw' }];
  });
}

/** A distribution and all that it is mixed of. */
function wholeOf(prior: CheckedDistribution): readonly CheckedDistribution[] {
  return [prior, ...prior.components.flatMap((c) => wholeOf(c.distribution))];
}

/**
 * State: none. Info: `site/PATH` for every site; of the observed column `drawn` `[rows, ...]`, or `probabilities` `[rows, classes]`,
 * or `argument/NAME` `[rows, ...]` for each argument of a likelihood that graphs cannot draw.
 */
export function priorPredictive(density: Density, rows: number): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const values = new Map<string, Ref>();
  const reals = new Map<string, Ref>();
  for (const site of density.sites) {
    const prior = density.prior(b, site, (path) => values.get(path)!);
    const own = prior.distribution.gated?.(prior).slab ?? prior;
    const value = drawn(b, own, site.shape, noiseUnder(program, site.path));
    if (isLatent(site)) values.set(site.path, value);
    reals.set(site.path, realNumbers(b, value, own));
  }
  for (const [path, real] of reals) program.info(`${SITE}${path}`, real);
  // The observed column is what is drawn here.
  const [input, , ...others] = density.batch(rows);
  const columns = Object.fromEntries([input, ...others].map((spec) => [spec.name, program.batch(spec)]));
  const { weights, latents } = drawnBehindGates(b, density, (path) => reals.get(path)!);
  const { output } = density.forward(b, weights, columns[input.name]!, storedStatistics(noStatistics), latents);
  const term = likelihoodOf(b, density.model, { output, columns }, latents);
  observedOf(program, density, term, rows);
  return program.finish();
}

function observedOf(program: StepProgramBuilder, { model }: Density, term: Term, rows: number): void {
  const b = program.graph;
  const { columnType, observed } = model.likelihood;
  const shape = [rows, ...(columnType.kind === 'class' ? [] : columnType.shape)];
  const { distribution } = term;
  if (distribution.support === 'class') {
    program.info('probabilities', distribution.likelihood!.parameters(b, term, rows).probabilities!);
    return;
  }
  if (distribution.draw !== null) {
    program.info('drawn', drawn(b, term, shape, noiseUnder(program, observed)));
    return;
  }
  for (const [name, value] of Object.entries(term.args)) program.info(`${ARGUMENT}${name}`, asShape(b, value, shape));
}

function drawn(b: GraphBuilder, term: Term, shape: Shape, noise: Noise): Ref {
  const { draw, name } = term.distribution;
  if (draw === null) throw new Error(`internal: ${name} has no draw`);
  return asShape(b, draw.emit(b, term, shape, noise), shape);
}

function asShape(b: GraphBuilder, value: Ref | number, shape: Shape): Ref {
  if (typeof value !== 'number' && sameShape(value.type.shape, shape)) return value;
  return b.add(b.full(shape, 0), value);
}

/** Arrays of their own, in the order in which a draw asks for them. */
function noiseUnder(program: StepProgramBuilder, path: string): Noise {
  let count = 0;
  return (kind, shape) => {
    const name = String(count);
    count += 1;
    return program.noise(`${path}.${name}`, [path, name], kind, shape);
  };
}

function noStatistics(path: string): Ref {
  throw new Error(`internal: ${path} is a statistic of training rows, which no prior gives`);
}
