/**
 * Selectors as patterns over paths. `stage[2].basic[1].a.weight` has a segment for each block, then the layer, then the role.
 * `fc*` stands for names, `stage[*]` and plain `stage` for all of that name, `[1..3]` for some, `**` for any number of segments;
 * in the place of a layer a kind means every layer of that kind. A selector that begins with `*` or a kind reaches any depth,
 * and one that ends before the role means all parameters below.
 */
import type { Expr } from '../../base/expr.ts';
import { onceForEach } from '../../base/once-for-each.ts';
import type { Selector, SelectorSegment } from '../syntax/ast.ts';
import type { CheckedLayer } from './checked.ts';
import type { SiteRef } from './selectors.ts';

export function matchesSite(selector: Selector, site: SiteRef): boolean {
  if (selector.segments.some((s) => s.args.length > 0)) return false;
  const named = !site.parameter.byName || namesIt(selector, site);
  return named && (matches(anyDepth(selector, site.layer), pathOf(site)) || matchesLayer(selector, site.layer));
}

/** The selector means the layer, or a block that it stands in. */
export function matchesLayer(selector: Selector, layer: CheckedLayer): boolean {
  const path = segmentsOf(layer);
  const wanted = anyDepth(selector, layer);
  return path.some((_, i) => matches(wanted, path, i + 1));
}

export function lastSegment(selector: Selector): SelectorSegment | undefined {
  return selector.segments.at(-1);
}

/** One segment of a path: its name, its number, and the kind where it is the layer itself. */
interface PathSegment {
  readonly name: string;
  readonly index: number | null;
  readonly kind: string | null;
}

function plain(name: string): PathSegment {
  return { name, index: null, kind: null };
}

/** Down to the layer, and down to the parameter. */
const segmentsOf = onceForEach(segmentsIn);
const pathOf = onceForEach((site: SiteRef) => [...segmentsOf(site.layer), plain(site.parameter.role)]);

function segmentsIn(layer: CheckedLayer): readonly PathSegment[] {
  const parts = layer.path.split('.');
  return parts.map((part, i) => {
    const [, name, index] = /^(.*?)(?:\[(\d+)\])?$/.exec(part)!;
    const kind = i === parts.length - 1 ? layer.kind : null;
    return { name: name!, index: index === undefined ? null : Number(index), kind };
  });
}

const isStar = (segment: SelectorSegment) => /^\*+$/.test(segment.pattern) && segment.indices.length === 0;

/** A selector that begins with `*`, or with the kind of this layer, begins anywhere. */
function anyDepth(selector: Selector, layer: CheckedLayer): readonly SelectorSegment[] {
  const [first, ...rest] = selector.segments;
  if (first === undefined) return [];
  const deep: SelectorSegment = { ...first, pattern: '**', indices: [] };
  if (isStar(first)) return [deep, ...rest];
  return first.pattern === layer.kind ? [deep, first, ...rest] : selector.segments;
}

/** The segments of `wanted` from `w` on mean the path from `p` up to `end`. */
function matches(
  wanted: readonly SelectorSegment[],
  path: readonly PathSegment[],
  end = path.length,
  w = 0,
  p = 0,
): boolean {
  const first = wanted[w];
  if (first === undefined) return p === end;
  if (first.pattern === '**' && first.indices.length === 0) {
    for (let behind = p; behind <= end; behind++) if (matches(wanted, path, end, w + 1, behind)) return true;
    return false;
  }
  return p < end && matchesSegment(first, path[p]!) && matches(wanted, path, end, w + 1, p + 1);
}

function matchesSegment(wanted: SelectorSegment, segment: PathSegment): boolean {
  if (wanted.indices.length > 0) return hasName(wanted, segment.name) && hasIndex(wanted, segment.index);
  return wanted.pattern === segment.kind || hasName(wanted, segment.name);
}

function hasIndex(wanted: SelectorSegment, index: number | null): boolean {
  return index !== null && wanted.indices.some((i) => (i.kind === 'selector' ? isAny(i) : holds(i, index)));
}

function isAny(selector: Selector): boolean {
  return selector.segments.length === 1 && isStar(selector.segments[0]!);
}

/** `[2]` or `[1..3]`, both numbers by the grammar. */
function holds(written: Expr, index: number): boolean {
  if (written.kind === 'number') return written.value === index;
  if (written.kind !== 'binary' || written.left.kind !== 'number' || written.right.kind !== 'number') return false;
  return written.left.value <= index && index <= written.right.value;
}

function hasName({ pattern }: SelectorSegment, name: string): boolean {
  return pattern.includes('*') ? glob(pattern).test(name) : pattern === name;
}

/** `*` stands for any run of characters. */
function glob(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.[\](){}+?^$|\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** For parameters that `*` does not reach: the layer, its kind or the role stands there in letters. */
function namesIt(selector: Selector, site: SiteRef): boolean {
  const layer = segmentsOf(site.layer).at(-1)!;
  return selector.segments.some(
    (s) => !isStar(s) && (matchesSegment(s, layer) || matchesSegment(s, plain(site.parameter.role))),
  );
}
