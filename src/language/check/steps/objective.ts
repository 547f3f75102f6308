/** Divergences and temperatures against the guides and priors of a model: each is known between some families only. */
import { replacement } from '../../../base/fix.ts';
import type { Span } from '../../../base/span.ts';
import type { InferStep } from '../../syntax/ast.ts';
import type { CheckedDistribution, CheckedGuideSite, CheckedModel, CheckedSite, PlanInfer } from '../checked.ts';
import type { Context } from '../context.ts';
import { isPoint } from '../guide.ts';
import { sayUnavailable } from '../later.ts';
import { listed } from '../report.ts';

/** Reports what of the objective does not fit the model, at the option that asks for it. */
export function refuseObjective(
  ctx: Context,
  step: InferStep,
  { options }: Pick<PlanInfer, 'options'>,
  model: CheckedModel,
  guide: readonly CheckedGuideSite[],
): void {
  const placeOf = (name: string) => {
    const setting = step.options?.settings.find((s) => s.name.name === name);
    return setting?.value?.span ?? setting?.span ?? step.engine.span;
  };
  if (options.divergence !== undefined) {
    const [name] = [options.divergence].flat();
    refuseDivergence(ctx, String(name), placeOf('divergence'), model, guide);
  }
  refuseGatedCorrelation(ctx, model, guide, step.engine.span);
  const gated = model.sites.find(isGated);
  if (options.temperature !== undefined && options.temperature !== 1 && gated !== undefined)
    sayUnavailable(ctx.report, placeOf('temperature'), `\`temperature\` beside a \`${gated.prior.name}\` prior`);
}

function refuseDivergence(
  ctx: Context,
  name: string,
  place: Span,
  model: CheckedModel,
  guide: readonly CheckedGuideSite[],
): void {
  const record = ctx.catalogue.divergences.get(name);
  if (record === undefined) return;
  const { guides, priors, drawsPrior } = record;
  for (const own of guide) {
    const site = model.sites.find((s) => s.path === own.site)!;
    // Points pay -log prior, and latents their KL, under every divergence.
    if (site.parameter.counts === 'latent' || isPoint(ctx, own)) continue;
    if (guides !== null && !guides.includes(own.family)) {
      const labels = own.span === null ? [] : [{ span: own.span, message: `the guide of \`${site.path}\`` }];
      const message = `\`${name}\` is between ${listed(guides)} guides and priors, but \`${own.site}\` has \`${own.family}\``;
      ctx.report.say('BP5012', place, message, {
        labels,
        hint: 'use `divergence = kl`',
        fix: replacement(place, 'kl'),
      });
      return;
    }
    const prior = slabOf(site);
    if (priors !== null && !priors.includes(prior.name)) {
      sayPrior(ctx, place, `\`${name}\` is known for ${listed(priors)} priors alone`, site, prior);
      return;
    }
    if (drawsPrior && !isDrawn(ctx, prior)) {
      sayPrior(ctx, place, `\`${name}\` draws from the priors, each number by itself`, site, prior);
      return;
    }
  }
}

/** A guide that is its slab where a gate is closed is no part of one normal. */
function refuseGatedCorrelation(
  ctx: Context,
  model: CheckedModel,
  guide: readonly CheckedGuideSite[],
  place: Span,
): void {
  const own = guide.find((g) => {
    const site = model.sites.find((s) => s.path === g.site)!;
    return ctx.catalogue.distributions.get(g.family)?.ofReals === true && isGated(site);
  });
  if (own !== undefined)
    sayUnavailable(ctx.report, own.span ?? place, `\`${own.family}\` for the gated \`${own.site}\``);
}

/** `SpikeSlab(z, D)`: a distribution of its own and a gate. */
function isGated({ prior }: CheckedSite): boolean {
  return prior.components.length > 0 && prior.args.length > 0;
}

function sayPrior(ctx: Context, place: Span, needs: string, site: CheckedSite, prior: CheckedDistribution): void {
  ctx.report.say('BP5012', place, `${needs}, but \`${site.path}\` has \`${prior.name}\``, {
    labels: [{ span: site.priorSpan, message: 'the prior' }],
    hint: 'use `divergence = kl`, or a `Normal` prior',
    fix: replacement(place, 'kl'),
  });
}

/** Of a gated weight the density of its own numbers. */
function slabOf({ prior }: CheckedSite): CheckedDistribution {
  const [slab] = prior.components;
  return slab !== undefined && prior.args.length > 0 ? slab.distribution : prior;
}

function isDrawn(ctx: Context, { name, own }: CheckedDistribution): boolean {
  const signature = own === null ? ctx.catalogue.distributions.get(name) : own.signature;
  return signature?.drawn === true && signature.event === 'element' && signature.proper;
}
