/**
 * `fc1.* ~ SpikeSlab(z, Normal(sd = 0.1))` in a guide. The gate has a guide of its own, and a weight behind it that of its slab where the gate
 * is open, else the slab of the prior: so the line says the family of the slab, and names the gate of the prior.
 */
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import type { SiteLine } from '../syntax/ast.ts';
import type { CheckedSite } from './checked.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';

export interface GuideSlab {
  readonly gate: Expr;
  /** The family of the slab, as it is written. */
  readonly slab: Expr;
}

/** What a line says of a gate and a slab; null for a family by itself, and for what is no such call. */
export function slabIn(ctx: Context, { distribution }: SiteLine): GuideSlab | null {
  if (distribution.kind !== 'call' || distribution.callee.kind !== 'name') return null;
  const params = ctx.catalogue.distributions.get(distribution.callee.name)?.params ?? [];
  const named = (constraint: string) => params.find((p) => p.constraint === constraint)?.name;
  const [gate, slab] = [named('gate'), named('distribution')];
  if (gate === undefined || slab === undefined || distribution.args.length !== 2) return null;
  const { args } = distribution;
  const argument = (name: string, place: number) =>
    args.find((a) => a.name === name) ?? (args[place]!.name === null ? args[place] : undefined);
  const [first, second] = [argument(gate, 0), argument(slab, 1)];
  return first === undefined || second === undefined ? null : { gate: first.value, slab: second.value };
}

/** Whether the site has the gate that its guide names, by its prior; false after a report. */
export function isBehindGate(
  ctx: Context,
  { path, prior, priorSpan }: CheckedSite,
  line: SiteLine,
  { gate, slab }: GuideSlab,
): boolean {
  const params = ctx.distribution(prior.name)?.params ?? [];
  const own = prior.args.find((a) => params.some((p) => p.name === a.name && p.constraint === 'gate'))?.expr;
  const labels = [{ span: priorSpan, message: 'its prior' }];
  if (own === undefined) {
    const alone = formatExpr(slab);
    const { span } = line.distribution;
    const fix = replacement(span, alone);
    const message = `\`${formatExpr(line.distribution)}\` is of a weight behind a gate, and the prior of \`${path}\` has none`;
    ctx.report.say('BP4003', span, message, { labels, hint: `write \`${alone}\``, fix });
    return false;
  }
  // A latent with a plate stands in a prior under the path of its site.
  const name = formatExpr(own).replace(/\[.*/, '');
  if (formatExpr(gate) === name) return true;
  ctx.report.say('BP4003', gate.span, `\`${path}\` is behind the gate \`${name}\`, not \`${formatExpr(gate)}\``, {
    ...{ labels, hint: `write \`${name}\``, fix: replacement(gate.span, name) },
  });
  return false;
}
