/** Where an inference left the `param`s of its model: values in their ranges, of a plate how many there are and between which numbers. */
import type { CheckedModel } from '../language/check/checked.ts';
import { isParam, valueOfParam } from '../model/params.ts';
import type { Posterior } from '../model/posterior.ts';

export interface ParamSummary {
  readonly name: string;
  /** 1 without a plate; else of how many groups mean, least and greatest are. */
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/** One for each site of a `param`, in the order of the model. Of several networks, which have a value each, the mean. */
export function summariseParams(model: CheckedModel, posterior: Posterior): readonly ParamSummary[] {
  return model.sites.filter(isParam).map(({ path, param }) => {
    const site = posterior.sites.find((s) => s.path === path);
    if (site === undefined) throw new Error(`internal: the posterior has no ${path}`);
    const members = site.family === 'Particles' ? site.particles : [site.mean];
    const values = Array.from(site.mean, (_, i) => {
      const sum = members.reduce((total, member) => total + valueOfParam(param, member[i]!), 0);
      return sum / members.length;
    });
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const [least, greatest] = values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [mean, mean]);
    return { name: path, count: values.length, mean, least: least!, greatest: greatest! };
  });
}
