/** Selectors against a network: which parameters `fc*.weight`, `dense.bias`, `* except fc3` reach. */
import type { ParameterSpec } from '../../base/catalogue.ts';
import { nearest } from '../../base/suggest.ts';
import type { Selector, SelectorSegment, Selectors } from '../syntax/ast.ts';
import type { CheckedLayer, CheckedNetwork } from './checked.ts';
import type { Context } from './context.ts';
import { formatExpr, formatSelector } from './format.ts';
import { listed } from './report.ts';

/** A parameter tensor of a network, before it has a prior. */
export interface SiteRef {
  readonly path: string;
  readonly layer: CheckedLayer;
  readonly parameter: ParameterSpec;
}

export function sitesOf(network: CheckedNetwork): readonly SiteRef[] {
  return network.layers.flatMap((layer) =>
    layer.parameters.map((parameter) => ({ path: `${layer.path}.${parameter.role}`, layer, parameter })),
  );
}

/** The sites that the selectors reach, in the order of the network; a selector that reaches none is reported. */
export function selectSites(ctx: Context, selectors: Selectors, network: CheckedNetwork): readonly SiteRef[] {
  const all = sitesOf(network);
  const reached = (selector: Selector): ReadonlySet<SiteRef> => {
    const found = all.filter((site) => reaches(selector, site));
    if (found.length === 0) reportNothing(ctx, selector, network, all);
    return new Set(found);
  };
  const included = selectors.include.map(reached);
  const excluded = selectors.except.map(reached);
  const left = all.filter((site) => included.some((s) => s.has(site)) && !excluded.some((s) => s.has(site)));
  if (left.length === 0 && included.every((s) => s.size > 0) && excluded.every((s) => s.size > 0)) {
    ctx.report.say('BP2020', selectors.span, 'nothing is left behind `except`', { hint: 'leave less out' });
  }
  return left;
}

/** `LAYER.ROLE`, where LAYER is a name, a pattern or a kind; `LAYER` alone means all its parameters. */
function reaches(selector: Selector, site: SiteRef): boolean {
  const [layer, role, ...more] = selector.segments;
  if (layer === undefined || more.length > 0 || selector.segments.some((s) => s.args.length > 0)) return false;
  if (role === undefined) return matchesLayer(layer, site.layer);
  return matchesLayer(layer, site.layer) && role.indices.length === 0 && glob(role.pattern).test(site.parameter.role);
}

function matchesLayer(segment: SelectorSegment, layer: CheckedLayer): boolean {
  if (segment.indices.length > 0) return glob(`${segment.pattern}[${indexText(segment)}]`).test(layer.path);
  return segment.pattern === layer.kind || glob(segment.pattern).test(layer.path);
}

/** `[2]` and `[*]` of unnamed layers: `dense[2]`. */
function indexText(segment: SelectorSegment): string {
  return segment.indices.map((i) => (i.kind === 'selector' ? formatSelector(i) : formatExpr(i))).join(', ');
}

/** `*` and `**` stand for any run of characters. */
function glob(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.[\](){}+?^$|\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function reportNothing(ctx: Context, selector: Selector, network: CheckedNetwork, all: readonly SiteRef[]): void {
  const shown = formatSelector(selector);
  const [layer, role] = selector.segments;
  const layers = network.layers.filter((l) => l.parameters.length > 0);
  const head = { ...network.span, end: network.span.start + 'network '.length + network.name.length };
  const labels = [{ span: head, message: 'the network' }];
  const say = (message: string, hint: string | null, span = selector.span) =>
    ctx.report.say('BP2020', span, message, { labels, hint });
  const there = `\`${network.name}\` has ${listed(all.map((s) => s.path))}`;
  const matching = layer === undefined ? [] : network.layers.filter((l) => matchesLayer(layer, l));
  if (layer === undefined || matching.length === 0) {
    const names = [...layers.map((l) => l.path), ...new Set(layers.map((l) => l.kind))];
    const near = layer === undefined ? null : nearest(layer.pattern, names);
    const kind = layer !== undefined && ctx.catalogue.layers.has(layer.pattern);
    const message = kind
      ? `\`${network.name}\` has no \`${layer.pattern}\` layer with parameters`
      : `\`${network.name}\` has no layer \`${layer?.pattern ?? shown}\``;
    say(message, near === null || kind ? there : `did you mean \`${near}\`?`, layer?.span);
  } else if (matching.every((l) => l.parameters.length === 0)) {
    say(`\`${shown}\` reaches nothing: ${listed(matching.map((l) => l.path))} has no parameters`, there);
  } else {
    const roles = [...new Set(matching.flatMap((l) => l.parameters.map((p) => p.role)))];
    const near = role === undefined ? null : nearest(role.pattern, roles);
    const of = matching.length === 1 ? `layer \`${matching[0]!.path}\` has` : 'these layers have';
    const hint = near === null ? `${of} ${listed(roles)}` : `did you mean \`${near}\`?`;
    say(`${of} no parameter \`${role?.pattern ?? shown}\``, hint, role?.span);
  }
}
