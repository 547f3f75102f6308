/** A posterior as a file: `SITE.mean`, `SITE.sd` (Normal only) and `SITE.mask` (where something was pruned). */
import { f32, type HostArray } from '../../base/host-array.ts';
import type { Posterior } from '../../model/posterior.ts';
import { writeSafetensors } from './safetensors.ts';

export function posteriorFile(posterior: Posterior): Uint8Array {
  const tensors = new Map<string, HostArray>();
  for (const site of posterior.sites) {
    tensors.set(`${site.path}.mean`, { type: f32(site.shape), data: site.mean });
    if (site.family === 'Normal') tensors.set(`${site.path}.sd`, { type: f32(site.shape), data: site.sd });
    if (site.mask !== null)
      tensors.set(`${site.path}.mask`, { type: { dtype: 'bool', shape: site.shape }, data: site.mask });
  }
  const families = Object.fromEntries(posterior.sites.map((s) => [`family:${s.path}`, s.family]));
  return writeSafetensors({ tensors, metadata: { format: 'bprune-posterior-1', ...families } });
}
