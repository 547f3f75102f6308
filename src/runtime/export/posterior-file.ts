/**
 * A posterior as a file: `SITE.mean`, `SITE.sd` (not for Delta), `SITE.particles` (`[P, ...shape]`), of SWAG `SITE.parts.mean`, `.own`
 * (`[M, ...shape]`) and `.columns` (`[M, K, ...shape]`), of a Kronecker-factored normal `SITE.kronecker.left`, `.scale` and `.right`, of a truncated log-normal or a hard concrete gate its arguments `SITE.values.NAME`, `SITE.mask` (where something was pruned), and statistics. Of latents the real numbers that
 * stand for them: logarithms of positive ones. Where draws predict by the tangent at the mean, the metadata say `predict: linearised`.
 */
import { f32, type HostArray, type Shape } from '../../base/host-array.ts';
import { lowRankArrays } from '../../model/low-rank.ts';
import { matrixNormalArrays } from '../../model/matrix-normal.ts';
import type { Posterior } from '../../model/posterior.ts';
import { meanStatistic } from '../../model/statistics.ts';
import { valueArrays } from '../../model/value-draws.ts';
import { writeSafetensors } from './safetensors.ts';

export function posteriorFile(posterior: Posterior): Uint8Array {
  const tensors = new Map<string, HostArray>();
  for (const site of posterior.sites) {
    tensors.set(`${site.path}.mean`, { type: f32(site.shape), data: site.mean });
    if (site.family !== 'Delta') tensors.set(`${site.path}.sd`, { type: f32(site.shape), data: site.sd });
    if (site.family === 'Particles')
      tensors.set(`${site.path}.particles`, stackedParticles(site.shape, site.particles));
    if (site.family === 'LowRankNormal')
      for (const [name, array] of lowRankArrays(site.path, site.shape, site.parts)) tensors.set(name, array);
    if (site.family === 'KroneckerNormal')
      for (const [name, array] of matrixNormalArrays(site.path, site.part)) tensors.set(name, array);
    if (site.family === 'TruncatedLogNormal' || site.family === 'HardConcrete')
      for (const [name, array] of valueArrays(site.path, site.shape, site.values)) tensors.set(name, array);
    if (site.mask !== null)
      tensors.set(`${site.path}.mask`, { type: { dtype: 'bool', shape: site.shape }, data: site.mask });
  }
  for (const statistic of posterior.statistics) {
    tensors.set(statistic.path, { type: f32(statistic.shape), data: meanStatistic(statistic) });
    if (statistic.draws.length > 1)
      tensors.set(`${statistic.path}.particles`, stackedParticles(statistic.shape, statistic.draws));
  }
  const families = Object.fromEntries(posterior.sites.map((s) => [`family:${s.path}`, s.family]));
  const chains = posterior.chains === undefined ? {} : { chains: String(posterior.chains) };
  const predict = posterior.linearised === true ? { predict: 'linearised' } : {};
  return writeSafetensors({ tensors, metadata: { format: 'bprune-posterior-1', ...chains, ...predict, ...families } });
}

/** All particles of a site in one tensor. */
export function stackedParticles(shape: Shape, particles: readonly Float32Array[]): HostArray {
  const size = particles[0]!.length;
  const data = new Float32Array(particles.length * size);
  particles.forEach((particle, i) => {
    data.set(particle, i * size);
  });
  return { type: f32([particles.length, ...shape]), data };
}
