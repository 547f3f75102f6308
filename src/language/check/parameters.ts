/** Which argument of a distribution goes with which parameter, alternatives among them: `Gamma(2, scale = 3)`, `Bernoulli(0.3)`. */
import type { Alternative, DistributionParam, DistributionSignature } from '../../base/catalogue.ts';
import type { Argument, Expr } from '../../base/expr.ts';
import type { CheckedArgument } from './checked.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import { matchArguments, type ParameterNames } from './match-arguments.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** What was given for a parameter, and under which name. */
export interface GivenParameter {
  readonly argument: Argument;
  /** The parameter, or the alternative that stands for it. */
  readonly as: DistributionParam | Alternative;
}

/** By the parameters' own names; those that are left out have no entry. Null after a report. */
export function matchParameters(
  ctx: Context,
  call: Call,
  record: DistributionSignature,
  mayBeLeftOut: (param: DistributionParam) => boolean,
): ReadonlyMap<string, GivenParameter> | null {
  const what = `\`${record.name}\``;
  const matched = matchArguments(ctx, call, namesOf(record, mayBeLeftOut), what);
  if (matched === null) return null;
  const given = new Map<string, GivenParameter>();
  for (const param of record.params) {
    const ways = [param, ...alternativesOf(record, param)].filter((way) => matched.has(way.name));
    const [as, second] = ways;
    if (second !== undefined) {
      const place = matched.get(second.name)!.span;
      ctx.report.say('BP2007', place, `\`${as!.name}\` and \`${second.name}\` of ${what} say the same`, {
        hint: 'leave one of the two out',
      });
      return null;
    }
    if (as !== undefined) given.set(param.name, { argument: matched.get(as.name)!, as });
    else if (!mayBeLeftOut(param)) {
      const names = [param, ...alternativesOf(record, param)].map((way) => `\`${way.name}\``).join(' or ');
      ctx.report.say('BP2007', call.span, `${what} needs ${names}`, { hint: `write \`${param.name} = ...\`` });
      return null;
    }
  }
  return given;
}

function alternativesOf(record: DistributionSignature, param: DistributionParam): readonly Alternative[] {
  return record.alternatives.filter((a) => a.replaces === param.name);
}

/** Positions first; what has an alternative is asked for by `matchParameters`, which knows both names. */
function namesOf(
  record: DistributionSignature,
  mayBeLeftOut: (param: DistributionParam) => boolean,
): readonly ParameterNames[] {
  const placed = record.params.map((param): ParameterNames => {
    const ways = alternativesOf(record, param);
    const name = ways.find((a) => a.byPosition)?.name ?? param.name;
    return { name, required: ways.length === 0 && !mayBeLeftOut(param) };
  });
  const others = [...record.params, ...record.alternatives].filter((way) => !placed.some((p) => p.name === way.name));
  return [...placed, ...others.map((way): ParameterNames => ({ name: way.name, required: false, byName: true }))];
}

/** The parameter as an expression of what was given. */
export function asParameter(given: GivenParameter, value: Expr): Expr {
  return 'convert' in given.as ? given.as.convert(value) : value;
}

/** Two bounds that are both known stand in their order; false after a report. */
export function boundsInOrder(
  ctx: Context,
  call: Call,
  record: DistributionSignature,
  args: readonly CheckedArgument[],
): boolean {
  if (record.increasing === null) return true;
  const [low, high] = record.increasing.map((name) => args.find((a) => a.name === name));
  if (low?.value == null || high?.value == null || low.value < high.value) return true;
  const message = `\`${low.name}\` of \`${record.name}\` is ${formatNumber(low.value)}, but must be below \`${high.name}\`, which is ${formatNumber(high.value)}`;
  ctx.report.say('BP4005', low.expr.kind === 'number' ? low.expr.span : call.span, message, {
    hint: 'put the lower bound first',
  });
  return false;
}
