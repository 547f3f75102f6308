/**
 * Latents of a model: real numbers beside the network's parameters, such as the scale of a layer or a precision. A latent with a plate
 * becomes one site for each layer that the plate reaches, of a shape that lies along the layer's weight (`[units]`, `[inputs, 1]`, or the
 * weight's own), so that it goes with the weight number by number without a rule of its own.
 */
import type { DistributionSignature } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import { evaluateConstant } from '../evaluate/constant.ts';
import type { Identifier, ModelLine, ParamLine, Selector } from '../syntax/ast.ts';
import type { CheckedDistribution, CheckedLayer, CheckedNetwork, CheckedParam, CheckedSite } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { checkDistribution, noPrior } from './distribution.ts';
import { formatSelector } from './format.ts';
import { sayUnavailable } from './later.ts';
import type { Level } from './levels.ts';
import { namesIn } from './live.ts';
import type { ModelName } from './model-names.ts';
import { nestedPrior } from './nested-latents.ts';
import { checkParam, rangeOfParam, supportOfRange } from './params.ts';
import { type Piece, type Place, placed } from './placement.ts';
import { type Range, rangeOfSupport } from './ranges.ts';
import { type SiteRef, selectSites } from './selectors.ts';

export interface Latents {
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  /** Each behind those that its prior mentions. */
  readonly sites: readonly CheckedSite[];
}

export const NO_LATENTS: Latents = { pieces: new Map(), sites: [] };

export interface LatentParts {
  readonly names: ReadonlyMap<string, ModelName>;
  readonly network: CheckedNetwork;
  /** What the prior of a piece may mention; `site` stands for its layer. */
  scopeOf(level: Level, site: SiteRef | null, index: number): Scope;
}

const SINGLE_NUMBERS = ['real', 'positive', 'nonnegative', 'unit', 'interval', 'binary'];

/** The record of a latent that engines can infer: single real numbers with a density that is bounded at 0, or 0 and 1, or nested masks. Else null. */
export function inferredRecord(ctx: Context, name: ModelName): DistributionSignature | null {
  if (name.kind !== 'latent' || name.line.kind !== 'site') return null;
  const record = recordOf(ctx, name.line.distribution, name.level);
  // `s ~ Delta(1)` in place of another model's prior says that `s` is the number 1.
  if (record === null || record.unbounded === true || record.point === true) return null;
  if (record.nested !== undefined) return record;
  return record.event === 'element' && SINGLE_NUMBERS.includes(record.support) ? record : null;
}

/** Latents that engines can infer, and `param`s: both become sites. */
export function isSite(ctx: Context, name: ModelName): boolean {
  return name.kind === 'param' || inferredRecord(ctx, name) !== null;
}

/** Which numbers a latent or a `param` can be; null where that is not known before the run. */
export function latentRange(ctx: Context, name: ModelName): Range | null {
  if (name.line.kind === 'param') return rangeOfParam(name.line);
  const record = inferredRecord(ctx, name);
  if (record === null || name.line.kind !== 'site') return null;
  if (record.nested !== undefined) return rangeOfSupport('nested');
  if (record.support !== 'interval') return rangeOfSupport(record.support);
  const { distribution } = name.line;
  const args = distribution.kind === 'call' ? distribution.args : [];
  const [low, high] = (record.increasing ?? []).map((end) => {
    const at = record.params.findIndex((p) => p.name === end);
    const written = args.find((a) => a.name === end) ?? (args[at]?.name === null ? args[at] : undefined);
    const value = written === undefined ? null : evaluateConstant(written.value);
    return value?.ok === true && typeof value.value === 'number' ? value.value : null;
  });
  return low == null || high == null ? null : { low, high };
}

