/** What `inclusion` is of weights whose prior a latent of 0 and 1 chooses: the probability of 1, which has to be the wider choice. */
import type { Expr } from '../../../base/expr.ts';
import type { Span } from '../../../base/span.ts';
import { isBinary } from '../../../base/supports.ts';
import { evaluateConstant } from '../../evaluate/constant.ts';
import type { CheckedDistribution, CheckedModel, CheckedSite } from '../checked.ts';
import type { Context } from '../context.ts';
import { namesIn } from '../live.ts';
import { listed } from '../report.ts';

/** False after a report. `place`: where the criterion stands; `paths`: the weights that it is asked of. */
export function inclusionIsClear(ctx: Context, place: Span, model: CheckedModel, paths: readonly string[]): boolean {
  const binary = new Set(model.sites.filter((s) => isBinary(s.support)).map((s) => s.path));
  const wrong = model.sites.filter((s) => paths.includes(s.path)).map((site) => problemOf(ctx, site, binary));
  const first = wrong.find((problem) => problem !== null);
  if (first == null) return true;
  ctx.report.say('BP6011', place, first.message, {
    labels: [{ span: first.site.priorSpan, message: 'its prior' }],
    hint: first.hint,
  });
  return false;
}

interface Problem {
  readonly site: CheckedSite;
  readonly message: string;
  readonly hint: string;
}

function problemOf(ctx: Context, site: CheckedSite, binary: ReadonlySet<string>): Problem | null {
  const all = [...choosing(ctx, site.prior), ...(site.scale === undefined ? [] : [site.scale])];
  const latents = [...new Set(all.flatMap((expr) => [...namesIn(expr)]))].filter((name) => binary.has(name));
  const [only, ...more] = latents;
  if (only === undefined) return null;
  const name = only.replace(/\[.*/, '');
  const of = `\`inclusion\` of \`${site.path}\` is the probability that`;
  if (more.length > 0)
    return {
      ...{
        site,
        message: `${of} one latent is 1, but its prior mentions ${listed(latents.map((path) => path.replace(/\[.*/, '')))}`,
      },
      hint: 'let one of them choose the prior, or prune by another criterion, such as `magnitude`',
    };
  const [one, zero] = [true, false].map((state) => widthAt(ctx, site, new Map([[only, state]])));
  if (one == null || zero == null || one >= zero) return null;
  return {
    ...{ site, message: `${of} \`${name}\` is 1, and there its prior is the narrower one` },
    hint: `exchange the two, so that \`${name}\` lets a weight in: \`if ${name} then wide else tiny\``,
  };
}

/** Arguments that say which values are likely; a gate multiplies, and is open at 1. */
function choosing(ctx: Context, { name, args, components }: CheckedDistribution): readonly Expr[] {
  const params = ctx.distribution(name)?.params ?? [];
  const gates = params.filter((p) => p.constraint === 'gate').map((p) => p.name);
  const own = args.filter((a) => a.value === null && !gates.includes(a.name)).map((a) => a.expr);
  return [...own, ...components.flatMap((c) => choosing(ctx, c.distribution))];
}

/** The scale of the prior where the latent is as `state` says; null where it depends on other latents, or is no argument. */
function widthAt(ctx: Context, { prior, scale }: CheckedSite, state: ReadonlyMap<string, boolean>): number | null {
  const name = ctx.distribution(prior.name)?.locationScale?.[1];
  const expr = scale ?? prior.args.find((a) => a.name === name)?.expr;
  const value = expr === undefined ? null : evaluateConstant(expr, state);
  return value?.ok === true && typeof value.value === 'number' ? value.value : null;
}
