/**
 * What `sgvb` and `map` have in common: guides whose parameters follow the gradient of
 * loss / N = -(mean log likelihood of a row) + weight / N * KL, so that learning rates mean what they mean for a mean loss.
 * State: `SITE.mean`, `SITE.log_variance`, the optimizer's `SITE.mean.SLOT`, `SITE.mask` where something was pruned, and the
 * running statistics of layers under their own paths. The step itself is in `variational-step.ts`.
 */
import { type HostArray, realArray, sameShape, sizeOf } from '../base/host-array.ts';
import { initialKey } from '../base/streams.ts';
import type { StateSpec } from '../graph/program.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { expressedArray } from '../model/guide-expressions.ts';
import type { PointSpace } from '../model/kl.ts';
import { isLatent } from '../model/latents.ts';
import { isParam } from '../model/params.ts';
import { masked, type Posterior, type SitePosterior } from '../model/posterior.ts';
import { startStatistic } from '../model/statistics.ts';
import { averagedState, averageScalars, averageState, initialAverages } from './averaging.ts';
import type { EngineProgram, EngineRequest, StateArrays } from './engine.ts';
import { expr, variable } from './expressions.ts';
import { gateScalars, gateState } from './gated-pass.ts';
import { maskIn } from './pruned-state.ts';
import {
  type GuidedSite,
  maskSpec,
  parameterName,
  parameterSpec,
  type Setup,
  setupOf,
  slotSuffix,
  statisticsState,
} from './variational-setup.ts';
import { variationalStep } from './variational-step.ts';

/** Builds the program of an engine whose divergence is multiplied by the schedule called `weight`. */
export function buildVariational(
  request: EngineRequest,
  weight: string,
  space: PointSpace = 'constrained',
): EngineProgram {
  const setup = setupOf(request, weight, space);
  const averaged = averagedSpecs(setup);
  return {
    kind: 'engine-program',
    state: [
      ...setup.sites.flatMap((guided) => stateOf(setup, guided)),
      ...statisticsState(setup),
      ...gateState(setup),
      ...averageState(setup.decay, averaged),
    ],
    initial(key, from) {
      const earlier = new Map((from?.sites ?? []).map((s) => [s.path, s]));
      const sites = setup.sites.flatMap((guided) => {
        const site = guided.site.path;
        const before = earlier.get(site) ?? earlier.get(meantBy(setup, guided.site) ?? '');
        return initialState(setup, guided, initialKey(key, site), fitting(before, guided.site));
      });
      const statistics = request.density.statistics.map((statistic): [string, HostArray] => {
        const start = startStatistic(statistic, 1, from?.statistics ?? []);
        return [statistic.path, realArray(statistic.spec.shape, start)];
      });
      const remembered = gateState(setup).map(({ name }): [string, HostArray] => [name, realArray([])]);
      const start = Object.fromEntries([...sites, ...statistics, ...remembered]);
      return { ...start, ...initialAverages(setup.decay, averaged, start) };
    },
    step: (rows, options) => variationalStep(setup, rows, options ?? { values: true }),
    scalars: {
      ...setup.optimizers.scalars,
      [weight]: request.schedules[weight] ?? expr(1),
      ...(request.schedules.objective === undefined ? {} : { epoch: variable('epoch'), step: variable('step') }),
      ...gateScalars(setup),
      ...averageScalars(setup.decay),
    },
    valueName: (site) => `${site}.mean`,
    posterior: (state) => posteriorAt(setup, averagedState(setup.decay, state)),
  };
}

/** As `buildVariational`, of points alone, whatever the guides are. */
export function buildPoint(request: EngineRequest, space: PointSpace): EngineProgram {
  const point = (site: string) => ({ site, family: 'Delta', args: { value: null }, estimator: null, span: null });
  const guide = request.density.sites.map((s) => point(s.path));
  return buildVariational({ ...request, guide }, 'prior_weight', space);
}

