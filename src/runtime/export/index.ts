/** The export formats. A new one: one file here, one line below. */

import type { HostArray } from '../../base/host-array.ts';
import { registry } from '../../base/registry.ts';
import type { CheckedModel } from '../../language/check/checked.ts';
import { meanWeights, type Posterior } from '../../model/posterior.ts';
import { inclusionOf } from '../../pruning/index.ts';
import type { Exporter } from './exporter.ts';
import { stackedParticles } from './posterior-file.ts';
import { writeSafetensors } from './safetensors.ts';

const safetensors: Exporter = {
  name: 'safetensors',
  doc: 'the weights at the posterior mean, pruned ones as zeros, under the names of the program; particles beside them',
  file: 'exports/weights.safetensors',
  write(model, posterior) {
    const network = behindGates(model, withoutLatents(posterior), posterior);
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

/** Means are of the weights, which are 0 where their gate is closed. */
function behindGates(model: CheckedModel, network: Posterior, posterior: Posterior): Posterior {
  const sites = network.sites.map((site) => {
    const inclusion = inclusionOf(model, posterior, site.path);
    return { ...site, mean: site.mean.map((m, i) => m * inclusion[i]!) };
  });
  return { ...network, sites };
}

/** `SITE.particles`, where the posterior is particles. */
function particlesOf(posterior: Posterior): [string, HostArray][] {
  return posterior.sites.flatMap((s) =>
    s.family === 'Particles' ? [[`${s.path}.particles`, stackedParticles(s.shape, s.particles)]] : [],
  );
}

export const exporters = registry<Exporter>([safetensors]);
