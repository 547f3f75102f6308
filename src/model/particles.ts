/** A site's posterior as equally weighted particles, and where particles start. */
import { sizeOf } from '../base/host-array.ts';
import { childKey, type Key } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';
import { isBinary } from '../base/supports.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { initialWeights, startSd } from './initial.ts';
import { isParam } from './params.ts';
import { drawSite, type SitePosterior } from './posterior.ts';

/** The particles with their mean and standard deviation (divisor P: they are the whole distribution, not a sample of it). */
export function particleSite(site: CheckedSite, particles: readonly Float32Array[]): SitePosterior {
  const size = sizeOf(site.shape);
  const mean = new Float32Array(size);
  const sd = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (const particle of particles) sum += particle[i]!;
    const centre = sum / particles.length;
    let squares = 0;
    for (const particle of particles) squares += (particle[i]! - centre) ** 2;
    mean[i] = centre;
    sd[i] = Math.sqrt(squares / particles.length);
  }
  const { path, layer, shape, parameter } = site;
  return { path, layer, counts: parameter.counts, shape, family: 'Particles', mean, sd, particles, mask: null };
}

/** Of the site, and one that all sites share. */
export interface StartKeys {
  readonly own: Key;
  readonly common: Key;
}

/**
 * Start values of `count` particles, one behind the other, each from a key of its own: a start value of the site, or a draw
 * of what was inferred before. A draw that is no particle's alone gets the noise that a new guide would have, since particles
 * that begin as one stay one; not so where they are held. A `param` begins as one. A latent of 0 and 1 begins at 1, so that all that it lets in is there to learn.
 */
export function startParticles(
  site: CheckedSite,
  count: number,
  { own: key, common }: StartKeys,
  from: SitePosterior | null,
  held: boolean,
): Float32Array {
  const size = sizeOf(site.shape);
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    if (isParam(site)) {
      values.set(from?.mean ?? initialWeights(site, key), i * size);
      continue;
    }
    const own = childKey(key, i);
    if (isBinary(site.support)) {
      const before = from === null ? null : drawSite(from, i, own, childKey(common, i));
      values.set(before?.map((value) => (value < 0.5 ? 0 : 1)) ?? new Float32Array(size).fill(1), i * size);
      continue;
    }
    values.set(from === null ? initialWeights(site, own) : drawSite(from, i, own, childKey(common, i)), i * size);
    if (from !== null && !held && !isAlone(from, i))
      addNoise(values.subarray(i * size, (i + 1) * size), childKey(own, 'apart'), startSd(site));
  }
  return values;
}

/** Whether `count` particles, one behind the other, have the same values. */
export function areOne(values: Float32Array, count: number): boolean {
  const size = values.length / count;
  return values.every((value, i) => value === values[i % size]);
}

/** The particles with the noise that a new guide would have, each its own; `key` is that of the site. */
export function spreadApart(site: CheckedSite, values: Float32Array, count: number, key: Key): Float32Array {
  const size = values.length / count;
  const spread = values.slice();
  for (let i = 0; i < count; i++)
    addNoise(spread.subarray(i * size, (i + 1) * size), childKey(childKey(key, i), 'apart'), startSd(site));
  return spread;
}

function isAlone(from: SitePosterior, draw: number): boolean {
  return from.family === 'Particles' ? draw < from.particles.length : from.family !== 'Delta';
}

function addNoise(values: Float32Array, key: Key, sd: number): void {
  const noise = new Float32Array(values.length);
  fillNormal(key, noise);
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + sd * noise[i]!;
}
