/** Guides: a family for each site, from the lines of a guide, the engine's own families and the priors. */
import type { EngineSignature } from '../../base/catalogue.ts';
import { isBinary } from '../../base/supports.ts';
import type { GuideDeclaration, Selector, SiteLine } from '../syntax/ast.ts';
import { assignLines, saySecond } from './assignment.ts';
import type { CheckedDistribution, CheckedGuideSite, CheckedModel, CheckedNetwork, CheckedSite } from './checked.ts';
import { close } from './closing.ts';
import type { Context } from './context.ts';
import { checkDistribution } from './distribution.ts';
import { defaultGateEstimator } from './gate-estimators.ts';
import { checkGuideParams, type GuideParams, type GuideSubject, guideScope, paramsBeside } from './guide-params.ts';
import { pointWithin } from './guide-points.ts';
import { isBehindGate, slabIn } from './guide-slabs.ts';
import { covers, kindOf, kindOfFamily } from './guide-support.ts';
import { asWeight, type Latents, piecesOf } from './latents.ts';
import { sayUnavailable } from './later.ts';
import { namesIn } from './live.ts';
import type { ModelInstance } from './model.ts';
import { latentIn } from './model-names.ts';
import { type Place, placed } from './placement.ts';
import { listed } from './report.ts';
import { type SiteRef, sitesOf } from './selectors.ts';

/** What a guide says of each site of a network; checked once, whoever uses it. */
export interface GuideInstance {
  /** By site path. */
  readonly lines: ReadonlyMap<string, SiteLine>;
  readonly distributions: ReadonlyMap<string, CheckedDistribution>;
  readonly params: GuideParams;
  readonly ok: boolean;
}

const SECOND = { code: 'BP5002', noun: 'guide' } as const;

const NOTHING: GuideInstance = {
  lines: new Map(),
  distributions: new Map(),
  params: { names: new Map(), pieces: new Map(), sites: [] },
  ok: true,
};

export class Guides {
  private readonly ctx: Context;
  private readonly known = new Map<string, GuideInstance>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** `rows`: N, or null where it is not known. */
  instance(
    declaration: GuideDeclaration | null,
    network: CheckedNetwork,
    model: ModelInstance,
    rows: number | null,
  ): GuideInstance {
    if (declaration === null) return NOTHING;
    this.ctx.used.add(declaration);
    const { source, start } = declaration.span;
    const { names, latents } = model;
    const pieces = [...latents.pieces.values()].flatMap((p) => p.map(({ path }) => path));
    const parts = [...network.layers.map((l) => l.path), ...names.keys(), ...pieces];
    const key = `${source} ${start} ${rows} ${network.name} ${parts.join(' ')}`;
    const instance = this.known.get(key) ?? this.check({ declaration, network, model, rows });
    this.known.set(key, instance);
    return instance;
  }

  private check(subject: GuideSubject): GuideInstance {
    const { declaration, network, model } = subject;
    const before = this.ctx.report.errors;
    const params = checkGuideParams(this.ctx, subject);
    const sites = declaration.lines.filter((line) => line.kind === 'site');
    const namesLatent = (selector: Selector) => {
      const name = latentIn(selector)?.name.name ?? '';
      return model.names.has(name) || params.names.has(name);
    };
    const ofLatents = sites.flatMap((line) => part(line, namesLatent));
    const ofNetwork = sites.flatMap((line) => part(line, (selector) => !namesLatent(selector)));
    const whole = this.otherLines(declaration);
    const pieces = new Map([...model.latents.pieces, ...params.pieces]);
    const assigned = new Map([
      ...assignLines(this.ctx, ofNetwork, network, SECOND),
      ...assignLatents(this.ctx, ofLatents, network, pieces),
    ]);
    for (const site of params.sites) if (assigned.has(site.path)) sayParam(this.ctx, site, assigned.get(site.path)!);
    const places = [...sitesOf(network).map(placeOf), ...[...pieces.values()].flat()];
    const distributions = new Map(
      [...ofNetwork, ...ofLatents].flatMap((line) => {
        const reached = places.filter(({ path }) => assigned.get(path) === line);
        // That a latent itself is not available yet was said in the model.
        if (reached.length === 0 && ofLatents.includes(line)) {
          close(this.ctx, line.distribution, guideScope(this.ctx, subject, params, null, 0));
          return [];
        }
        return this.distributionsOf(line, reached, subject, params);
      }),
    );
    return { lines: assigned, distributions, params, ok: whole && this.ctx.report.errors === before };
  }

