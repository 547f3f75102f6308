/** Selectors against a network: which parameters `fc*.weight`, `dense.bias`, `* except fc3` reach. */
import type { ParameterSpec } from '../../base/catalogue.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { onceForEach } from '../../base/once-for-each.ts';
import { joinSpans } from '../../base/span.ts';
import type { Selector, Selectors } from '../syntax/ast.ts';
import type { CheckedLayer, CheckedNetwork } from './checked.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import { lastSegment, matchesLayer, matchesSite } from './paths.ts';
import { listed, suggestedAt } from './report.ts';

/** A parameter tensor of a network, before it has a prior. */
export interface SiteRef {
  readonly path: string;
  readonly layer: CheckedLayer;
  readonly parameter: ParameterSpec;
}

/** In the order of the network. Every line and step with a selector asks for them. */
export const sitesOf = onceForEach((network: CheckedNetwork): readonly SiteRef[] =>
  network.layers.flatMap((layer) =>
    layer.parameters.map((parameter) => ({ path: `${layer.path}.${parameter.role}`, layer, parameter })),
  ),
);

/** The sites that the selectors reach, in the order of the network; a selector that reaches none is reported. */
export function selectSites(ctx: Context, selectors: Selectors, network: CheckedNetwork): readonly SiteRef[] {
  const all = sitesOf(network);
  const reached = (selector: Selector, _: number, beside: readonly Selector[]): ReadonlySet<SiteRef> => {
    const found = all.filter((site) => matchesSite(selector, site));
    if (found.length === 0) reportNothing(ctx, selector, beside, network, all);
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

type Hint = Pick<Diagnostic, 'hint'> & Partial<Pick<Diagnostic, 'fix'>>;

/** Says which part of the selector is at fault: the layer, a layer without parameters, or the role. */
function reportNothing(
  ctx: Context,
  selector: Selector,
  beside: readonly Selector[],
  network: CheckedNetwork,
  all: readonly SiteRef[],
): void {
  const shown = formatSelector(selector);
  const head = { ...network.span, end: network.span.start + 'network '.length + network.name.length };
  const labels = [{ span: head, message: 'the network' }];
  const say = (message: string, { hint, fix = null }: Hint, span = selector.span) =>
    ctx.report.say('BP2020', span, message, { labels, hint, fix });
  const there = `\`${network.name}\` has ${listed(all.map((s) => s.path))}`;
  const { layer, role } = splitRole(selector);
  const whole = network.layers.filter((l) => matchesLayer(selector, l));
  const matching = whole.length > 0 || role === null ? whole : network.layers.filter((l) => matchesLayer(layer, l));
  if (matching.length === 0) {
    sayNoLayer(ctx, layer, beside, network, there, say);
  } else if (matching.every((l) => l.parameters.length === 0)) {
    say(`\`${shown}\` reaches nothing: ${listed(matching.map((l) => l.path))} has no parameters`, { hint: there });
  } else {
    const roles = [...new Set(matching.flatMap((l) => l.parameters.map((p) => p.role)))];
    const of = matching.length === 1 ? `layer \`${matching[0]!.path}\` has` : 'these layers have';
    const hint = role === null ? { hint: `${of} ${listed(roles)}` } : suggestedAt(role.span, role.pattern, roles, of);
    say(`${of} no parameter \`${role?.pattern ?? shown}\``, hint, role?.span);
  }
}

/** The last segment names a parameter, those before it a layer; a lone segment is a layer. */
function splitRole(selector: Selector) {
  const role = selector.segments.length > 1 ? selector.segments.at(-1)! : null;
  return { layer: role === null ? selector : { ...selector, segments: selector.segments.slice(0, -1) }, role };
}

/** What is written beside it is not meant once more. */
function sayNoLayer(
  ctx: Context,
  layer: Selector,
  beside: readonly Selector[],
  network: CheckedNetwork,
  there: string,
  say: (message: string, hint: Hint, span?: Selector['span']) => void,
): void {
  const shown = formatSelector(layer);
  const layers = network.layers.filter((l) => l.parameters.length > 0);
  const written = new Set(beside.map((s) => formatSelector(splitRole(s).layer)));
  const names = [...layers.map((l) => l.path), ...new Set(layers.map((l) => l.kind))].filter((n) => !written.has(n));
  const [first, last] = [layer.segments[0], lastSegment(layer)];
  const span = first === undefined || last === undefined ? layer.span : joinSpans(first.span, last.span);
  if (ctx.catalogue.layers.has(shown))
    say(`\`${network.name}\` has no \`${shown}\` layer with parameters`, { hint: there }, span);
  else {
    const { hint, fix } = suggestedAt(span, shown, names);
    const near = fix === null ? { hint: there } : { hint, fix: { ...fix, otherwise: there } };
    say(`\`${network.name}\` has no layer \`${shown}\``, near, span);
  }
}
