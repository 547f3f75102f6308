/** `k[fc1.unit] ~ Ordered(rate, groups)`: how many blocks of a plate are open, the first ones. */
import type { DistributionSignature } from '../../base/catalogue.ts';
import { replacement } from '../../base/fix.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import type { SiteLine } from '../syntax/ast.ts';
import type { CheckedDistribution } from './checked.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import type { Piece } from './placement.ts';

/** Groups that a layer has in an order, beside each other. */
const ORDERED_GROUPS: readonly string[] = ['unit', 'filter', 'output', 'input'];

/** The prior of a piece with its blocks counted, one for each group where the program does not say; null after a report. `mentioned`: the latents in it. */
export function nestedPrior(
  ctx: Context,
  line: SiteLine,
  name: string,
  record: DistributionSignature,
  prior: CheckedDistribution,
  { group, shape }: Piece,
  mentioned: readonly Piece[],
): CheckedDistribution | null {
  const say = (message: string, hint: string, instead: { place: Span; blocks: number } | null = null) => {
    const fix = instead === null ? {} : { fix: replacement(instead.place, String(instead.blocks)) };
    ctx.report.say('BP4016', line.distribution.span, message, { hint, ...fix });
    return null;
  };
  if (group === null || !ORDERED_GROUPS.includes(group)) {
    const what = group === null ? 'has none' : `has one for each ${group}`;
    return say(
      `\`${record.name}\` opens the first units, filters or inputs of a layer, and \`${name}\` ${what}`,
      `give it those of a layer: \`${name}[fc1.unit] ~ ${record.name}(0.9)\``,
    );
  }
  const many = mentioned.find((other) => sizeOf(other.shape) > 1);
  if (many !== undefined)
    return say(
      `a mask is drawn whole, with one rate, and \`${many.path}\` has ${sizeOf(many.shape)} numbers`,
      `declare it for the layer: \`${many.path.replace(/\[.*/, '')}[${many.layer?.path ?? 'fc1'}.layer]\``,
    );
  const groups = sizeOf(shape);
  const written = prior.args.find((a) => a.name === record.nested)!;
  const blocks = written.value === Number.POSITIVE_INFINITY ? groups : written.value;
  if (blocks === null)
    return say('how many blocks a mask has must be known before the run', `write a number, \`${written.name} = 10\``);
  if (groups < 2) return say(`one ${group} leaves \`${name}\` nothing to choose`, 'leave it out');
  const place = written.expr.span;
  const fits = `write a number from 2 to ${groups}`;
  if (blocks < 2) return say(`one block leaves \`${name}\` nothing to choose`, fits, { place, blocks: 2 });
  const cut = `${groups} ${group}s cannot be cut into ${formatNumber(blocks)} blocks`;
  if (blocks > groups) return say(cut, fits, { place, blocks: groups });
  return { ...prior, args: prior.args.map((a) => (a === written ? { ...a, value: blocks } : a)) };
}
