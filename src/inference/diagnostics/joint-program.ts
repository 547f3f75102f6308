/**
 * The log joint density at one draw of all sites, as a function: state `fc1.weight`, statistics as they are stored. Over the batches
 * of the data, the log likelihood and its gradients add up; the log prior and its gradients are those of one batch. Factors
 * of rows are counted with the likelihood, the others with the prior.
 */
import { f32 } from '../../base/host-array.ts';
import type { Ref } from '../../graph/builder.ts';
import type { StepProgram } from '../../graph/program.ts';
import { gradients } from '../../graph/transforms/gradient.ts';
import { batchOf } from '../../model/batch-values.ts';
import { type Density, drawnBehindGates } from '../../model/density.ts';
import { storedStatistics } from '../../model/statistics.ts';
import { StepProgramBuilder } from '../../model/step-program.ts';

/** Info `log_likelihood` `[rows]` and `log_prior`; with `scores` the gradients `likelihood/SITE` and `prior/SITE`. */
export function jointProgram(density: Density, rows: number, scores: boolean): StepProgram {
  const program = new StepProgramBuilder();
  const b = program.graph;
  const values = new Map<string, Ref>();
  for (const { path, shape } of density.sites) {
    values.set(path, program.state({ name: path, type: f32(shape), follows: path }));
  }
  for (const { path, spec } of density.statistics) {
    values.set(path, program.state({ name: path, type: f32(spec.shape), follows: null }));
  }
  const valueAt = (path: string) => values.get(path)!;
  const batch = batchOf(program, density, rows);
  const { weights, latents } = drawnBehindGates(b, density, valueAt);
  const network = density.forward(b, weights, batch.input, storedStatistics(valueAt), latents);
  const logLikelihood = density.logRows(b, network, batch, latents);
  const once = density.logOnce(b, latents);
  const logPrior = density.sites
    .map((site) => density.logPrior(b, site, valueAt(site.path), latents))
    .concat(once === null ? [] : [once])
    .reduce((sum, next) => b.add(sum, next));
  program.info('log_likelihood', logLikelihood);
  program.info('log_prior', logPrior);
  if (!scores) return program.finish();
  const sites = density.sites.map((site) => valueAt(site.path));
  for (const [name, value] of [
    ['likelihood', b.sum(logLikelihood)],
    ['prior', logPrior],
  ] as const) {
    gradients(b, value, sites).forEach((gradient, i) => {
      program.info(`${name}/${density.sites[i]!.path}`, gradient);
    });
  }
  return program.finish();
}
