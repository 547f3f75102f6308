/** What an engine cannot do with a model, a guide or an optimizer that are right by themselves. */
import type { EngineSignature, OptionValues } from '../../../base/catalogue.ts';
import { type Expr, partsOf } from '../../../base/expr.ts';
import { replacement } from '../../../base/fix.ts';
import { sizeOf } from '../../../base/host-array.ts';
import type { InferStep } from '../../syntax/ast.ts';
import type { CheckedGuideSite, CheckedModel, CheckedOptimizer, CheckedSite, PlanInfer } from '../checked.ts';
import type { Context } from '../context.ts';
import { isPoint } from '../guide.ts';
import { namesIn } from '../live.ts';
import { listed } from '../report.ts';

/** `with GUIDE` for an engine whose posterior is of its own kind. A guide that the run has for other steps is passed over. */
export function refuseGuide(ctx: Context, step: InferStep, engine: EngineSignature): void {
  if (step.guide === null || engine.posterior === undefined) return;
  ctx.report.say(
    'BP5001',
    step.guide.span,
    `engine \`${engine.name}\` fits no guide: ${engine.posterior} are the posterior`,
    {
      hint: `leave \`with ${step.guide.name}\` out`,
      fix: replacement({ ...step.guide.span, start: (step.model ?? step.engine).span.end }, ''),
    },
  );
}

export function refuseTooLarge(
  ctx: Context,
  step: InferStep,
  engine: EngineSignature,
  { sites }: CheckedModel,
  options: OptionValues,
): void {
  const count = (some: readonly CheckedSite[]) => some.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const latents = sites.filter((site) => site.parameter.counts === 'latent');
  const network = sites.filter((site) => site.parameter.counts !== 'latent');
  const last = network.filter((site) => site.layer === network.at(-1)?.layer);
  const size = { all: count(sites), lastLayer: count(last), latents: count(latents) };
  const problem = engine.tooLarge?.(size, options) ?? null;
  if (problem === null) return;
  const written = step.options?.settings.find((s) => s.name.name === problem.instead.option)?.value;
  const fix = written == null ? null : replacement(written.span, problem.instead.value);
  ctx.report.say('BP5013', step.engine.span, problem.message, { hint: problem.hint, fix });
}

/** A `param` of the model, for an engine whose states are draws or whose spread is read off at the end. */
export function refuseParams(ctx: Context, step: InferStep, engine: EngineSignature, { sites }: CheckedModel): void {
  const found = sites.find((site) => site.param !== undefined);
  if (engine.withoutParams === undefined || found === undefined) return;
  const name = found.parameter.role;
  ctx.report.say(
    'BP5031',
    step.engine.span,
    `\`${engine.name}\` cannot set the \`param\` \`${name}\`: ${engine.withoutParams}`,
    {
      labels: [{ span: found.span, message: 'declared here' }],
      hint: `fit it with \`sgvb\`, \`map\` or \`svgd\`, or make it random: \`${name} ~ ${PRIOR_OF[found.support] ?? 'Normal(0, 1)'}\``,
    },
  );
}

const PRIOR_OF: Readonly<Partial<Record<CheckedSite['support'], string>>> = {
  positive: 'LogNormal(0, 1)',
  nonnegative: 'HalfNormal(1)',
  unit: 'Beta(2, 2)',
  interval: 'Uniform(low, high)',
};

/** Factors of what the network says, for an engine that takes its curvature from the likelihood alone. */
export function refuseFactors(ctx: Context, step: InferStep, engine: EngineSignature, model: CheckedModel): void {
  if (engine.linearises !== true) return;
  const factor = model.factors.find(({ value }) => callsIn(value).includes(model.network.name));
  if (factor === undefined) return;
  const message = `\`${engine.name}\` has no curvature of a factor that mentions \`${model.network.name}\``;
  ctx.report.say('BP5014', step.engine.span, message, {
    labels: [{ span: factor.span, message: 'the factor' }],
    hint: 'use `sgvb` or `sghmc`',
  });
}

function callsIn(expr: Expr): readonly string[] {
  const own = expr.kind === 'call' && expr.callee.kind === 'name' ? [expr.callee.name] : [];
  return [...own, ...partsOf(expr).flatMap(callsIn)];
}

/** Each optimizer, with the sites that follow it. */
export function refuseAnyProximal(
  ctx: Context,
  common: CheckedOptimizer,
  optimizers: PlanInfer['optimizers'],
  model: CheckedModel,
  guide: readonly CheckedGuideSite[],
): void {
  for (const optimizer of new Set([common, ...Object.values(optimizers)])) {
    // The map of a `param` is the projection onto its range, which stays as it is.
    const own = model.sites.filter(
      ({ path, param }) => param === undefined && (optimizers[path] ?? common) === optimizer,
    );
    refuseProximal(ctx, optimizer, own, model, guide);
  }
}