  /** By path, for each place that the line reaches: worked out once, or once for each where it mentions `layer`. */
  private distributionsOf(
    line: SiteLine,
    reached: readonly Place[],
    subject: GuideSubject,
    params: GuideParams,
  ): readonly (readonly [string, CheckedDistribution])[] {
    const distribution = slabIn(this.ctx, line)?.slab ?? line.distribution;
    const perLayer = namesIn(distribution).has('layer');
    const inLayer = ({ layer }: Place) => layer !== null;
    const at = (site: SiteRef | null, index: number) =>
      checkDistribution(this.ctx, distribution, 'guide', guideScope(this.ctx, subject, params, site, index));
    // Of a line that reaches nothing that is said already.
    const common = perLayer && (reached.length === 0 || reached.some(inLayer)) ? null : at(null, 0);
    const points = paramsBeside(subject.model, params);
    const pieces = new Map([...subject.model.latents.pieces, ...params.pieces].filter(([name]) => points.has(name)));
    return reached.flatMap((place) => {
      const { site, index } = asWeight(place, subject.network);
      const written = perLayer && inLayer(place) ? at(site, index) : common;
      const found = written === null ? null : placed(this.ctx, written, place, pieces, points);
      return found === null ? [] : [[place.path, found] as const];
    });
  }

  /** What has no place in a guide; false when the guide cannot be used. */
  private otherLines(declaration: GuideDeclaration): boolean {
    let whole = true;
    for (const line of declaration.lines) {
      if (line.kind === 'site' || line.kind === 'param') continue;
      whole = false;
      if (line.kind === 'error') continue;
      this.ctx.report.say(
        'BP5006',
        line.span,
        `a guide has no \`${line.kind === 'quantity' ? '=' : line.kind}\` line`,
        {
          hint: 'it gives sites their families, `*.weight ~ Normal(sd = 0.1)`, and declares `param`s',
        },
      );
    }
    return whole;
  }
}

function placeOf({ path, layer, parameter }: SiteRef): Place {
  return { path, layer, group: parameter.role };
}

/** The line about some of its targets alone: none, or one line. */
function part(line: SiteLine, belongs: (selector: Selector) => boolean): readonly SiteLine[] {
  const include = line.target.include.filter(belongs);
  if (include.length === line.target.include.length) return [line];
  return include.length === 0 ? [] : [{ ...line, target: { ...line.target, include } }];
}

/** `tau ~ LogNormal(0, 0.1)` and `tau[fc1.unit] ~ Delta()`, by the sites that they reach. */
function assignLatents(
  ctx: Context,
  lines: readonly SiteLine[],
  network: CheckedNetwork,
  pieces: Latents['pieces'],
): ReadonlyMap<string, SiteLine> {
  const plain = new Map<string, SiteLine>();
  const overriding = new Map<string, SiteLine>();
  for (const line of lines) {
    const table = line.override ? overriding : plain;
    for (const path of line.target.include.flatMap((selector) => piecesNamed(ctx, selector, network, pieces))) {
      const earlier = table.get(path);
      if (earlier === undefined) table.set(path, line);
      else saySecond(ctx, line, earlier, [path], SECOND);
    }
  }
  return new Map([...plain, ...overriding]);
}

/** All sites of a latent, or those of the groups that are named. */
function piecesNamed(
  ctx: Context,
  selector: Selector,
  network: CheckedNetwork,
  pieces: Latents['pieces'],
): readonly string[] {
  const { name, groups } = latentIn(selector)!;
  const all = (pieces.get(name.name) ?? []).map((piece) => piece.path);
  if (groups.length === 0) return all;
  const meant = new Set(piecesOf(ctx, groups, name.name, network).map((piece) => piece.path));
  return all.filter((path) => meant.has(path));
}

/**
 * The family of each site under an engine. An engine with a single family uses it for every site, whatever the guide says.
 * Sites without a line: a point where the prior says nothing (improper, bounded), else the engine's default.
 */
