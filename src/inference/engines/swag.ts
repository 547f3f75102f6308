/**
 * SWAG (Maddox, Garipov, Izmailov, Vetrov & Wilson 2019, algorithm 1): `map` trains, its iterates are taken down every so often,
 * and the posterior is the normal of their moments. With K columns its covariance is half of the iterates' variances and half of
 * that of their last K deviations, D D' / (K - 1); `rank = 0` is SWAG-diagonal, and its mean that of SWA (Izmailov et al. 2018).
 * With several members it is MultiSWAG (Wilson & Izmailov 2020, section 4): a normal for each, all equally likely.
 * State: that of `map` or of `ensemble`, and `iterates.count`, `SITE.iterates.mean`, `.variance`, `.columns`.
 */
import { f32 } from '../../base/host-array.ts';
import type { Density } from '../../model/density.ts';
import { type LowRankPart, lowRankMoments } from '../../model/low-rank.ts';
import { masked, meanWeights, type Posterior, type SitePosterior } from '../../model/posterior.ts';
import type { Engine, EngineProgram, EngineRequest, OpenPass, StateArrays } from '../engine.ts';
import { collectProgram, emptyIterates, iterateState, partsOf, type Watched } from '../iterates.ts';
import { trainingOptions } from '../options.ts';
import { buildPoint } from '../variational.ts';
import { buildMembers, membersOption } from './ensemble.ts';
import { priorWeightOption } from './map.ts';

export const swag: Engine = {
  name: 'swag',
  doc: 'a normal from the iterates of a training: their mean, their variances, and their last deviations',
  guides: ['LowRankNormal'],
  posterior: 'the moments of its iterates',
  withoutParams: 'the moments of its iterates are a posterior, and what is not random has none',
  objective: {
    doc: 'minus the log joint density at one point',
    instead:
      'its loss is that of one iterate, and the spread of the iterates is that of their gradient noise: no divergence from the posterior is known or made small',
    weights: ['prior_weight'],
  },
  options: [
    ...trainingOptions,
    priorWeightOption,
    membersOption(1),
    {
      name: 'rank',
      type: { kind: 'integer', min: 0 },
      default: 20,
      required: false,
      doc: 'number K of deviations that are kept; 0: variances alone',
    },
    {
      name: 'scale',
      type: { kind: 'number', min: 0, exclusiveMin: true },
      default: null,
      required: false,
      doc: 'factor of the covariance; 0.5 when left out, and 1 of variances alone',
    },
    {
      name: 'collect_every',
      type: { kind: 'period' },
      default: 1,
      required: false,
      doc: 'how often an iterate is taken down',
    },
  ],
  build,
};

function build(request: EngineRequest): EngineProgram {
  const { density, options } = request;
  const members = Number(options.members ?? 1);
  const trained = members === 1 ? buildPoint(request, 'real') : buildMembers(request, members, 'real');
  const rank = Number(options.rank ?? 20);
  const scale = typeof options.scale === 'number' ? options.scale : null;
  const every = Number(options.collect_every ?? 1);
  const watched = density.sites.map(({ path, shape }): Watched => {
    const [name, axes] = members === 1 ? [`${path}.mean`, shape] : [`${path}.particles`, [members, ...shape]];
    return { site: path, iterate: { name, type: f32(axes), follows: path } };
  });
  const posterior = (state: StateArrays): Posterior => {
    const iterate = trained.posterior(state);
    const partsAt = (i: number) => partsOf(watched[i]!, members, rank, scale, state);
    return { ...iterate, sites: iterate.sites.map((site, i) => fromIterates(site, partsAt(i))) };
  };
  return {
    ...trained,
    state: [...trained.state, ...iterateState(watched, rank)],
    initial: (key, from) => ({ ...trained.initial(key, from), ...emptyIterates(watched, rank) }),
    collect: { due: (done) => done % every === 0, program: collectProgram(watched, rank) },
    posterior,
    ...(density.statistics.length === 0
      ? {}
      : { finish: (state, open) => withStatistics(density, posterior(state), open) }),
  };
}

/** Running statistics belong to the iterates of the training: those of the mean are taken anew from the rows (section 3.3). */
async function withStatistics(density: Density, posterior: Posterior, open: OpenPass): Promise<Posterior> {
  const pass = await open(density.measure, { rows: 1000, exact: false });
  try {
    const weights = meanWeights(posterior);
    const found = await pass.average(Object.fromEntries(density.sites.map(({ path }) => [path, weights[path]!])));
    const statistics = posterior.statistics.map((s) => ({ ...s, draws: [Float32Array.from(found[s.path]!)] }));
    return { ...posterior, statistics };
  } finally {
    pass.dispose();
  }
}

/** `parts` is null when the training stopped before an iterate was taken down: then what it had reached, without spread. */
function fromIterates(reached: SitePosterior, parts: readonly LowRankPart[] | null): SitePosterior {
  const { path, layer, counts, shape, mask } = reached;
  const points = reached.family === 'Particles' ? reached.particles : [reached.mean];
  const bare = points.map((mean): LowRankPart => ({ mean, own: new Float32Array(mean.length), columns: [] }));
  const [first, ...others] = parts ?? bare;
  const moments = lowRankMoments([first!, ...others]);
  const all = [first!, ...others];
  const site = { path, layer, counts, shape, ...moments, family: 'LowRankNormal', parts: all, mask: null } as const;
  return mask === null ? site : masked(site, mask);
}
