/** Posteriors without the weights that are not needed. What is gone has mean 0 and sd 0. */

/** The posterior without the elements of `sites` for which `remove(mean, sd)` holds. */
export function pruneWhere(posterior, sites, remove) {
  const keep = sites.map((path) => {
    const { mean, sd, mask } = posterior[path];
    return [path, Uint8Array.from(mean, (m, i) => (mask?.[i] === 0 || remove(m, sd[i]) ? 0 : 1))];
  });
  return restrict(posterior, keep);
}

/**
 * The posterior without the least needed `share` of the elements of `sites` that are still there: exactly
 * floor(share x kept + 0.5) of them. `need(mean, sd)` is low for what goes first. `perLayer`: of each layer.
 */
export function pruneLowest(posterior, sites, need, share, { perLayer = false } = {}) {
  const pools = perLayer ? byLayer(posterior, sites) : [sites];
  return restrict(
    posterior,
    pools.flatMap((pool) => keepHighest(posterior, pool, need, share)),
  );
}

function byLayer(posterior, sites) {
  const layers = [...new Set(sites.map((path) => posterior[path].layer))];
  return layers.map((layer) => sites.filter((path) => posterior[path].layer === layer));
}

function keepHighest(posterior, pool, need, share) {
  const keep = pool.map((path) => [
    path,
    Uint8Array.from(posterior[path].mean, (_, i) => (posterior[path].mask?.[i] === 0 ? 0 : 1)),
  ]);
  const needs = [];
  const places = [];
  for (const [path, kept] of keep) {
    const { mean, sd } = posterior[path];
    kept.forEach((bit, i) => {
      if (bit === 0) return;
      needs.push(need(mean[i], sd[i]));
      places.push([kept, i]);
    });
  }
  // The sort is stable: equal needs go in the order of sites and elements. What is no number is kept longest.
  const rank = (i) => (Number.isNaN(needs[i]) ? Number.POSITIVE_INFINITY : needs[i]);
  const order = Uint32Array.from({ length: needs.length }, (_, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
  for (const at of order.subarray(0, Math.floor(share * needs.length + 0.5))) {
    const [kept, i] = places[at];
    kept[i] = 0;
  }
  return keep;
}

function restrict(posterior, keep) {
  const changed = keep.map(([path, mask]) => {
    const site = posterior[path];
    const zeroed = (values) => values.map((v, i) => (mask[i] === 0 ? 0 : v));
    return [path, { ...site, mean: zeroed(site.mean), sd: zeroed(site.sd), mask }];
  });
  return { ...posterior, ...Object.fromEntries(changed) };
}
