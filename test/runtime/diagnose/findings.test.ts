/** What a diagnosis says of posteriors that are wrong in one known way. */
import { describe, expect, it } from 'vitest';
import { f32 } from '../../../src/base/host-array.ts';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal } from '../../../src/base/normal.ts';
import type { CheckedModel } from '../../../src/language/check/checked.ts';
import { chainFindings } from '../../../src/runtime/diagnose/chain-findings.ts';
import { siteFindings } from '../../../src/runtime/diagnose/site-findings.ts';
import { drawnValues, type StoredPosterior, type StoredSite } from '../../../src/runtime/diagnose/stored-posterior.ts';
import { classifier, distribution } from '../../helpers/models.ts';
import { siteOf } from '../../helpers/sites.ts';

const model = classifier([4, 5, 3]);

/** `fc1.weight` [4, 5] with a mean of 1 and a spread of 0.1, unless something else is said. */
function stored(parts: Partial<StoredSite> = {}): StoredSite {
  const mean = new Float32Array(20).fill(1);
  const sd = new Float32Array(20).fill(0.1);
  return {
    path: 'fc1.weight',
    family: 'Normal',
    shape: [4, 5],
    mean,
    sd,
    mask: null,
    part: null,
    draws: null,
    ...parts,
  };
}

const posterior = (...sites: StoredSite[]): StoredPosterior => ({ sites, statistics: {}, draws: 0, chains: null });
const kinds = (p: StoredPosterior) => siteFindings(p, model).map((f) => f.kind);

describe('sites', () => {
  it('say nothing where nothing is wrong', () => {
    expect(kinds(posterior(stored()))).toEqual([]);
    expect(kinds(posterior(stored({ family: 'Delta', sd: new Float32Array(20) })))).toEqual([]);
  });

  it('have collapsed to a point, or to their prior', () => {
    expect(kinds(posterior(stored({ sd: new Float32Array(20).fill(1e-8) })))).toEqual(['no_spread']);
    const still = { mean: new Float32Array(20).fill(0.01), sd: new Float32Array(20).fill(0.98) };
    expect(kinds(posterior(stored(still)))).toEqual(['prior_alone']);
    // One of twenty elements has learned something: 95 % have not. Two of twenty: not a collapse any more.
    const mean = still.mean.slice();
    mean[3] = 2;
    expect(kinds(posterior(stored({ ...still, mean })))).toEqual(['prior_alone']);
    mean[4] = 2;
    expect(kinds(posterior(stored({ ...still, mean })))).toEqual([]);
  });

  it('have not collapsed where they are no random variables', () => {
    const param = { of: 'model', start: 1, low: 0, high: 9, lowClosed: true, highClosed: true } as const;
    const sites = model.sites.map((site) => (site.path === 'fc1.weight' ? { ...site, param } : site));
    const same = stored({ family: 'Particles', sd: new Float32Array(20), draws: new Float32Array(60).fill(1) });
    const found = (of: CheckedModel) => siteFindings({ ...posterior(same), draws: 3 }, of).map((f) => f.kind);
    expect(found(model)).toEqual(['no_spread']);
    expect(found({ ...model, sites })).toEqual([]);
  });

  it('have dead units, or are dead whole', () => {
    const mask = Uint8Array.from({ length: 20 }, (_, i) => (i % 5 === 2 ? 0 : 1));
    const [dead] = siteFindings(posterior(stored({ mask })), model);
    expect(dead).toMatchObject({ kind: 'dead_units', warning: true, figures: { dead: 1, units: 5 } });
    expect(kinds(posterior(stored({ mask: new Uint8Array(20) })))).toEqual(['dead_layer']);
    expect(kinds(posterior(stored({ mask: Uint8Array.from({ length: 20 }, (_, i) => (i < 5 ? 0 : 1)) })))).toEqual([]);
  });
});

