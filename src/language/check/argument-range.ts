/** Arguments of distributions against what they must be: numbers that are known, and what is known of those that are not. */
import type { DistributionParam } from '../../base/catalogue.ts';
import type { Label } from '../../base/diagnostic.ts';
import { type Expr, namesOf } from '../../base/expr.ts';
import type { Origin, Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr, formatNumber } from './format.ts';
import { type Range, rangeOutside } from './ranges.ts';

type Constraint = DistributionParam['constraint'];

/** What a number must be, in words, and what to do about one that is not. */
const RANGES: Readonly<Partial<Record<Constraint, { fits(x: number): boolean; wanted: string; hint: string }>>> = {
  positive: { fits: (x) => x > 0, wanted: 'positive', hint: 'give it a number above 0' },
  unit: { fits: (x) => x >= 0 && x <= 1, wanted: 'between 0 and 1', hint: 'give it a probability' },
  open_unit: { fits: (x) => x > 0 && x < 1, wanted: 'above 0 and below 1', hint: 'give it a probability' },
  whole: { fits: (x) => Number.isInteger(x) && x > 0, wanted: 'a whole number above 0', hint: 'give it a count' },
};

export function inRange(
  ctx: Context,
  value: number,
  place: Expr,
  { constraint }: { readonly constraint: Constraint },
  what: string,
): boolean {
  const range = RANGES[constraint];
  if (Number.isFinite(value) && range?.fits(value) !== false) return true;
  const { wanted, hint } = range ?? { wanted: 'finite', hint: 'give it a number' };
  ctx.report.say('BP4005', place.span, `${what} must be ${wanted}, but is ${formatNumber(value)}`, { hint });
  return false;
}

/** False after a report: latents, columns and networks can be numbers that the argument must not be. */
export function fitsWhileRunning(
  ctx: Context,
  written: Expr,
  { constraint }: { readonly constraint: Constraint },
  what: string,
  scope: Scope,
): boolean {
  const found = rangeOutside(written, constraint, (expr) => scope.rangeOf?.(expr));
  if (found === null) return true;
  const shown = formatExpr(written);
  const origins = [...new Set(namesOf(written))].flatMap(
    (name): Origin | readonly Origin[] => scope.originOf?.(name) ?? [],
  );
  const labels = origins.map(({ span, message }): Label => ({ span, message }));
  const message = `${what} must be ${RANGES[constraint]!.wanted}, but \`${shown}\` ${describeRange(found)}`;
  ctx.report.say('BP4005', written.span, message, {
    labels,
    hint: wayInto(constraint, shown, written.kind === 'name' ? origins[0] : undefined),
  });
  return false;
}

/** Behind the name of what has the range. */
export function describeRange({ low, high }: Range): string {
  if (Number.isNaN(low)) return 'is no number for some values in it';
  if (low === high) return `is ${formatNumber(low)}`;
  if (Number.isFinite(low) && Number.isFinite(high)) return `is from ${formatNumber(low)} to ${formatNumber(high)}`;
  if (Number.isFinite(low)) return `can be any number from ${formatNumber(low)} on`;
  return Number.isFinite(high) ? `can be any number up to ${formatNumber(high)}` : 'can be any real number';
}

/** What gives numbers of the wanted range. */
function wayInto(constraint: Constraint, shown: string, origin: Origin | undefined): string {
  if (constraint !== 'positive') return `\`sigmoid(${shown})\` is between 0 and 1`;
  return `\`exp(${shown})\` is positive${origin === undefined ? '' : `, and so is ${origin.positive}`}`;
}