/** The record that a prior names, also by an argument of the model or a constant. */
function recordOf(ctx: Context, written: Expr, level: Level): DistributionSignature | null {
  if (written.kind === 'name') {
    const value = level.bindings.values.get(written.name) ?? ctx.declarations.consts.get(written.name)?.value;
    return value === undefined ? null : recordOf(ctx, value, level);
  }
  if (written.kind !== 'call' || written.callee.kind !== 'name') return null;
  return ctx.called(written.callee.name, written.args) ?? null;
}

/** Every latent that can be inferred and every `param`, as far as nothing is wrong with them. */
export function checkLatents(ctx: Context, parts: LatentParts): Latents {
  const before = ctx.report.errors;
  const names = [...parts.names.values()].filter((name) => isSite(ctx, name));
  const pieces = new Map(names.map((n) => [n.name.name, piecesOf(ctx, n.groups, n.name.name, parts.network)] as const));
  const sites = names.flatMap((name) =>
    pieces.get(name.name.name)!.flatMap((piece) => siteOf(ctx, parts, name, piece, pieces) ?? []),
  );
  return { pieces, sites: ctx.report.errors > before ? [] : inOrder(ctx, sites) };
}

/** One piece for each layer that a plate reaches. */
export function piecesOf(
  ctx: Context,
  groups: ModelName['groups'],
  name: string,
  network: CheckedNetwork,
): readonly Piece[] {
  if (groups.length === 0) return [{ path: name, layer: null, group: null, shape: [] }];
  return groups.flatMap((plate) => (plate.kind === 'selector' ? platePieces(ctx, plate, name, network) : []));
}

function platePieces(ctx: Context, plate: Selector, name: string, network: CheckedNetwork): readonly Piece[] {
  const group = plate.segments.at(-1)!.pattern;
  if (misspeltGroup(plate) !== null) return [];
  if (plate.segments.length === 1 || SHAPES[group] === undefined) {
    sayUnavailable(ctx.report, plate.span, `a latent for each of \`${formatSelector(plate)}\``);
    return [];
  }
  const layers = { ...plate, segments: plate.segments.slice(0, -1) };
  const reached = new Set(
    selectSites(ctx, { include: [layers], except: [], span: plate.span }, network).map((s) => s.layer),
  );
  const pieces = [...reached].flatMap((layer): Piece[] => {
    const weight = layer.parameters.find((p) => p.counts === 'weight');
    const shape = weight === undefined ? null : SHAPES[group]!(layer, weight.shape);
    return shape === null ? [] : [{ path: `${name}[${layer.path}.${group}]`, layer, group, shape }];
  });
  if (reached.size > 0 && pieces.length === 0) {
    ctx.report.say('BP2020', plate.span, `\`${formatSelector(plate)}\` reaches no ${group}`, {
      hint: `dense layers have units, convolutions filters, and both outputs and inputs`,
    });
  }
  return pieces;
}

/** The groups that `fc1.units` was meant to name, `unit`; null where the last word of a plate is right, or no slip explains it. */
export function misspeltGroup({ segments }: Selector): string | null {
  const group = segments.at(-1)!.pattern;
  return segments.length === 1 || SHAPES[group] !== undefined ? null : nearest(group, Object.keys(SHAPES));
}

/** How many there are, along the weight's axes; null where the layer has no such groups. */
const SHAPES: Readonly<Record<string, (layer: CheckedLayer, weight: Shape) => Shape | null>> = {
  unit: (layer, weight) => (layer.outputShape.length === 1 ? outputsOf(layer, weight) : null),
  filter: (layer, weight) => (layer.outputShape.length > 1 ? outputsOf(layer, weight) : null),
  output: (layer, weight) => outputsOf(layer, weight),
  input: (_, weight) => (weight.length < 2 ? null : [weight.at(-2)!, 1]),
  weight: (_, weight) => weight,
  layer: () => [],
  /** What one weight of a filter sees of one channel: a column of the matrix that a convolution is. */
  column: (_, weight) => (weight.length < 3 ? null : [...weight.slice(0, -1), 1]),
};

