/** Guides: a family for each site, from the lines of a guide, the engine's own families and the priors. */
import type { DistributionSignature, EngineSignature } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import type { GuideDeclaration, SiteLine } from '../syntax/ast.ts';
import type { CheckedDistribution, CheckedGuideSite, CheckedModel, CheckedNetwork } from './checked.ts';
import { close, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { checkDistribution } from './distribution.ts';
import { reachesGroups } from './groups.ts';
import { sayUnavailable } from './later.ts';
import { assignLines } from './model.ts';
import { latentOf, type ModelName } from './model-names.ts';
import { listed, suggestion } from './report.ts';
import { UNKNOWN } from './types.ts';

/** What a guide says of each site of a network; checked once, whoever uses it. */
export interface GuideInstance {
  readonly lines: ReadonlyMap<string, SiteLine>;
  readonly distributions: ReadonlyMap<SiteLine, CheckedDistribution>;
  readonly ok: boolean;
}

const NOTHING: GuideInstance = { lines: new Map(), distributions: new Map(), ok: true };

export class Guides {
  private readonly ctx: Context;
  private readonly known = new Map<string, GuideInstance>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** `names`: what the model declares beside parameters of the network. */
  instance(
    declaration: GuideDeclaration | null,
    network: CheckedNetwork,
    names: ReadonlyMap<string, ModelName>,
  ): GuideInstance {
    if (declaration === null) return NOTHING;
    this.ctx.used.add(declaration);
    const { source, start } = declaration.span;
    const parts = [...network.layers.map((l) => l.path), ...names.keys()];
    const key = `${source} ${start} ${network.name} ${parts.join(' ')}`;
    const instance = this.known.get(key) ?? this.check(declaration, network, names);
    this.known.set(key, instance);
    return instance;
  }

  private check(
    declaration: GuideDeclaration,
    network: CheckedNetwork,
    names: ReadonlyMap<string, ModelName>,
  ): GuideInstance {
    const before = this.ctx.report.errors;
    const sites = declaration.lines.filter((line) => line.kind === 'site');
    const ofLatent = (line: SiteLine) => names.has(latentOf(line)?.name.name ?? '');
    const lines = sites.filter((line) => !ofLatent(line));
    const scope = guideScope(this.ctx, declaration, names);
    const whole = this.otherLines(declaration, network, scope);
    // That the latents themselves are not available yet was said in the model.
    for (const line of sites.filter(ofLatent)) close(this.ctx, line.distribution, scope);
    const assigned = assignLines(this.ctx, lines, network, { code: 'BP5002', noun: 'guide' });
    const distributions = new Map<SiteLine, CheckedDistribution>();
    for (const line of lines) {
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

/** The guide that a step uses: the named one, the model's own, or the only one there is. Undefined after a report. */
export function chooseGuide(
  ctx: Context,
  written: { readonly name: string; readonly span: GuideDeclaration['span'] } | null,
  modelName: string | null,
  place: GuideDeclaration['span'],
): GuideDeclaration | null | undefined {
  const { guides, incomplete } = ctx.declarations;
  if (written !== null) {
    const found = guides.find((g) => g.name?.name === written.name);
    if (found !== undefined) return found;
    const names = guides.flatMap((g) => (g.name === null ? [] : [g.name.name]));
    if (!incomplete) {
      ctx.report.say('BP2001', written.span, `there is no guide \`${written.name}\``, {
        hint: suggestion(written.name, names, 'the guides are') ?? 'declare it: `guide NAME { ... }`',
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
    if (written !== undefined && engine.guides.includes(written.name)) {
      sites.push(siteOf(ctx, site.path, written.name, written));
    } else if (written !== undefined && others.length > 0) {
      ctx.report.say('BP5001', written.span, `engine \`${engine.name}\` cannot fit \`${written.name}\` guides`, {
        hint: `it fits ${listed(engine.guides)}`,
      });
      ok = false;
    } else if (first !== undefined) {
      sites.push(
        siteOf(ctx, site.path, defaultFamily(ctx, engine, ctx.catalogue.distributions.get(site.prior.name)), null),
      );
    }
  }
  return ok ? sites : null;
}

function defaultFamily(ctx: Context, engine: EngineSignature, prior: DistributionSignature | undefined): string {
  const point = engine.guides.find((name) => ctx.catalogue.distributions.get(name)?.point === true);
  const saysNothing = prior?.proper === false && prior.unbounded !== true;
  return saysNothing && point !== undefined ? point : engine.guides[0]!;
}

function siteOf(ctx: Context, site: string, family: string, written: CheckedDistribution | null): CheckedGuideSite {
  const params = ctx.catalogue.distributions.get(family)?.params ?? [];
  const given = new Map(written?.args.map((a) => [a.name, a.value]));
  const args = Object.fromEntries(params.map((p) => [p.name, given.get(p.name) ?? (p.learned ? null : p.default)]));
  return { site, family, args, span: written?.span ?? null };
}

/** True when the family has no spread. */
export function isPoint(ctx: Context, site: CheckedGuideSite): boolean {
  return ctx.catalogue.distributions.get(site.family)?.point === true;
}