function posteriorAt({ sites, request }: Setup, state: StateArrays): Posterior {
  const statistics = request.density.statistics.map(({ path, spec }) => ({
    path,
    shape: spec.shape,
    draws: [Float32Array.from(state[path]!.data)],
  }));
  const params = request.density.sites.filter(isParam);
  return { kind: 'posterior', sites: sites.map((guided) => sitePosterior(guided, state, params)), statistics };
}

function stateOf(setup: Setup, guided: GuidedSite): StateSpec[] {
  const { site, learned, mask } = guided;
  const parameters = learned.map((p) => parameterSpec(guided, p));
  const { slots: kept } = setup.optimizers.of(site.path);
  const slots = learned.flatMap((p) => kept.map((slot) => parameterSpec(guided, p, slotSuffix(slot))));
  return [...parameters, ...slots, ...(mask === null ? [] : [maskSpec(site)])];
}

/** What a running mean follows: all parameters, and the statistics that go with them. */
function averagedSpecs(setup: Setup): readonly StateSpec[] {
  const parameters = setup.sites.flatMap((guided) => guided.learned.map((p) => parameterSpec(guided, p)));
  return [...parameters, ...statisticsState(setup)];
}

/** The site of which a `param` of the guide is the mean, number by number: it starts where that site was left. */
function meantBy({ sites }: Setup, { path, param, shape }: CheckedSite): string | null {
  if (param?.of !== 'guide' || Number.isFinite(param.low) || Number.isFinite(param.high)) return null;
  const meant = sites.find(({ site, guide }) => {
    const { mean, value } = guide.expressions ?? {};
    const expr = mean ?? value;
    return !isLatent(site) && sameShape(site.shape, shape) && expr?.kind === 'name' && expr.name === path;
  });
  return meant?.site.path ?? null;
}

/** An earlier posterior of the same shape, else null. */
function fitting(earlier: SitePosterior | undefined, site: CheckedSite): SitePosterior | null {
  return earlier !== undefined && earlier.mean.length === sizeOf(site.shape) ? earlier : null;
}

function initialState(
  setup: Setup,
  guided: GuidedSite,
  key: ReturnType<typeof initialKey>,
  from: SitePosterior | null,
): [string, HostArray][] {
  const { site, guide, family, learned, mask } = guided;
  const arrays = family.initial(site, guide, key, from);
  const entries: [string, HostArray][] = [];
  for (const parameter of learned) {
    const { name, type } = parameterSpec(guided, parameter);
    const values = arrays[parameter]!;
    // Slots begin at 0 and masked gradients are 0, so a mean that begins at 0 under the mask stays 0.
    const start = parameter === 'mean' && mask !== null ? values.map((v, i) => (mask[i] === 0 ? 0 : v)) : values;
    entries.push([name, realArray(type.shape, start)]);
    for (const slot of setup.optimizers.of(site.path).slots)
      entries.push([`${name}${slotSuffix(slot)}`, realArray(type.shape)]);
  }
  if (mask !== null) entries.push([maskSpec(site).name, realArray(site.shape, Float32Array.from(mask))]);
  return entries;
}

/** `params`: of the model and of the guide. */
function sitePosterior(guided: GuidedSite, state: StateArrays, params: readonly CheckedSite[]): SitePosterior {
  const { site, family, guide } = guided;
  const realsOf = (path: string) => state[`${path}.mean`]!.data;
  const arrays = Object.fromEntries(
    family.parameters.map((p) => {
      const made = expressedArray(guided, p, params, realsOf);
      return [p, made ?? Float32Array.from(state[parameterName(site, p)]!.data)];
    }),
  );
  const { mean, sd } = family.moments(arrays, site, guide);
  const { path, layer, shape, parameter } = site;
  const base = { path, layer, counts: parameter.counts, shape, mean, sd, mask: null };
  const whole = (): SitePosterior => {
    const { name } = family;
    if (name === 'LowRankNormal') return { ...base, family: name, parts: family.parts!(arrays) };
    if (name === 'TruncatedLogNormal' || name === 'HardConcrete')
      return { ...base, family: name, values: family.values!(arrays, site, guide) };
    return { ...base, family: name };
  };
  const mask = maskIn(state, path);
  return mask === null ? whole() : masked(whole(), mask);
}
