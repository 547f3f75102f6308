/**
 * The frozen conventions of what is counted (language manual, "Accounting"): weights count, biases are counted apart,
 * compression = all weights / kept weights, flops = 2 x multiply-adds of the kept weights.
 */
import { sizeOf } from '../base/host-array.ts';
import type { CheckedModel } from '../language/check/checked.ts';
import type { Posterior, SitePosterior } from './posterior.ts';

export interface Accounting {
  readonly weights: number;
  readonly keptWeights: number;
  readonly biases: number;
  readonly keptBiases: number;
  /** Multiply-adds for one row. */
  readonly multiplyAdds: number;
  readonly keptMultiplyAdds: number;
}

/** Counts the parameters of `model` that `posterior` keeps. Every weight of a layer takes part in equally many multiply-adds. */
export function account(model: CheckedModel, posterior: Posterior): Accounting {
  const sites = new Map(posterior.sites.map((s) => [s.path, s]));
  const total = { weights: 0, keptWeights: 0, biases: 0, keptBiases: 0, multiplyAdds: 0, keptMultiplyAdds: 0 };
  for (const layer of model.network.layers) {
    let weights = 0;
    let keptWeights = 0;
    for (const parameter of layer.parameters) {
      const size = sizeOf(parameter.shape);
      const kept = keptOf(sites.get(`${layer.path}.${parameter.role}`), size);
      if (parameter.counts === 'bias') {
        total.biases += size;
        total.keptBiases += kept;
      } else {
        weights += size;
        keptWeights += kept;
      }
    }
    total.weights += weights;
    total.keptWeights += keptWeights;
    total.multiplyAdds += layer.multiplyAdds;
    total.keptMultiplyAdds += weights === 0 ? layer.multiplyAdds : (layer.multiplyAdds * keptWeights) / weights;
  }
  return total;
}

function keptOf(site: SitePosterior | undefined, size: number): number {
  if (site?.mask == null) return size;
  let kept = 0;
  for (const bit of site.mask) kept += bit;
  return kept;
}
