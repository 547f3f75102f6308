/** Running statistics of layers taken anew from training rows, for weights that no training step has seen. */
import { type HostArray, realArray } from '../../base/host-array.ts';
import type { Density } from '../../model/density.ts';
import type { SiteValues } from '../../model/posterior.ts';
import { passesOver } from '../pass.ts';
import type { RunContext } from './step.ts';

/** Rows of a batch whose moments are averaged. */
const ROWS = 1000;

export interface Measuring {
  /** The statistics at these weights, by path: averages over the batches, each by its rows. */
  measure(weights: SiteValues): Promise<Readonly<Record<string, HostArray>>>;
  dispose(): void;
}

/** Opens a session that measures the statistics of a network on the training rows. */
export async function openMeasuring(density: Density, context: RunContext): Promise<Measuring> {
  const pass = await passesOver(context)(density.measure, { rows: ROWS, exact: false });
  const sites = new Set(density.sites.map((s) => s.path));
  return {
    async measure(weights) {
      const found = await pass.average(Object.fromEntries(Object.entries(weights).filter(([path]) => sites.has(path))));
      return Object.fromEntries(
        density.statistics.map(({ path, spec }) => [path, realArray(spec.shape, Float32Array.from(found[path]!))]),
      );
    },
    dispose: pass.dispose,
  };
}
