/** Which argument of a call goes with which parameter. */
import { type Argument, type Expr, nameSpanOf } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { Context } from './context.ts';
import { type Hinted, suggestedAt } from './report.ts';

export interface ParameterNames {
  readonly name: string;
  readonly required: boolean;
  /** Has no position: it is given as `name = value`. */
  readonly byName?: true;
}

/**
 * Which argument goes with which parameter: positions first, then names. Reports what is too much, unknown, given twice or
 * missing; null when something was reported.
 */
export function matchArguments(
  ctx: Context,
  call: Extract<Expr, { kind: 'call' }>,
  parameters: readonly ParameterNames[],
  what: string,
  declared: Span | null = null,
): ReadonlyMap<string, Argument> | null {
  const labels = declared === null ? [] : [{ span: declared, message: 'declared here' }];
  const taken = parameters.map((p) => p.name);
  const placed = parameters.filter((p) => p.byName !== true).map((p) => p.name);
  const wants =
    placed.length === 0 ? `${what} takes no arguments` : `${what} takes ${placed.map((n) => `\`${n}\``).join(', ')}`;
  const matched = new Map<string, Argument>();
  let broken = false;
  const refuse = (place: Span, message: string, hint: string | Hinted) => {
    ctx.report.say('BP2007', place, message, { labels, ...(typeof hint === 'string' ? { hint } : hint) });
    broken = true;
  };
  call.args.forEach((argument, position) => {
    const parameter = argument.name ?? placed[position];
    if (argument.weight !== null) {
      refuse(argument.span, `${what} takes no weighted arguments`, 'weights belong to the components of a mixture');
    } else if (parameter === undefined) {
      refuse(argument.span, `${what} has too many arguments`, wants);
    } else if (!taken.includes(parameter)) {
      refuse(
        argument.span,
        `${what} has no argument \`${parameter}\``,
        suggestedAt(nameSpanOf(argument), parameter, taken, `${what} takes`),
      );
    } else if (matched.has(parameter)) {
      refuse(argument.span, `argument \`${parameter}\` of ${what} is given twice`, 'leave one of the two out');
    } else {
      matched.set(parameter, argument);
    }
  });
  const missing = parameters.filter((p) => p.required && !matched.has(p.name)).map((p) => `\`${p.name}\``);
  if (missing.length > 0 && !broken) refuse(call.span, `${what} needs ${missing.join(' and ')}`, wants);
  return broken ? null : matched;
}
