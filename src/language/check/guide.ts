/** Guides: a family for each site, from the lines of a guide, the engine's own families and the priors. */
import type { EngineSignature } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import type { GuideDeclaration, Selector, SiteLine } from '../syntax/ast.ts';
import { assignLines, saySecond } from './assignment.ts';
import type { CheckedDistribution, CheckedGuideSite, CheckedModel, CheckedNetwork, CheckedSite } from './checked.ts';
import { close, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { checkDistribution } from './distribution.ts';
import { defaultGateEstimator } from './gate-estimators.ts';
import { reachesGroups } from './groups.ts';
import { covers, kindOf } from './guide-support.ts';
import { piecesOf } from './latents.ts';
import { sayUnavailable } from './later.ts';
import type { ModelInstance } from './model.ts';
import { latentIn, type ModelName } from './model-names.ts';
import { listed, suggested } from './report.ts';
import { UNKNOWN } from './types.ts';

/** What a guide says of each site of a network; checked once, whoever uses it. */
export interface GuideInstance {
  readonly lines: ReadonlyMap<string, SiteLine>;
  readonly distributions: ReadonlyMap<SiteLine, CheckedDistribution>;
  readonly ok: boolean;
}

const SECOND = { code: 'BP5002', noun: 'guide' } as const;

const NOTHING: GuideInstance = { lines: new Map(), distributions: new Map(), ok: true };

export class Guides {
  private readonly ctx: Context;
  private readonly known = new Map<string, GuideInstance>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  instance(declaration: GuideDeclaration | null, network: CheckedNetwork, model: ModelInstance): GuideInstance {
    if (declaration === null) return NOTHING;
    this.ctx.used.add(declaration);
    const { source, start } = declaration.span;
    const { names, latents } = model;
    const pieces = [...latents.pieces.values()].flatMap((p) => p.map(({ path }) => path));
    const parts = [...network.layers.map((l) => l.path), ...names.keys(), ...pieces];
    const key = `${source} ${start} ${network.name} ${parts.join(' ')}`;
    const instance = this.known.get(key) ?? this.check(declaration, network, model);
    this.known.set(key, instance);
    return instance;
  }

  private check(declaration: GuideDeclaration, network: CheckedNetwork, model: ModelInstance): GuideInstance {
    const { names } = model;
    const before = this.ctx.report.errors;
    const sites = declaration.lines.filter((line) => line.kind === 'site');
    const namesLatent = (selector: Selector) => names.has(latentIn(selector)?.name.name ?? '');
    const ofLatents = sites.flatMap((line) => part(line, namesLatent));
    const ofNetwork = sites.flatMap((line) => part(line, (selector) => !namesLatent(selector)));
    const scope = guideScope(this.ctx, declaration, names);
    const whole = this.otherLines(declaration, network, scope);
    const assigned = new Map([
      ...assignLines(this.ctx, ofNetwork, network, SECOND),
      ...assignLatents(this.ctx, ofLatents, network, model),
    ]);
    const reached = new Set(assigned.values());
    const distributions = new Map<SiteLine, CheckedDistribution>();
    for (const line of [...ofNetwork, ...ofLatents]) {
      // That a latent itself is not available yet was said in the model.
      if (ofLatents.includes(line) && !reached.has(line)) {
        close(this.ctx, line.distribution, scope);
        continue;
      }
      const distribution = checkDistribution(this.ctx, line.distribution, 'guide', scope);
      if (distribution !== null) distributions.set(line, distribution);
    }
    return { lines: assigned, distributions, ok: whole && this.ctx.report.errors === before };
  }

  /** `param`s, and what has no place in a guide; false when the guide cannot be used. */
  private otherLines(declaration: GuideDeclaration, network: CheckedNetwork, scope: Scope): boolean {
    let whole = true;
    for (const line of declaration.lines) {
      if (line.kind === 'site') continue;
      whole = false;
      if (line.kind === 'error') continue;
      if (line.kind === 'param') {
        close(this.ctx, line.value, scope);
        for (const group of line.groups) if (group.kind === 'selector') reachesGroups(this.ctx, group, network);
        sayUnavailable(this.ctx.report, line.name.span, `param \`${line.name.name}\` of a guide`);
      } else {
        this.ctx.report.say(
          'BP5006',
          line.span,
          `a guide has no \`${line.kind === 'quantity' ? '=' : line.kind}\` line`,
          {
            hint: 'it gives sites their families, `*.weight ~ Normal(sd = 0.1)`, and declares `param`s',
          },
        );
      }
    }
    return whole;
  }
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
  { latents }: ModelInstance,
): ReadonlyMap<string, SiteLine> {
  const plain = new Map<string, SiteLine>();
  const overriding = new Map<string, SiteLine>();
  for (const line of lines) {
    const table = line.override ? overriding : plain;
    for (const path of line.target.include.flatMap((selector) => piecesNamed(ctx, selector, network, latents))) {
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
  { pieces }: ModelInstance['latents'],
): readonly string[] {
  const { name, groups } = latentIn(selector)!;
  const all = (pieces.get(name.name) ?? []).map((piece) => piece.path);
  if (groups.length === 0) return all;
  const meant = new Set(piecesOf(ctx, groups, name.name, network).map((piece) => piece.path));
  return all.filter((path) => meant.has(path));
}

/** Constants, `param`s of the guide, and names of the model. */
function guideScope(ctx: Context, declaration: GuideDeclaration, names: ReadonlyMap<string, ModelName>): Scope {
  const params = declaration.lines.flatMap((line) => (line.kind === 'param' ? [line.name.name] : []));
  const isOpen = (expr: Expr) => expr.kind === 'name' && (params.includes(expr.name) || names.has(expr.name));
  const isLayer = (expr: Expr) => expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === 'layer';
  return {
    resolve(expr) {
      if (isLayer(expr)) sayUnavailable(ctx.report, expr.span, '`layer` in a guide');
      return isOpen(expr) || isLayer(expr) ? expr : null;
    },
    typeOf: (expr) => (isOpen(expr) || isLayer(expr) ? UNKNOWN : null),
    names: [...params, ...names.keys()],
  };
}

/**
 * The guide that a step uses: the named one, the model's own, or the only one there is. Undefined after a report. Where none is
 * `needed`, since the engine has one family for all sites, several that nothing tells apart are none.
 */
export function chooseGuide(
  ctx: Context,
  written: { readonly name: string; readonly span: GuideDeclaration['span'] } | null,
  modelName: string | null,
  place: GuideDeclaration['span'],
  needed = true,
): GuideDeclaration | null | undefined {
  const { guides, incomplete } = ctx.declarations;
  if (written !== null) {
    const found = guides.find((g) => g.name?.name === written.name);
    if (found !== undefined) return found;
    const names = guides.flatMap((g) => (g.name === null ? [] : [g.name.name]));
    if (!incomplete) {
      ctx.report.say('BP2001', written.span, `there is no guide \`${written.name}\``, {
        ...suggested(written, names, 'the guides are', { none: 'declare it: `guide NAME { ... }`' }),
      });
    }
    return undefined;
  }
  const own = guides.filter((g) => g.model !== null && g.model.name === modelName);
  const open = guides.filter((g) => g.model === null);
  const candidates = own.length > 0 ? own : open;
  const nameless = candidates.filter((g) => g.name === null);
  const [only] = nameless.length > 0 ? nameless : candidates;
  if ((nameless.length > 0 ? nameless : candidates).length <= 1) return only ?? null;
  for (const guide of candidates) ctx.used.add(guide);
  if (!needed) return null;
  const names = candidates.flatMap((g) => (g.name === null ? [] : [g.name.name]));
  ctx.report.say('BP2018', place, 'there is more than one guide, and nothing says which', {
    labels: candidates.map((g) => ({ span: g.name?.span ?? g.span, message: 'a guide' })),
    hint: names.length === 0 ? 'name the guides, and write `with NAME`' : `write \`with ${names[0]}\``,
  });
  return undefined;
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
  let ok = true;
  for (const site of model.sites) {
    const line = guide.lines.get(site.path);
    const written = line === undefined ? undefined : guide.distributions.get(line);
    if (!fitsKind(ctx, engine, site)) ok = false;
    if (site.param !== undefined && line !== undefined) {
      sayParam(ctx, site, line);
      ok = false;
      continue;
    }
    if (written !== undefined && engine.guides.includes(written.name)) {
      if (!covers(ctx, site, written)) ok = false;
      sites.push(siteOf(ctx, site.path, written.name, written));
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
      sites.push(engine.posterior === undefined ? siteOf(ctx, site.path, family, null) : ownKind);
    }
  }
  return ok ? sites : null;
}

/** Engines that fit no latents of 0 and 1 need a kernel that draws them. */
function fitsKind(ctx: Context, engine: EngineSignature, { support, parameter, priorSpan }: CheckedSite): boolean {
  const isBinary = (name: string) => ctx.catalogue.distributions.get(name)?.support === 'binary';
  const draws = (kernel: string) => ctx.catalogue.moveKernels.get(kernel)?.support === 'binary';
  if (support !== 'binary' || engine.guides.some(isBinary) || engine.moveKernels?.some(draws)) return true;
  sayUnavailable(ctx.report, priorSpan, `\`${parameter.role}\`, which is 0 or 1, under engine \`${engine.name}\``);
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
function pointFamily(ctx: Context, engine: EngineSignature): string {
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
    return family !== undefined && kindOf(family.support) === kindOf(site.support);
  });
  return own ?? engine.guides[0]!;
}

function siteOf(ctx: Context, site: string, family: string, written: CheckedDistribution | null): CheckedGuideSite {
  const params = ctx.catalogue.distributions.get(family)?.params ?? [];
  const given = new Map(written?.args.map((a) => [a.name, a.value]));
  const args = Object.fromEntries(params.map((p) => [p.name, given.get(p.name) ?? (p.learned ? null : p.default)]));
  const binary = ctx.catalogue.distributions.get(family)?.support === 'binary';
  return { site, family, args, estimator: binary ? defaultGateEstimator(ctx) : null, span: written?.span ?? null };
}

/** True when the family has no spread. */
export function isPoint(ctx: Context, site: CheckedGuideSite): boolean {
  return ctx.catalogue.distributions.get(site.family)?.point === true;
}
