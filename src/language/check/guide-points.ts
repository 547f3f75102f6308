/** Points of a guide that are expressions of `param`s: they must lie where the prior has its mass. */
import type { Expr } from '../../base/expr.ts';
import { describeRange } from './argument-range.ts';
import type { CheckedDistribution, CheckedSite } from './checked.ts';
import type { Context } from './context.ts';
import { formatExpr, formatNumber } from './format.ts';
import { valuesOf } from './guide-support.ts';
import { type Range, rangeOf } from './ranges.ts';
import { squeezed } from './squeezed.ts';

/** `Delta(theta)` as it holds for a site, drawn a little inside of two bounds; all else as it is. Null after a report. */
export function pointWithin(
  ctx: Context,
  site: CheckedSite,
  written: CheckedDistribution,
  params: readonly CheckedSite[],
): CheckedDistribution | null {
  const argument = written.args.find((a) => a.value === null);
  if (argument === undefined || site.support === 'real' || ctx.distribution(written.name)?.point !== true)
    return written;
  const [low, high] = valuesOf(ctx, site);
  const labels = [{ span: site.priorSpan, message: 'its prior' }];
  const shown = formatExpr(argument.expr);
  if (low === null || high === null) {
    const message = `\`${shown}\` must lie between the bounds of \`${site.path}\`, which are not known before the run`;
    const hint = 'give its prior bounds that are numbers, or leave the line out';
    ctx.report.say('BP4003', written.span, message, { labels, hint });
    return null;
  }
  const range = rangeOf(argument.expr, leafOf(params));
  if (range === null || !liesWithin(range, low, high)) {
    const place = Number.isFinite(high) ? `between ${formatNumber(low)} and ${formatNumber(high)}` : 'positive';
    const found = range === null ? 'can be any number' : describeRange(range);
    const fitting = Number.isFinite(high) ? `[${formatNumber(low)}, ${formatNumber(high)}]` : '(0, inf)';
    ctx.report.say('BP4003', written.span, `\`${site.path}\` is ${place}, but \`${shown}\` ${found}`, {
      labels,
      hint: `give its \`param\` a range within, such as \`in ${fitting}\``,
    });
    return null;
  }
  if (!Number.isFinite(high)) return written;
  const inside = { ...argument, expr: squeezed(argument.expr, range, low, high) };
  return { ...written, args: written.args.map((a) => (a === argument ? inside : a)) };
}

function leafOf(params: readonly CheckedSite[]): (expr: Expr) => Range | undefined {
  return (expr) => {
    const param = expr.kind === 'name' ? params.find(({ path }) => path === expr.name)?.param : undefined;
    if (param === undefined) return undefined;
    const { low, high, lowClosed } = param;
    return lowClosed ? { low, high, restsAtLow: true } : { low, high };
  };
}

/** At the one end of positive numbers there is no logarithm. */
function liesWithin(range: Range, low: number, high: number): boolean {
  if (!Number.isFinite(high)) return range.low > low || (range.low === low && range.restsAtLow !== true);
  return range.low >= low && range.high <= high;
}
