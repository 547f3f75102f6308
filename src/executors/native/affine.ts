/**
 * How loops address arrays. A loop nest runs over a domain, a list of extents; the index of an array's axis is an offset plus
 * multiples of the domain's own indices. Transposes, slices, broadcasts and most reshapes of a value stay such indices of the value
 * they are made from, so none of them needs an array of its own.
 */
import type { Shape } from '../../base/host-array.ts';

interface Term {
  readonly axis: number;
  readonly factor: number;
}

export interface Affine {
  readonly offset: number;
  /** By ascending axis, factors not 0. */
  readonly terms: readonly Term[];
}

/** One for each axis of an array. */
export type Index = readonly Affine[];

/** A domain axis that has to become two, the inner one of extent `inner`, before an index can be told. */
export interface Split {
  readonly axis: number;
  readonly inner: number;
}

export const ZERO: Affine = { offset: 0, terms: [] };

export function factorOf({ terms }: Affine, axis: number): number {
  return terms.find((t) => t.axis === axis)?.factor ?? 0;
}

function affine(offset: number, factors: ReadonlyMap<number, number>): Affine {
  const terms = [...factors].filter(([, factor]) => factor !== 0).map(([axis, factor]) => ({ axis, factor }));
  return { offset, terms: terms.sort((x, y) => x.axis - y.axis) };
}

/** a + factor b. */
function plus(a: Affine, b: Affine, factor = 1): Affine {
  const factors = new Map(a.terms.map((t) => [t.axis, t.factor]));
  for (const t of b.terms) factors.set(t.axis, (factors.get(t.axis) ?? 0) + factor * t.factor);
  return affine(a.offset + factor * b.offset, factors);
}

export function shifted(a: Affine, by: number): Affine {
  return { ...a, offset: a.offset + by };
}

export function sameAffine(a: Affine, b: Affine): boolean {
  return textOf(a) === textOf(b);
}

export function textOf({ offset, terms }: Affine): string {
  return `${offset}${terms.map((t) => `+${t.axis}*${t.factor}`).join('')}`;
}

/** The domain of a shape, without axes of extent 1, and the index that visits each element once, in order. */
export function identity(shape: Shape): { readonly extents: readonly number[]; readonly index: Index } {
  const extents: number[] = [];
  const index = shape.map((n): Affine => {
    if (n === 1) return ZERO;
    extents.push(n);
    return { offset: 0, terms: [{ axis: extents.length - 1, factor: 1 }] };
  });
  return { extents, index };
}

/** The place in a row-major array. */
export function linear(index: Index, shape: Shape): Affine {
  let stride = 1;
  let place = ZERO;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place = plus(place, index[axis]!, stride);
    stride *= shape[axis]!;
  }
  return place;
}

/** What an operand that is broadcast to `target` is asked for where its reader stands at `index`. */
export function broadcastIndex(index: Index, shape: Shape): Index {
  const lead = index.length - shape.length;
  return shape.map((n, i) => (n === 1 ? ZERO : index[i + lead]!));
}

/** `x` in whole parts of `n` and what is left; a split of the domain that would tell them; null where nothing does. */
function divided(x: Affine, n: number, extents: readonly number[]): readonly [Affine, Affine] | Split | null {
  const [whole, rest] = [new Map<number, number>(), new Map<number, number>()];
  let most = x.offset % n;
  for (const { axis, factor } of x.terms) {
    if (factor % n === 0) {
      whole.set(axis, factor / n);
      continue;
    }
    const inner = n / factor;
    if (factor * (extents[axis]! - 1) >= n) {
      return Number.isInteger(inner) && extents[axis]! % inner === 0 ? { axis, inner } : null;
    }
    rest.set(axis, factor);
    most += factor * (extents[axis]! - 1);
  }
  return most < n ? [affine(Math.floor(x.offset / n), whole), affine(x.offset % n, rest)] : null;
}

/** The index of the operand of a reshape whose result is read at `index`. */
export function reshapedIndex(
  index: Index,
  shape: Shape,
  from: Shape,
  extents: readonly number[],
): Index | Split | null {
  let place = linear(index, shape);
  const found: Affine[] = [];
  for (let axis = from.length - 1; axis >= 0; axis--) {
    if (from[axis] === 1) {
      found.unshift(ZERO);
      continue;
    }
    const parts = divided(place, from[axis]!, extents);
    if (parts === null || !Array.isArray(parts)) return parts as Split | null;
    const [whole, rest] = parts as readonly [Affine, Affine];
    found.unshift(rest);
    place = whole;
  }
  return found;
}

/** The same place in a domain whose axis was split. */
export function afterSplit(a: Affine, { axis, inner }: Split): Affine {
  const factors = new Map<number, number>();
  for (const t of a.terms) {
    if (t.axis < axis) factors.set(t.axis, t.factor);
    else if (t.axis > axis) factors.set(t.axis + 1, t.factor);
    else factors.set(axis, t.factor * inner).set(axis + 1, t.factor);
  }
  return affine(a.offset, factors);
}

/** True when the axis and the next one move all places as one axis would. */
export function joined(places: readonly Affine[], axis: number, extents: readonly number[]): boolean {
  return places.every((a) => factorOf(a, axis) === factorOf(a, axis + 1) * extents[axis + 1]!);
}

/** The same place in a domain whose axis was joined with the next. */
export function afterJoin(a: Affine, axis: number): Affine {
  const terms = a.terms.filter((t) => t.axis !== axis);
  return { offset: a.offset, terms: terms.map((t) => (t.axis > axis ? { ...t, axis: t.axis - 1 } : t)) };
}

/** The innermost axis on which a place depends; -1 for none. */
export function depthOf({ terms }: Affine): number {
  return terms.at(-1)?.axis ?? -1;
}
