/** `optimizer of fc1.weight = sgd(0.01)`: sites that follow another optimizer than the rest of a training. */
import type { EngineSignature } from '../../base/catalogue.ts';
import { nearest } from '../../base/suggest.ts';
import type { InferStep, Selector, SiteSetting } from '../syntax/ast.ts';
import type { CheckedGuideSite, CheckedOptimizer } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import type { ModelInstance } from './model.ts';
import { latentIn } from './model-names.ts';
import { checkOptimizer, type Horizon } from './optimizer.ts';
import { suggestedAt } from './report.ts';
import { selectSites } from './selectors.ts';

/** What a setting reaches, and whether one below it reaches the same. */
interface Reach {
  readonly setting: SiteSetting;
  readonly paths: readonly string[];
}

/** By site path. Of two settings that reach a site the one further down holds; null after a report. */
export function siteOptimizers(
  ctx: Context,
  step: InferStep,
  engine: EngineSignature,
  model: ModelInstance,
  families: readonly CheckedGuideSite[] | null,
  scope: Scope,
  horizon: Horizon | null,
): Readonly<Record<string, CheckedOptimizer>> | null {
  const before = ctx.report.errors;
  const settings = (step.options?.ofSites ?? []).filter((setting) => setting.name.name === 'optimizer');
  const [first] = settings;
  if (first === undefined) return {};
  if (!engine.options.some((option) => option.type.kind === 'optimizer')) {
    const moves = engine.options.find((option) => option.name === 'lr') === undefined ? '' : ': `lr` is its step size';
    ctx.report.say('BP2013', first.name.span, `engine \`${engine.name}\` has no optimizer${moves}`, {
      hint: 'leave `optimizer of` out, or use another engine',
    });
    return null;
  }
  const reached = settings.map((setting): Reach => ({ setting, paths: pathsOf(ctx, setting, model, families) }));
  const chosen: Record<string, CheckedOptimizer> = {};
  for (const { setting, paths } of reached) {
    const optimizer = checkOptimizer(ctx, setting.value, scope, horizon);
    if (optimizer !== null) for (const path of paths) chosen[path] = optimizer;
  }
  reached.forEach((own, i) => {
    sayOverridden(ctx, own, reached.slice(i + 1));
    sayMoved(ctx, own, step);
    sayNothingLearned(ctx, own, families ?? []);
  });
  return ctx.report.errors > before ? null : chosen;
}

/** What a setting reaches; none after a report. */
function pathsOf(
  ctx: Context,
  { site }: SiteSetting,
  instance: ModelInstance,
  families: readonly CheckedGuideSite[] | null,
): readonly string[] {
  const name = latentIn(site)?.name.name ?? '';
  if (!instance.latents.pieces.has(name) && isGuideParam(ctx, name)) {
    // Where something is wrong with the guide, what its families mention is not known.
    if (families !== null) sayIdle(ctx, site, name);
    return [];
  }
  return sitesNamed(ctx, site, instance);
}

/** A latent or a `param` by its name, parameters of the network by a selector; none after a report. */
export function sitesNamed(ctx: Context, site: Selector, { application, latents }: ModelInstance): readonly string[] {
  const pieces = latents.pieces.get(latentIn(site)?.name.name ?? '');
  if (pieces !== undefined) {
    const written = formatSelector(site);
    const whole = pieces.filter((piece) => piece.path === written);
    return (whole.length > 0 ? whole : pieces).map((piece) => piece.path);
  }
  if (saysMisspelt(ctx, site, { application, latents }) || application === null) return [];
  const selectors = { include: [site], except: [], span: site.span };
  return selectSites(ctx, selectors, application.instance.network).map((reached) => reached.path);
}

/** True after saying so of one name that is no layer, and nearly that of a latent. */
function saysMisspelt(
  ctx: Context,
  { segments: [segment, ...more] }: Selector,
  { application, latents: { pieces } }: Pick<ModelInstance, 'application' | 'latents'>,
): boolean {
  const { pattern: name, span } = segment!;
  const layers = application?.instance.network.layers ?? [];
  const isLayer = layers.some(({ path, kind }) => path.split(/[.[]/)[0] === name || kind === name);
  if (more.length > 0 || isLayer || nearest(name, pieces.keys()) === null) return false;
  ctx.report.say('BP2020', span, `the model has no latent \`${name}\``, suggestedAt(span, name, pieces.keys()));
  return true;
}

/** Whether any guide of the program declares a `param` of this name. */
export function isGuideParam({ declarations }: Context, name: string): boolean {
  return declarations.guides.some(({ lines }) => lines.some((l) => l.kind === 'param' && l.name.name === name));
}

/** Of a `param` of a guide that this inference has no use for. */
function sayIdle(ctx: Context, site: SiteSetting['site'], name: string): void {
  const message = `\`optimizer of ${formatSelector(site)}\` holds for nothing: no family of this inference mentions \`${name}\``;
  ctx.report.say('BP5015', site.span, message, {
    hint: 'leave it out, or infer with the guide that declares it: `infer sgvb with GUIDE { ... }`',
  });
}

/** Nothing is left of a setting whose sites are all reached by those below it. */
function sayOverridden(ctx: Context, { setting, paths }: Reach, below: readonly Reach[]): void {
  const last = below.findLast((other) => paths.some((path) => other.paths.includes(path)));
  if (last === undefined || !paths.every((path) => below.some((other) => other.paths.includes(path)))) return;
  ctx.report.say('BP5015', setting.span, `\`optimizer of ${formatSelector(setting.site)}\` holds for nothing`, {
    labels: [{ span: last.setting.span, message: 'reaches the same, and stands further down' }],
    hint: 'put it below the other one, or leave it out',
  });
}

/** Where every argument of the families is an expression, their `param`s follow an optimizer, and they themselves none. */
function sayNothingLearned(ctx: Context, { setting, paths }: Reach, families: readonly CheckedGuideSite[]): void {
  const own = families.filter(({ site }) => paths.includes(site));
  const learnsNothing = ({ family, expressions = {} }: CheckedGuideSite) => {
    const learned = ctx.catalogue.distributions.get(family)?.params.filter((p) => p.learned) ?? [];
    return learned.length > 0 && learned.every((p) => p.name in expressions);
  };
  const [first] = own;
  if (first === undefined || !own.every(learnsNothing)) return;
  ctx.report.say('BP5015', setting.span, `\`optimizer of ${formatSelector(setting.site)}\` holds for nothing`, {
    labels: first.span === null ? [] : [{ span: first.span, message: 'all of it is made of `param`s' }],
    hint: 'name the `param`s in its place: `optimizer of PARAM = ...`',
  });
}

/** A `param` that a rule sets follows no gradient. */
function sayMoved(ctx: Context, { setting }: Reach, { options }: InferStep): void {
  const move = options?.moves.find(({ target }) => target.name === latentIn(setting.site)?.name.name);
  if (move === undefined) return;
  ctx.report.say('BP5015', setting.span, `\`optimizer of ${formatSelector(setting.site)}\` holds for nothing`, {
    labels: [{ span: move.span, message: 'what a rule sets follows no gradient' }],
    hint: 'leave one of the two out',
  });
}
