/** Laplace's approximation without correlations between layers: each number by itself, or each layer by its Kronecker factors. */
import type { CheckedSite } from '../../language/check/checked.ts';
import { isLatent } from '../../model/latents.ts';
import { masked, type Posterior, type SitePosterior } from '../../model/posterior.ts';
import type { StateArrays } from '../engine.ts';
import { type Diagonals, latentDiagonal, likelihoodDiagonal, priorDiagonal } from './diagonal.ts';
import { readBy } from './elements.ts';
import {
  type FactoredLayer,
  factoredLayers,
  identitySpec,
  inputFactorName,
  inputFactors,
  outputFactorName,
  outputFactors,
} from './factors.ts';
import { outputSpec, outputsOf } from './gauss-newton.ts';
import { inputsOf, type LayerNormal, layerNormal } from './kronecker.ts';
import { notCurved } from './no-width.ts';
import { type LaplaceRequest, stateAt } from './request.ts';
import { unitState } from './units.ts';

/** Every number is normal by itself, given the others. */
export async function independent(request: LaplaceRequest): Promise<Posterior> {
  const { density, point, settings, open } = request;
  const state = stateAt(point);
  const network = density.sites.filter((site) => !isLatent(site));
  const found = [
    await likelihoodDiagonal(density, network, state, settings.exact, open),
    await latentDiagonal(density, state, settings.exact, open),
    await priorDiagonal(density, state, open),
  ] as const;
  return { ...point, sites: point.sites.map((reached, i) => byItself(request, density.sites[i]!, reached, found)) };
}

/** Layers with a linear map by their factors; all other parameters, and latents, each number by itself. */
export async function factored(request: LaplaceRequest): Promise<Posterior> {
  const { density, point, settings, open } = request;
  const layers = factoredLayers(density);
  const inLayers = new Set(layers.flatMap(({ weight, bias }) => [weight.path, bias?.path]));
  const state = stateAt(point);
  const others = density.sites.filter((site) => !isLatent(site) && !inLayers.has(site.path));
  const found = [
    await likelihoodDiagonal(density, others, state, settings.exact, open),
    await latentDiagonal(density, state, settings.exact, open),
    await priorDiagonal(density, state, open),
  ] as const;
  const normals = await layerNormals(request, layers, state, found[2]);
  const sites = point.sites.map((reached, i): SitePosterior => {
    const site = density.sites[i]!;
    const layer = layers.find(({ weight, bias }) => weight === site || bias === site);
    return layer === undefined
      ? byItself(request, site, reached, found)
      : ofLayer(request, layer, normals.get(layer)!, site, reached);
  });
  return { ...point, sites };
}

function byItself(
  { density, masks }: LaplaceRequest,
  site: CheckedSite,
  reached: SitePosterior,
  [ofLikelihood, ofLatents, ofPrior]: readonly [Diagonals, Diagonals, Diagonals],
): SitePosterior {
  const mask = masks.get(site.path);
  const at = (diagonals: Diagonals, k: number) => diagonals.get(site.path)?.[k] ?? 0;
  const sd = reached.mean.map((_, k) => {
    if (mask?.[k] === 0) return 0;
    const prior = at(ofPrior, k);
    // Where a prior of weights is hollow, such as a mixture between its parts, it adds nothing.
    const precision = at(ofLikelihood, k) + at(ofLatents, k) + (isLatent(site) ? prior : Math.max(0, prior));
    if (!(precision > 0)) throw notCurved(density, site, k);
    return 1 / Math.sqrt(precision);
  });
  const { path, layer, counts, shape, mean } = reached;
  const whole: SitePosterior = { path, layer, counts, shape, mean, sd, family: 'Normal', mask: null };
  return mask === undefined ? whole : masked(whole, mask);
}

function ofLayer(
  { masks }: LaplaceRequest,
  { layer, weight, inputs, outputs }: FactoredLayer,
  normal: LayerNormal,
  site: CheckedSite,
  reached: SitePosterior,
): SitePosterior {
  const range = site === weight ? ([0, inputs] as const) : ([inputs, inputs + 1] as const);
  const { part, sd } = inputsOf(normal, range, outputs, layer.path);
  const { path, counts, shape, mean } = reached;
  const whole: SitePosterior = {
    path,
    layer: reached.layer,
    counts,
    shape,
    mean,
    sd,
    family: 'KroneckerNormal',
    part,
    mask: null,
  };
  const mask = masks.get(path);
  return mask === undefined ? whole : masked(whole, mask);
}

/** Numbers that the windows of a batch may hold. */
const ROOM = 2 ** 24;

async function layerNormals(
  { density, masks, settings, open }: LaplaceRequest,
  layers: readonly FactoredLayer[],
  state: StateArrays,
  prior: Diagonals,
): Promise<ReadonlyMap<FactoredLayer, LayerNormal>> {
  const widest = Math.max(1, ...layers.map(({ places, inputs, outputs }) => places * (inputs + outputs)));
  const options = { rows: Math.max(1, Math.min(1000, Math.floor(ROOM / widest))), exact: settings.exact };
  const sums: Record<string, Float64Array> = {};
  const passes = [
    { programOf: (n: number) => inputFactors(density, layers, n), runs: [identities(layers)] },
    {
      programOf: (n: number) => outputFactors(density, layers, n),
      runs: Array.from({ length: outputsOf(density) }, (_, c) => unitState(outputSpec(density), c)),
    },
  ];
  for (const { programOf, runs } of layers.length === 0 ? [] : passes) {
    const pass = await open(programOf, options);
    try {
      for (const run of runs) {
        const found = await pass.average(readBy({ ...state, ...run }, programOf(1).state));
        for (const [name, values] of Object.entries(found)) {
          const sum = sums[name];
          sums[name] = sum === undefined ? values : sum.map((v, i) => v + values[i]!);
        }
      }
    } finally {
      pass.dispose();
    }
  }
  return new Map(
    layers.map((layer) => {
      const { weight, bias, inputs, outputs, places } = layer;
      const joined = <T extends Float64Array | Uint8Array>(all: T, of: (site: CheckedSite) => ArrayLike<number>) => {
        all.set(of(weight));
        if (bias !== null) all.set(of(bias), inputs * outputs);
        return all;
      };
      const K = inputs + (bias === null ? 0 : 1);
      const normal = layerNormal({
        inputs: K,
        outputs,
        ofInputs: sums[inputFactorName(layer)]!,
        ofOutputs: sums[outputFactorName(layer)]!.map((v) => v / (density.rows * places)),
        prior: joined(new Float64Array(K * outputs), (site) => prior.get(site.path)!),
        kept: joined(
          new Uint8Array(K * outputs),
          (site) => masks.get(site.path) ?? new Uint8Array(state[site.path]!.data.length).fill(1),
        ),
      });
      if (normal.kind === 'normal') return [layer, normal];
      const place = normal.input * outputs + normal.output;
      throw normal.input < inputs ? notCurved(density, weight, place) : notCurved(density, bias!, normal.output);
    }),
  );
}

/** Of convolutions alone; what is not read is left out. */
function identities(layers: readonly FactoredLayer[]): StateArrays {
  return Object.fromEntries(
    layers.map((layer) => {
      const { name, type } = identitySpec(layer);
      const { inputs } = layer;
      return [
        name,
        { type, data: Float64Array.from({ length: inputs ** 2 }, (_, i) => (i % (inputs + 1) === 0 ? 1 : 0)) },
      ];
    }),
  );
}