describe('gates', () => {
  const gated: CheckedModel = {
    ...model,
    sites: [
      ...model.sites,
      siteOf([4], distribution('Bernoulli', 0), { path: 'z[fc1.unit]', counts: 'latent', support: 'binary' }),
    ],
  };
  const said = (...open: number[]) => {
    const mean = Float32Array.from(open);
    const site = {
      path: 'z[fc1.unit]',
      family: 'Bernoulli',
      shape: [4],
      mean,
      sd: mean.map((p) => Math.sqrt(p * (1 - p))),
    };
    return siteFindings(posterior({ ...site, mask: null, part: null, draws: null }), gated).map((f) => [
      f.kind,
      f.warning,
    ]);
  };

  it('are dead, decided, or as their prior has them; and nothing is said of those that learn', () => {
    expect(said(0.001, 0.002, 0, 0.005)).toEqual([['dead_gates', true]]);
    expect(said(0.001, 0.999, 0, 1)).toEqual([['decided_gates', false]]);
    expect(said(0.5, 0.52, 0.47, 0.51)).toEqual([['prior_alone', true]]);
    expect(said(0.5, 0.9, 0.1, 0.51)).toEqual([]);
    expect(said(0.001, 0.999, 0.3, 1)).toEqual([]);
  });
});

describe('chains', () => {
  const LENGTH = 200;
  /** Two chains of draws of two weights, the second one moved by `apart`. */
  function sampled(apart: number, length = LENGTH): StoredPosterior {
    const draws = new Float32Array(2 * length * 2);
    fillNormal(childKey(rootKey(3), 'draws'), draws);
    for (let i = 2 * length; i < draws.length; i++) draws[i] = draws[i]! + apart;
    const mean = new Float32Array(2);
    const site = {
      path: 'w',
      family: 'Particles',
      shape: [2],
      mean,
      sd: new Float32Array(2).fill(1),
      mask: null,
      part: null,
      draws,
    };
    return { sites: [site], statistics: {}, draws: 2 * length, chains: 2 };
  }
  const jointsOf = (p: StoredPosterior) =>
    Float64Array.from({ length: p.draws }, (_, i) => -0.5 * p.sites[0]!.draws![2 * i]! ** 2);

  it('have mixed, and are worth what they hold', () => {
    const p = sampled(0);
    const [mixing, worth] = chainFindings(p, 2, jointsOf(p));
    expect(mixing).toMatchObject({ kind: 'chains', warning: false });
    expect(worth).toMatchObject({ kind: 'effective_size', warning: false });
    // 400 independent draws: the estimate of their own number has an error of some ten per cent.
    expect(worth!.figures.bulk).toBeGreaterThan(300);
  });

  it('have not mixed where one is elsewhere', () => {
    const p = sampled(3);
    const [mixing, worth] = chainFindings(p, 2, jointsOf(p));
    expect(mixing!.warning).toBe(true);
    expect(mixing!.figures.worst_r_hat).toBeGreaterThan(1.5);
    expect(worth!.warning).toBe(true);
  });

  it('may differ in single weights that change places, where the density agrees', () => {
    const p = sampled(0);
    const site = p.sites[0]!;
    const swapped = site.draws!.map((x, i) => (i >= 2 * LENGTH ? x - 3 : x + 3));
    const mirrored = { ...p, sites: [{ ...site, draws: swapped }] };
    const [mixing] = chainFindings(mirrored, 2, jointsOf(p));
    expect(mixing!.warning).toBe(false);
    expect(mixing!.text).toContain('which may be units that change places');
  });

  it('are not judged by three draws', () => {
    const p = sampled(0, 3);
    expect(chainFindings(p, 2, jointsOf(p)).map((f) => f.kind)).toEqual(['not_looked_at']);
  });

  it('draws are read one behind the other', () => {
    const p = sampled(0);
    expect(drawnValues(p, 7).w).toEqual({ type: f32([2]), data: p.sites[0]!.draws!.slice(14, 16) });
  });
});
