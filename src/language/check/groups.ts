/** Groups of `prune`: single weights in this version. The other words of the language for groups are known, to say so. */
import type { Fix } from '../../base/diagnostic.ts';
import type { Selector, SelectorSegment, Selectors } from '../syntax/ast.ts';
import type { CheckedNetwork } from './checked.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import { listed } from './report.ts';
import { type SiteRef, selectSites, sitesOf } from './selectors.ts';

/** Alone, for all groups of their kind. */
const ALL_WEIGHTS = 'weights';
const LATER_ALONE = ['units', 'filters', 'outputs', 'inputs', 'channels', 'columns', 'blocks', 'layers'];
/** Behind a layer: `fc1.unit`. */
const LATER_PARTS = ['unit', 'filter', 'output', 'input', 'channel', 'column', 'block', 'layer'];

/** The sites whose elements may go; null after a report. */
export function prunedSites(ctx: Context, groups: Selectors, network: CheckedNetwork): readonly SiteRef[] | null {
  const before = ctx.report.errors;
  const all = [...groups.include, ...groups.except];
  for (const selector of all) {
    const last = selector.segments.at(-1);
    if (last === undefined || !isLaterGroup(last, selector.segments.length)) continue;
    const [first] = selector.segments;
    const instead = selector.segments.length === 1 ? '*.weight' : `${first!.pattern}.weight`;
    ctx.report.say(
      'BP2003',
      selector.span,
      `pruning of \`${formatSelector(selector)}\` is not available yet in this version`,
      {
        hint: `single weights can be pruned: \`prune ${instead}\``,
      },
    );
  }
  if (ctx.report.errors > before) return null;
  const sites = reachedSites(ctx, groups, network);
  if (ctx.report.errors > before) return null;
  return refuseBiases(ctx, groups, sites);
}

function isLaterGroup(segment: SelectorSegment, length: number): boolean {
  return (length === 1 ? LATER_ALONE : LATER_PARTS).includes(segment.pattern);
}

function reachedSites(ctx: Context, groups: Selectors, network: CheckedNetwork): readonly SiteRef[] {
  const words = groups.include.filter((s) => s.segments.length === 1 && s.segments[0]!.pattern === ALL_WEIGHTS);
  if (words.length === 0) return selectSites(ctx, groups, network);
  const weights = sitesOf(network).filter((s) => s.parameter.counts === 'weight');
  if (groups.except.length === 0) return weights;
  const left = new Set(selectSites(ctx, { ...groups, include: groups.except, except: [] }, network));
  const excluded = new Set([...left].map((s) => s.path));
  return weights.filter((s) => !excluded.has(s.path));
}

function refuseBiases(ctx: Context, groups: Selectors, sites: readonly SiteRef[]): readonly SiteRef[] | null {
  const biases = sites.filter((s) => s.parameter.counts !== 'weight').map((s) => s.path);
  if (biases.length === 0) return sites.length === 0 ? null : sites;
  ctx.report.say('BP6008', groups.span, `this reaches ${listed(biases, 3)}, and biases cannot be pruned`, {
    hint: 'reach weights only: `prune *.weight`',
    fix: weightsOnly(groups),
  });
  return null;
}

/** Behind names of whole layers. */
function weightsOnly({ include }: Selectors): Fix | null {
  const whole = include.filter((s) => s.segments.length === 1);
  const edits = whole.map(({ span }) => ({ span: { ...span, start: span.end }, text: '.weight' }));
  return edits.length === 0 ? null : { edits, otherwise: null };
}

/** True where some layer of the network has the groups that `selector` names; else that is reported. */
export function reachesGroups(ctx: Context, selector: Selector, network: CheckedNetwork): boolean {
  const last = selector.segments.at(-1)!;
  const { segments } = selector;
  if (segments.length === 1 && [ALL_WEIGHTS, ...LATER_ALONE].includes(last.pattern)) return true;
  const part = segments.length > 1 && LATER_PARTS.includes(last.pattern);
  const layers = part ? { ...selector, segments: segments.slice(0, -1) } : selector;
  return selectSites(ctx, { include: [layers], except: [], span: selector.span }, network).length > 0;
}
