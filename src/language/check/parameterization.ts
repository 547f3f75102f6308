/**
 * `parameterization of fc1.weight = noncentred`: where a prior has a latent scale, the site's own numbers become those of the prior at
 * scale 1, and the scale multiplies them (Papaspiliopoulos, Roberts & Skold 2007; for horseshoe networks Ghosh, Yao & Doshi-Velez 2018).
 * A guide of independent numbers then says what the two have to say together: a small scale makes every weight small, without their knowing.
 */
import type { EngineSignature } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import type { SiteSetting } from '../syntax/ast.ts';
import type { CheckedDistribution, CheckedSite } from './checked.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import { sayUnavailable } from './later.ts';
import type { ModelInstance } from './model.ts';
import { suggestedAt } from './report.ts';
import { selectSites } from './selectors.ts';

const WORDS = ['centred', 'noncentred'] as const;

/** The model as this inference has it, and as steps that go on from it do; null after a report. */
export function parameterized(
  ctx: Context,
  settings: readonly SiteSetting[],
  instance: ModelInstance,
  engine: EngineSignature,
): ModelInstance | null {
  const before = ctx.report.errors;
  const network = instance.application?.instance.network;
  const { model } = instance;
  const chosen = new Map<string, SiteSetting>();
  for (const setting of settings.filter((s) => s.name.name === 'parameterization')) {
    const word = wordOf(ctx, setting);
    if (word === null || network === undefined) continue;
    if (instance.names.has(setting.site.segments[0]!.pattern)) {
      sayUnavailable(
        ctx.report,
        setting.span,
        `\`parameterization of\` the latent \`${formatSelector(setting.site)}\``,
      );
      continue;
    }
    const selectors = { include: [setting.site], except: [], span: setting.site.span };
    for (const { path } of selectSites(ctx, selectors, network)) {
      if (word === 'noncentred') chosen.set(path, setting);
      else chosen.delete(path);
    }
  }
  if (model === null || chosen.size === 0) return ctx.report.errors > before ? null : instance;
  if (engine.linearises === true) {
    const [setting] = chosen.values();
    sayUnavailable(ctx.report, setting!.span, `\`parameterization of\` a site under engine \`${engine.name}\``);
    return null;
  }
  const sites = model.sites.map((site) => {
    const setting = chosen.get(site.path);
    return setting === undefined || site.scale !== undefined ? site : noncentred(ctx, site, setting);
  });
  return ctx.report.errors > before ? null : { ...instance, model: { ...model, sites } };
}

function wordOf(ctx: Context, { value }: SiteSetting): (typeof WORDS)[number] | null {
  const word = WORDS.find((w) => value.kind === 'name' && value.name === w);
  if (word !== undefined) return word;
  const written = value.kind === 'name' ? value.name : '';
  ctx.report.say('BP2015', value.span, 'a parameterization is `centred` or `noncentred`', {
    ...suggestedAt(value.span, written, WORDS, 'write'),
  });
  return null;
}

/** The site at scale 1; itself after a report. */
function noncentred(ctx: Context, site: CheckedSite, { span }: SiteSetting): CheckedSite {
  const found = atScaleOne(ctx, site.prior);
  if (typeof found !== 'string') return { ...site, prior: found.prior, scale: found.scale };
  ctx.report.say('BP5023', span, `\`${site.path}\` cannot be inferred non-centred: ${found}`, {
    labels: [{ span: site.priorSpan, message: 'its prior' }],
    hint: 'leave it out of `parameterization of`, or give it a prior such as `Normal(0, s)` with a latent `s`',
  });
  return site;
}

/** A prior with its scale taken out, or why it has none. */
function atScaleOne(
  ctx: Context,
  prior: CheckedDistribution,
): { readonly prior: CheckedDistribution; readonly scale: Expr } | string {
  const record = ctx.distribution(prior.name);
  const [slab] = prior.components;
  if (slab !== undefined && record?.params.some((p) => p.constraint === 'gate') === true) {
    const inner = atScaleOne(ctx, slab.distribution);
    if (typeof inner === 'string') return inner;
    return { prior: { ...prior, components: [{ ...slab, distribution: inner.prior }] }, scale: inner.scale };
  }
  const names = record?.locationScale;
  if (names === undefined) return `\`${prior.name}\` has no location and scale`;
  const [location, scale] = names.map((name) => prior.args.find((a) => a.name === name));
  if (location?.value !== 0) return `the middle of its prior is not the number 0`;
  if (scale?.value !== null) return `the scale of its prior is a number, and no latent that it could depend on`;
  const one: Expr = { kind: 'number', value: 1, unit: null, percent: false, span: scale.expr.span };
  const args = prior.args.map((a) => (a === scale ? { ...a, expr: one, value: 1 } : a));
  return { prior: { ...prior, args }, scale: scale.expr };
}

/** A state holds numbers of one parameterization; a step cannot go on from another one. */
export function refuseOtherParameterization(
  ctx: Context,
  place: SiteSetting['span'],
  earlier: ModelInstance | null,
  { model }: ModelInstance,
): void {
  const known = new Map(earlier?.model?.sites.map((site) => [site.path, site]));
  const changed = (model?.sites ?? []).find((site) => {
    const before = known.get(site.path);
    return before !== undefined && (before.scale === undefined) !== (site.scale === undefined);
  });
  if (changed === undefined) return;
  const [now, then] = changed.scale === undefined ? ['centred', 'non-centred'] : ['non-centred', 'centred'];
  ctx.report.say('BP5023', place, `\`${changed.path}\` is ${now} here, and the state above has it ${then}`, {
    hint: 'write the same `parameterization of` in both steps, or begin anew with `from init`',
  });
}
