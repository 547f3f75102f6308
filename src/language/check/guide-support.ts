/** Which families of guides fit which priors: the numbers that both cover. */
import type { DistributionSignature, Support } from '../../base/catalogue.ts';
import { replacement } from '../../base/fix.ts';
import { isBinary } from '../../base/supports.ts';
import type { CheckedDistribution, CheckedSite } from './checked.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import { sayUnavailable } from './later.ts';
import { SUPPORT_NOUN } from './supports.ts';

/** Families and sites of one kind go together; numbers between bounds are inferred by the real ones that stand for them. */
export function kindOf(support: Support): 'real' | 'positive' | 'binary' | 'nested' {
  if (support === 'binary' || support === 'nested') return support;
  return support === 'positive' || support === 'nonnegative' ? 'positive' : 'real';
}

const FAMILY = {
  real: 'use `Normal(mean, sd)`',
  positive: 'use `LogNormal(mean, sd)`, of its logarithm',
  binary: 'use `Bernoulli(p)`',
  nested: 'use `Ordered(rate)`',
} as const;

/** The kind of sites that a family is for. */
export function kindOfFamily({ support, nested, ofValues }: DistributionSignature): ReturnType<typeof kindOf> {
  if (nested !== undefined) return 'nested';
  return ofValues === 'gates' ? 'binary' : kindOf(support);
}

/** A point may lie anywhere between two values; a normal between bounds is one of the real numbers that stand for those between them. */
export function covers(ctx: Context, site: CheckedSite, written: CheckedDistribution): boolean {
  const family = ctx.catalogue.distributions.get(written.name)!;
  const kind = kindOf(site.support);
  if (family.ofValues === 'bounds' && site.support !== 'real' && !isBinary(kind))
    return staysWithin(ctx, site, written, family);
  const ofAll = family.point === true || family.ofReals === true;
  const same = kindOfFamily(family) === kind;
  if (same && family.nested !== undefined) return hasBlocksOf(ctx, site, written, family.nested);
  if ((same && family.ofValues !== 'bounds') || (ofAll && !isBinary(kind))) return true;
  ctx.report.say(
    'BP4003',
    written.span,
    `\`${family.name}\` covers ${nounOf(family)}, but \`${site.path}\` is one of ${SUPPORT_NOUN[site.support]}`,
    {
      labels: [{ span: site.priorSpan, message: 'its prior' }],
      hint: FAMILY[kind],
    },
  );
  return false;
}

/** A guide of nested masks has the blocks of the prior; it need not say so. */
function hasBlocksOf(ctx: Context, site: CheckedSite, written: CheckedDistribution, name: string): boolean {
  const expressed = written.args.find((a) => a.value === null);
  if (expressed !== undefined) {
    sayUnavailable(ctx.report, expressed.expr.span, `a \`param\` in a guide of \`${written.name}\``);
    return false;
  }
  const [own, wanted] = [written, site.prior].map(({ args }) => args.find((a) => a.name === name)!);
  if (own!.value === wanted!.value || own!.value === Number.POSITIVE_INFINITY) return true;
  const blocks = formatNumber(wanted!.value!);
  ctx.report.say('BP4016', written.span, `\`${site.path}\` has ${blocks} blocks, by its prior`, {
    labels: [{ span: site.priorSpan, message: 'its prior' }],
    hint: `leave \`${name}\` out`,
    fix: replacement(own!.expr.span, blocks),
  });
  return false;
}

function nounOf({ ofValues, support, nested }: DistributionSignature): string {
  if (nested !== undefined) return SUPPORT_NOUN.nested;
  return ofValues === 'gates' ? 'gates, latents of 0 and 1' : SUPPORT_NOUN[support];
}

/** Numbers between two bounds must be such as the prior has: outside of them the divergence is infinite. */
function staysWithin(
  ctx: Context,
  site: CheckedSite,
  written: CheckedDistribution,
  family: DistributionSignature,
): boolean {
  const labels = [{ span: site.priorSpan, message: 'its prior' }];
  const [low, high] = valuesOf(ctx, site);
  if (low === null || high === null) {
    const message = `\`${family.name}\` stays between numbers, but the bounds of \`${site.path}\` are not known before the run`;
    const hint = `give its prior bounds that are numbers, or ${FAMILY[kindOf(site.support)]}`;
    ctx.report.say('BP4003', written.span, message, { labels, hint });
    return false;
  }
  const bound = (name: string | undefined) => written.args.find((a) => a.name === name)?.value ?? null;
  const [from, to] = [bound(family.increasing?.[0]), bound(family.increasing?.[1])];
  if (from === null || to === null || (from >= low && to <= high)) return true;
  const ends = [low > from ? `low = ${formatNumber(low)}` : '', high < to ? `high = ${formatNumber(high)}` : ''];
  ctx.report.say(
    'BP4003',
    written.span,
    `\`${family.name}\` has values that the prior of \`${site.path}\` does not have`,
    { labels, hint: `write \`${ends.filter((end) => end !== '').join(', ')}\`` },
  );
  return false;
}

/** Between which numbers a prior has its mass; null where that depends on latents. */
export function valuesOf(
  ctx: Context,
  { support, prior }: CheckedSite,
): readonly [low: number | null, high: number | null] {
  if (support === 'unit') return [0, 1];
  if (support !== 'interval') return [0, Number.POSITIVE_INFINITY];
  const [first, second] = ctx.distribution(prior.name)?.increasing ?? [];
  const value = (name: string | undefined) => prior.args.find((a) => a.name === name)?.value ?? null;
  return [value(first), value(second)];
}
