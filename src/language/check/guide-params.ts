/** `param theta[fc1.unit] = 0.5 in [0, 1]` in a guide: numbers that it learns, of which its lines make the arguments of their families. */
import type { GuideDeclaration } from '../syntax/ast.ts';
import { NO_ARGUMENTS, type OwnNames, priorScope } from './bindings.ts';
import type { CheckedGuideSite, CheckedNetwork, CheckedSite } from './checked.ts';
import { errorNode, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { asWeight, type Latents, paramSite, piecesOf } from './latents.ts';
import { sayUnavailable } from './later.ts';
import { namesIn } from './live.ts';
import type { ModelInstance } from './model.ts';
import { checkPlate, originOfParam, warnIdle } from './model-lines.ts';
import type { NamedLine } from './model-names.ts';
import { rangeOfParam } from './params.ts';
import type { SiteRef } from './selectors.ts';
import { typed, UNKNOWN } from './types.ts';

export interface GuideParams extends Latents {
  readonly names: ReadonlyMap<string, NamedLine>;
}

/** What a guide is checked for. `rows`: N, or null where it is not known. */
export interface GuideSubject {
  readonly declaration: GuideDeclaration;
  readonly network: CheckedNetwork;
  readonly model: ModelInstance;
  readonly rows: number | null;
}

/** All that the guide declares, as far as nothing is wrong with them. */
export function checkGuideParams(ctx: Context, { declaration, network, model, rows }: GuideSubject): GuideParams {
  const names = new Map<string, NamedLine>();
  for (const line of declaration.lines) {
    if (line.kind !== 'param') continue;
    const { name, groups } = line;
    const earlier = names.get(name.name) ?? model.names.get(name.name);
    if (earlier !== undefined) {
      const where = names.has(name.name) ? 'stands twice in the guide' : 'is a name of the model too';
      ctx.report.say('BP2002', name.span, `\`${name.name}\` ${where}`, {
        labels: [{ span: earlier.name.span, message: 'first here' }],
        hint: 'give one of the two another name',
      });
      if (names.has(name.name)) continue;
    }
    names.set(name.name, { name, kind: 'param', groups, line });
    checkPlate(ctx, groups, network);
    if (ctx.isWhole(declaration)) warnIdle(ctx, name, [declaration], 'in a line of the guide');
  }
  const pieces = new Map([...names].map(([name, { groups }]) => [name, piecesOf(ctx, groups, name, network)] as const));
  const sites = [...names].flatMap(([name, { line }]) =>
    pieces.get(name)!.flatMap((piece): CheckedSite[] => {
      const { site, index } = asWeight(piece, network);
      const scope = priorScope(NO_ARGUMENTS, rows, site, index);
      const found = line.kind === 'param' ? paramSite(ctx, 'guide', line, scope, piece) : null;
      return found === null ? [] : [found];
    }),
  );
  return { names, pieces, sites };
}

/** What a line of a guide may mention: `param`s of the guide and of the model, constants, `N`, and what there is of the `layer` of a site. */
export function guideScope(
  ctx: Context,
  { declaration, model, rows }: GuideSubject,
  params: GuideParams,
  site: SiteRef | null,
  index: number,
): Scope {
  const known = paramsBeside(model, params);
  const own: OwnNames = {
    has: (name) => known.has(name),
    typeOf: (name) => (known.has(name) ? typed('number', 'run') : UNKNOWN),
    rangeOf(name) {
      const line = known.get(name)?.line;
      return line?.kind === 'param' ? rangeOfParam(line) : null;
    },
    originOf: (name) => (known.has(name) ? originOfParam(known.get(name)!) : null),
    names: [...known.keys()],
    incomplete: !ctx.isWhole(declaration),
    resolve(expr) {
      if (known.has(expr.name)) return expr;
      if (!model.names.has(expr.name)) return null;
      sayUnavailable(ctx.report, expr.span, `a guide that depends on \`${expr.name}\` of the model`);
      return errorNode(expr.span);
    },
  };
  const scope = priorScope(NO_ARGUMENTS, rows, site, index, own);
  // Where there is no layer, nothing of one can be said.
  return { ...scope, resolve: (expr, c) => (site === null && expr.kind === 'member' ? null : scope.resolve(expr, c)) };
}

/** Those of the guide, and those of the model, which are points that a guide may know. */
export function paramsBeside(model: ModelInstance, params: GuideParams): ReadonlyMap<string, NamedLine> {
  return new Map([...[...model.names].filter(([, { kind }]) => kind === 'param'), ...params.names]);
}

interface Guided {
  readonly model: ModelInstance;
  readonly sites: readonly CheckedGuideSite[];
}

/**
 * The model as an inference has it whose guide mentions `param`s of its own: they stand among those of the model, as points without a
 * density. `point`: the family of such points.
 */
export function withGuideParams(
  model: ModelInstance,
  params: GuideParams,
  sites: readonly CheckedGuideSite[],
  point: string,
): Guided {
  const mentioned = namesIn(sites.map(({ expressions }) => expressions ?? {}));
  const used = params.sites.filter(({ path }) => mentioned.has(path));
  if (used.length === 0) return { model, sites };
  const points = used.map(
    ({ path }): CheckedGuideSite => ({
      site: path,
      family: point,
      args: {},
      estimator: null,
      param: true,
      span: null,
    }),
  );
  return { model: besideModel(model, params, used), sites: [...points, ...sites] };
}

/** The `param`s under their names beside those of the model, for what the options of a step say of them. */
export function besideModel(model: ModelInstance, params: GuideParams, used: readonly CheckedSite[]): ModelInstance {
  const paths = new Set(used.map(({ path }) => path));
  const pieces = [...params.pieces].flatMap(([name, all]) => {
    const own = all.filter(({ path }) => paths.has(path));
    return own.length === 0 ? [] : [[name, own] as const];
  });
  return {
    ...model,
    names: new Map([...model.names, ...pieces.map(([name]) => [name, params.names.get(name)!] as const)]),
    latents: {
      pieces: new Map([...model.latents.pieces, ...pieces]),
      sites: [...used, ...model.latents.sites],
    },
    model: model.model === null ? null : { ...model.model, sites: [...used, ...model.model.sites] },
  };
}