/** An optimizer that takes the prior by its proximal map needs priors that have one, and points to move. */
function refuseProximal(
  ctx: Context,
  { name, span }: CheckedOptimizer,
  own: readonly CheckedSite[],
  model: CheckedModel,
  guide: readonly CheckedGuideSite[],
): void {
  const { optimizers, distributions } = ctx.catalogue;
  if (optimizers.get(name)?.takesPrior !== true || span === null) return;
  const mentioned = namesIn(own.map((site) => site.prior));
  const latent = model.sites.find(
    (site) => site.parameter.counts === 'latent' && (own.includes(site) || mentioned.has(site.path)),
  );
  if (latent !== undefined) {
    ctx.report.say(
      'BP5011',
      span,
      `\`${name}\` needs priors that stay as they are, but \`${latent.path}\` ${latent.param === undefined ? 'is random' : 'changes'}`,
      {
        labels: [{ span: latent.span, message: 'declared here' }],
        hint: 'use another optimizer',
      },
    );
    return;
  }
  const spread = guide.find((g) => !isPoint(ctx, g) && own.some((site) => site.path === g.site));
  if (spread !== undefined) {
    ctx.report.say(
      'BP5011',
      span,
      `\`${name}\` moves point estimates, but \`${spread.site}\` has \`${spread.family}\``,
      {
        labels: spread.span === null ? [] : [{ span: spread.span, message: 'its guide' }],
        hint: 'use `infer map`, or another optimizer',
      },
    );
    return;
  }
  const without = own.find((site) => distributions.get(site.prior.name)?.proximal !== true);
  if (without === undefined) return;
  const having = [...distributions].filter((d) => d.proximal && d.roles.includes('prior')).map((d) => d.name);
  ctx.report.say('BP5011', span, `\`${name}\` needs a proximal map, and \`${without.prior.name}\` has none`, {
    labels: [{ span: without.priorSpan, message: `the prior of \`${without.path}\`` }],
    hint: `priors that have one are ${listed(having)}`,
  });
}

export function warnUnbounded(ctx: Context, step: InferStep, model: CheckedModel, engine: EngineSignature): void {
  const point = ctx.catalogue.distributions.get(engine.guides[0]!)?.point === true;
  if (!point && engine.posterior === undefined) return;
  const does = point ? 'looks for the highest density' : 'climbs the density';
  const spread = `use an engine with ${point ? 'a spread' : 'guides'}, such as \`sgvb\``;
  for (const site of model.sites) {
    const pole = ctx.distribution(site.prior.name)?.unbounded === true;
    const scale = pole ? undefined : openScale(site, model);
    if (!pole && scale === undefined) continue;
    // That it cannot be set at all was said.
    if (scale?.param !== undefined && engine.withoutParams !== undefined) continue;
    const what = pole ? `that of \`${site.prior.name}\`` : `that of \`${site.path}\` with \`${scale?.path}\``;
    ctx.report.say('BP4012', step.engine.span, `\`${engine.name}\` ${does}, but ${what} grows without bound at 0`, {
      severity: 'warning',
      labels: [{ span: (scale ?? site).priorSpan, message: pole ? 'the prior' : 'the scale' }],
      hint:
        scale?.param !== undefined
          ? 'use `sgvb`, whose guides of weights have a spread, or start the range above 0: `(1e-3, inf)`'
          : pole
            ? `${spread}, or a bounded prior, such as \`Normal(0, 1)\``
            : `${spread}, or a scale that cannot be 0, such as \`InverseGamma(2, 1)\``,
    });
    return;
  }
}

/** A latent scale whose prior has density at 0: with it at 0, the density of what it scales is infinite at 0. */
function openScale(site: CheckedSite, model: CheckedModel): CheckedSite | undefined {
  const scales = site.prior.args.filter((a) => a.value === null && ['sd', 'scale', 'global'].includes(a.name));
  const names = namesIn(scales.filter((a) => !holdsQuotient(a.expr)).map((a) => a.expr));
  return model.sites.find((s) => (s.support === 'nonnegative' || s.param?.low === 0) && names.has(s.path));
}

/** A quotient may turn large where its parts are small. */
function holdsQuotient(expr: Expr): boolean {
  return (expr.kind === 'binary' && ['/', '^'].includes(expr.op)) || partsOf(expr).some(holdsQuotient);
}