/** Null where the last axis of the weight is not that of the outputs, as in depthwise convolutions. */
function outputsOf(layer: CheckedLayer, weight: Shape): Shape | null {
  return weight.at(-1) === layer.outputShape.at(-1) ? [weight.at(-1)!] : null;
}

function siteOf(
  ctx: Context,
  parts: LatentParts,
  { name, line, level }: ModelName,
  piece: Piece,
  pieces: ReadonlyMap<string, readonly Piece[]>,
): CheckedSite | null {
  const { site, index } = asWeight(piece, parts.network);
  const scope = parts.scopeOf(level, site, index);
  if (line.kind === 'param') return paramSite(ctx, 'model', line, scope, piece);
  if (line.kind !== 'site') return null;
  const written = checkDistribution(ctx, line.distribution, 'prior', scope);
  const prior = written === null ? null : placed(ctx, written, piece, pieces, parts.names);
  if (prior === null) return null;
  const record = ctx.distribution(prior.name)!;
  if (record.nested === undefined) return { ...latentBase(name, piece, line), support: record.support, prior };
  const names = mentionedIn(prior);
  const mentioned = [...pieces.values()].flat().filter(({ path }) => names.has(path));
  const counted = nestedPrior(ctx, line, name.name, record, prior, piece, mentioned);
  return counted === null ? null : { ...latentBase(name, piece, line), support: 'nested', prior: counted };
}

/** The weight of the piece's layer under the name of the piece, for what is said of `layer`, and the number of the layer among those with weights. */
export function asWeight(
  { path, layer }: Place,
  network: CheckedNetwork,
): { readonly site: SiteRef | null; readonly index: number } {
  const parameter = layer?.parameters.find((p) => p.counts === 'weight');
  if (layer === null || parameter === undefined) return { site: null, index: 0 };
  const weighted = network.layers.filter((l) => l.parameters.some((p) => p.counts === 'weight'));
  return { site: { path, layer, parameter }, index: weighted.indexOf(layer) + 1 };
}

function latentBase(name: Identifier, { path, layer, shape }: Piece, { span }: ModelLine) {
  const parameter = { role: name.name, shape, fanIn: 1, initialiser: 'zero', counts: 'latent', byName: true } as const;
  return { path, layer: layer?.path ?? '', shape, span: name.span, priorSpan: span, parameter };
}

/** One site of a `param`, of a model or of a guide; null after a report. */
export function paramSite(
  ctx: Context,
  of: CheckedParam['of'],
  line: ParamLine,
  scope: Scope,
  piece: Piece,
): CheckedSite | null {
  const param = checkParam(ctx, of, line, scope, piece);
  if (param === null) return null;
  return { ...latentBase(line.name, piece, line), support: supportOfRange(param), prior: noPrior(line.span), param };
}

/** Names in the arguments; what the arguments are called is no mention. */
export function mentionedIn({ args, components }: CheckedDistribution): ReadonlySet<string> {
  const inner = components.flatMap((c) => [...mentionedIn(c.distribution)]);
  return new Set([...args.flatMap((a) => [...namesIn(a.expr)]), ...inner]);
}

/** None after the report of a circle. */
function inOrder(ctx: Context, sites: readonly CheckedSite[]): readonly CheckedSite[] {
  const byPath = new Map(sites.map((s) => [s.path, s]));
  const done = new Set<CheckedSite>();
  const open = new Set<CheckedSite>();
  const visit = (site: CheckedSite): boolean => {
    if (done.has(site)) return true;
    if (open.has(site)) {
      ctx.report.say('BP2004', site.span, `the prior of \`${site.path}\` depends on \`${site.path}\` itself`, {
        hint: 'break the circle: one of them has a prior of numbers',
      });
      return false;
    }
    open.add(site);
    const needed = [...mentionedIn(site.prior)].flatMap((name) => byPath.get(name) ?? []);
    const whole = needed.every(visit);
    open.delete(site);
    if (whole) done.add(site);
    return whole;
  };
  return sites.every(visit) ? [...done] : [];
}
