/** Start values of `param`s that are drawn: `kaiming_uniform()` for those of weights, `uniform(-0.1, 0.1)`. */
import type { Expr } from '../../base/expr.ts';
import type { StartDraw } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import { matchArguments } from './match-arguments.ts';
import type { Piece } from './placement.ts';
import { numberIn } from './values.ts';

type Call = Extract<Expr, { kind: 'call' }>;

const ENDS = ['low', 'high'].map((name) => ({ name, required: true }));

/** A function that the program declares under one of these names is that one. */
export function isDrawn(ctx: Context, expr: Expr): expr is Call {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name') return false;
  const { name } = expr.callee;
  return (name === 'uniform' || name === 'kaiming_uniform') && !ctx.declarations.defs.has(name);
}

/** Null after a report. */
export function drawnStart(ctx: Context, call: Call, scope: Scope, piece: Piece): StartDraw | null {
  return call.callee.kind === 'name' && call.callee.name === 'uniform'
    ? uniform(ctx, call, scope)
    : kaimingUniform(ctx, call, piece);
}

function uniform(ctx: Context, call: Call, scope: Scope): StartDraw | null {
  const matched = matchArguments(ctx, call, ENDS, '`uniform`');
  const [low, high] = ENDS.map(({ name }) => {
    const argument = matched?.get(name);
    return argument === undefined ? null : numberIn(ctx, argument.value, scope, `\`${name}\` of \`uniform\``);
  });
  if (low == null || high == null) return null;
  if (low < high) return { kind: 'uniform', low, high };
  const shown = `\`uniform(${formatNumber(low)}, ${formatNumber(high)})\``;
  ctx.report.say('BP4031', call.span, `there is nothing to draw from in ${shown}`, {
    hint: 'write the lower end first, and a higher one behind it',
  });
  return null;
}

/** Evenly up to sqrt(6 / inputs) on both sides, with the standard deviation sqrt(2 / inputs) of He, Zhang, Ren & Sun 2015, eq. 10. */
function kaimingUniform(ctx: Context, call: Call, { path, layer, group }: Piece): StartDraw | null {
  if (matchArguments(ctx, call, [], '`kaiming_uniform`') === null) return null;
  const weight = layer?.parameters.find((p) => p.counts === 'weight');
  if (weight !== undefined && group === 'weight') {
    const bound = Math.sqrt(6 / weight.fanIn);
    return { kind: 'kaiming_uniform', low: -bound, high: bound };
  }
  // Once for all layers of a plate.
  const name = path.split('[')[0];
  const what = group === null ? 'one number' : `one number for each ${group}`;
  ctx.report.say('BP4031', call.span, `\`kaiming_uniform\` starts weights, and \`${name}\` is ${what}`, {
    hint: 'give it one for each weight, `param mu[*.weight] = kaiming_uniform()`, or start it at a number',
  });
  return null;
}