export function guideSites(
  ctx: Context,
  guide: GuideInstance,
  model: CheckedModel,
  engine: EngineSignature,
): readonly CheckedGuideSite[] | null {
  const [first, ...others] = engine.guides;
  const sites: CheckedGuideSite[] = [];
  const told = new Set<SiteLine>();
  let ok = true;
  for (const site of model.sites) {
    const line = guide.lines.get(site.path);
    const written = guide.distributions.get(site.path);
    if (!fitsKind(ctx, engine, site)) ok = false;
    const behind = line === undefined ? null : slabIn(ctx, line);
    if (behind !== null && !told.has(line!) && !isBehindGate(ctx, site, line!, behind)) {
      told.add(line!);
      ok = false;
    }
    if (site.param !== undefined && line !== undefined) {
      sayParam(ctx, site, line);
      ok = false;
      continue;
    }
    if (written !== undefined && engine.guides.includes(written.name)) {
      const params = [...guide.params.sites, ...model.sites];
      const fitting = covers(ctx, site, written) ? pointWithin(ctx, site, written, params) : null;
      if (fitting === null) ok = false;
      else if (engine.posterior === undefined) sites.push(siteOf(ctx, site, written.name, fitting));
      else sites.push(siteOf(ctx, site, written.name, withoutExpressions(fitting)));
    } else if (written !== undefined && others.length > 0) {
      ctx.report.say('BP5001', written.span, `engine \`${engine.name}\` cannot fit \`${written.name}\` guides`, {
        hint: `it fits ${listed(engine.guides)}`,
      });
      ok = false;
    } else if (site.param !== undefined) {
      sites.push({
        site: site.path,
        family: pointFamily(ctx, engine),
        args: {},
        estimator: null,
        param: true,
        span: null,
      });
    } else if (first !== undefined) {
      const family = defaultFamily(ctx, engine, site);
      const ownKind = { site: site.path, family, args: {}, estimator: null, span: null };
      sites.push(engine.posterior === undefined ? siteOf(ctx, site, family, null) : ownKind);
    }
  }
  return ok ? sites : null;
}

/** Engines that fit no latents of 0 and 1 need a kernel that draws them, or hold them. */
function fitsKind(ctx: Context, engine: EngineSignature, { support, parameter, priorSpan }: CheckedSite): boolean {
  const fits = (name: string) => {
    const family = ctx.catalogue.distributions.get(name);
    return family !== undefined && kindOfFamily(family) === support;
  };
  const draws = (kernel: string) => ctx.catalogue.moveKernels.get(kernel)?.support === support;
  const able = engine.guides.some(fits) || engine.moveKernels?.some(draws) || engine.holds?.includes(support);
  if (!isBinary(support) || able === true) return true;
  const what = support === 'nested' ? 'a mask of 0 and 1' : '0 or 1';
  sayUnavailable(ctx.report, priorSpan, `\`${parameter.role}\`, which is ${what}, under engine \`${engine.name}\``);
  return false;
}

function sayParam(ctx: Context, { parameter: { role }, span }: CheckedSite, line: SiteLine): void {
  ctx.report.say('BP5006', line.span, `\`${role}\` is a \`param\`: it is not random, and has no guide`, {
    labels: [{ span, message: 'declared here' }],
    hint: 'leave the line out; where it starts stands at its declaration',
  });
}

function pointOf(ctx: Context, engine: EngineSignature): string | undefined {
  return engine.guides.find((name) => ctx.catalogue.distributions.get(name)?.point === true);
}

/** Engines without guides have a family of their own. */
export function pointFamily(ctx: Context, engine: EngineSignature): string {
  return pointOf(ctx, engine) ?? engine.guides[0] ?? '';
}

function defaultFamily(ctx: Context, engine: EngineSignature, site: CheckedSite): string {
  const { distributions } = ctx.catalogue;
  const prior = ctx.distribution(site.prior.name);
  const point = pointOf(ctx, engine);
  const saysNothing = prior?.proper === false && prior.unbounded !== true;
  if (saysNothing && point !== undefined) return point;
  const own = engine.guides.find((name) => {
    const family = distributions.get(name);
    return family !== undefined && kindOfFamily(family) === kindOf(site.support);
  });
  return own ?? engine.guides[0]!;
}

function siteOf(
  ctx: Context,
  { path }: CheckedSite,
  family: string,
  written: CheckedDistribution | null,
): CheckedGuideSite {
  const given = new Map(written?.args.map((a) => [a.name, a.value]));
  const record = ctx.catalogue.distributions.get(family);
  // Of nested masks the prior says how many blocks there are.
  const params = (record?.params ?? []).filter((p) => p.name !== record?.nested);
  const args = Object.fromEntries(params.map((p) => [p.name, given.get(p.name) ?? (p.learned ? null : p.default)]));
  const expressions = (written?.args ?? []).flatMap((a) => (a.value === null ? [[a.name, a.expr] as const] : []));
  const drawn = record !== undefined && record.ofValues === undefined && isBinary(kindOfFamily(record));
  return {
    site: path,
    family,
    args,
    ...(expressions.length === 0 ? {} : { expressions: Object.fromEntries(expressions) }),
    estimator: drawn ? defaultGateEstimator(ctx) : null,
    span: written?.span ?? null,
  };
}

/** Of an engine whose posterior is of its own kind: it learns nothing for a guide. */
function withoutExpressions(written: CheckedDistribution): CheckedDistribution {
  return { ...written, args: written.args.filter((a) => a.value !== null) };
}

/** True when the family has no spread. */
export function isPoint(ctx: Context, site: CheckedGuideSite): boolean {
  return ctx.catalogue.distributions.get(site.family)?.point === true;
}
