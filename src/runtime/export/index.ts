/** The export formats. A new one: one file here, one line below. */

import type { HostArray } from '../../base/host-array.ts';
import { registry } from '../../base/registry.ts';
import { meanWeights, type Posterior } from '../../model/posterior.ts';
import type { Exporter } from './exporter.ts';
import { stackedParticles } from './posterior-file.ts';
import { writeSafetensors } from './safetensors.ts';

const safetensors: Exporter = {
  name: 'safetensors',
  doc: 'the weights at the posterior mean, pruned ones as zeros, under the names of the program; particles beside them',
  file: 'exports/weights.safetensors',
  write(model, posterior) {
    const network = withoutLatents(posterior);
    return writeSafetensors({
      tensors: new Map([...Object.entries(meanWeights(network)), ...particlesOf(network)]),
      metadata: { format: 'bprune-weights-1', network: model.network.name },
    });
  },
};

/** What is random beside the network's parameters is no part of the network. */
function withoutLatents(posterior: Posterior): Posterior {
  return { ...posterior, sites: posterior.sites.filter((s) => s.counts !== 'latent') };
}

/** `SITE.particles`, where the posterior is particles. */
function particlesOf(posterior: Posterior): [string, HostArray][] {
  return posterior.sites.flatMap((s) =>
    s.family === 'Particles' ? [[`${s.path}.particles`, stackedParticles(s.shape, s.particles)]] : [],
  );
}

export const exporters = registry<Exporter>([safetensors]);
