/** The export formats. A new one: one file here, one line below. */
import { registry } from '../../base/registry.ts';
import { meanWeights } from '../../model/posterior.ts';
import type { Exporter } from './exporter.ts';
import { writeSafetensors } from './safetensors.ts';

const safetensors: Exporter = {
  name: 'safetensors',
  doc: 'the weights at the posterior mean, pruned ones as zeros, under the names of the program',
  file: 'exports/weights.safetensors',
  write: (model, posterior) =>
    writeSafetensors({
      tensors: new Map(Object.entries(meanWeights(posterior))),
      metadata: { format: 'bprune-weights-1', network: model.network.name },
    }),
};

export const exporters = registry<Exporter>([safetensors]);
