/**
 * The jobs of a sweep: all combinations of what it lists and what it draws, without those that its condition leaves out. What is drawn
 * is known before the run: it depends on the sweep's own seed, the variable and the number of the draw, and on nothing else.
 */
import { withCommas } from '../../base/counts.ts';
import type { Expr } from '../../base/expr.ts';
import { childKey, type Key } from '../../base/keys.ts';
import { fillNormal, fillUniform } from '../../base/normal.ts';
import { hostArithmetic } from '../../base/samplers/arithmetic.ts';
import { samplers } from '../../base/samplers/index.ts';
import type { Sampler } from '../../base/samplers/sampler.ts';
import { sweepKey } from '../../base/streams.ts';
import type { SweepAxis } from '../syntax/ast.ts';
import { inRange } from './argument-range.ts';
import { rowScope } from './bindings.ts';
import { errorNode, literal } from './closing.ts';
import type { Context } from './context.ts';
import { distributionCall } from './distribution.ts';
import { matchArguments } from './match-arguments.ts';
import { asParameter, matchParameters } from './parameters.ts';
import { listed } from './report.ts';
import { putInto, type Values } from './substitute.ts';
import { constantIn, kindOfValue, numberIn, wholeIn } from './values.ts';

/** One variable that is drawn: its value in draw number `n`, from 0. */
export interface DrawnAxis {
  readonly name: string;
  value(n: number): Expr;
}

/** Null after a report. */
export function drawnAxis(ctx: Context, axis: SweepAxis, seed: number): DrawnAxis | null {
  const draw = integerDraw(ctx, axis.value) ?? continuousDraw(ctx, axis.value);
  if (draw === null || draw === 'wrong') return null;
  const key = sweepKey(seed, axis.name.name);
  return { name: axis.name.name, value: (n) => literal(draw(childKey(key, n)), errorNode(axis.name.span)) };
}

type Draw = (key: Key) => number;

/** `Integer(3, 20)`: whole numbers from the first to the second, all equally likely. */
function integerDraw(ctx: Context, written: Expr): Draw | 'wrong' | null {
  if (written.kind !== 'call' || written.callee.kind !== 'name' || written.callee.name !== 'Integer') return null;
  const names = ['low', 'high'].map((name) => ({ name, required: true }));
  const matched = matchArguments(ctx, written, names, '`Integer`');
  if (matched === null) return 'wrong';
  const [low, high] = ['low', 'high'].map((name) => {
    return wholeIn(
      ctx,
      matched.get(name)!.value,
      rowScope(null),
      `\`${name}\` of \`Integer\``,
      Number.NEGATIVE_INFINITY,
    );
  });
  if (low == null || high == null) return 'wrong';
  if (low > high) {
    ctx.report.say('BP4005', written.span, `\`low\` of \`Integer\` is ${low}, but \`high\` is ${high}`, {
      hint: 'put the lower bound first',
    });
    return 'wrong';
  }
  return (key) => low + Math.min(Math.floor(uniform(key) * (high - low + 1)), high - low);
}

/** Six digits are more than a setting needs, and can be read in a table. */
const DIGITS = 6;

function continuousDraw(ctx: Context, written: Expr): Draw | null {
  const scope = rowScope(null);
  const found = distributionCall(ctx, written, scope, () => 'Uniform');
  if (found === null) return null;
  const { call, record } = found;
  const known: Readonly<Record<string, Sampler>> = samplers;
  const sampler = Object.hasOwn(known, record.name) ? known[record.name] : undefined;
  if (sampler === undefined) {
    ctx.report.say('BP4004', call.span, `a sweep cannot draw from \`${record.name}\``, {
      hint: `use \`Integer\`, or one of ${listed(Object.keys(known), 20)}`,
    });
    return null;
  }
  const matched = matchParameters(ctx, call, record, (p) => p.default !== null);
  if (matched === null) return null;
  const values = new Map<string, number>();
  for (const param of record.params) {
    const given = matched.get(param.name);
    const what = `\`${given?.as.name ?? param.name}\` of \`${record.name}\``;
    const value = given === undefined ? param.default : numberIn(ctx, given.argument.value, scope, what);
    if (value === null || (given !== undefined && !inRange(ctx, value, given.argument.value, given.as, what)))
      return null;
    const converted =
      given === undefined
        ? value
        : numberIn(ctx, asParameter(given, literal(value, given.argument.value)), scope, what);
    if (converted === null) return null;
    values.set(param.name, converted);
  }
  const args = sampler.arguments.map((name) => values.get(name)!);
  const at = (name: string) => values.get(name)!;
  if (sampler.increasing !== null && !(at(sampler.increasing[0]) < at(sampler.increasing[1]))) {
    const [low, high] = sampler.increasing;
    ctx.report.say('BP4005', call.span, `\`${low}\` of \`${record.name}\` must be below \`${high}\``, {
      hint: 'put the lower bound first',
    });
    return null;
  }
  return (key) => {
    const noise = sampler.noise.map((kind, i) => (kind === 'normal' ? normal : uniform)(childKey(key, i)));
    return Number(sampler.draw<number, boolean>(hostArithmetic, args, noise).toPrecision(DIGITS));
  };
}

function uniform(key: Key): number {
  const out = new Float64Array(1);
  fillUniform(key, out);
  return out[0]!;
}

function normal(key: Key): number {
  const out = new Float64Array(1);
  fillNormal(key, out);
  return out[0]!;
}

/** So many draws are tried for each that is wanted, before the condition is taken for one that hardly ever holds. */
const TRIALS = 1000;

/**
 * All `combinations` of listed values, each with every draw; where a condition stands, draws are made until `count` of them go with
 * some combination. Null after a report.
 */
export function jobsOf(
  ctx: Context,
  combinations: readonly Values[],
  drawn: readonly DrawnAxis[],
  count: number,
  condition: Expr | null,
): readonly Values[] | null {
  const jobs: Values[] = [];
  const wanted = drawn.length === 0 ? 1 : count;
  let accepted = 0;
  for (let n = 0; accepted < wanted && n < TRIALS * wanted; n++) {
    const draw = new Map(drawn.map((axis) => [axis.name, axis.value(n)] as const));
    const found: Values[] = [];
    for (const values of combinations) {
      const job = new Map([...values, ...draw]);
      const holds = condition === null ? true : conditionAt(ctx, condition, job);
      if (holds === null) return null;
      if (holds) found.push(job);
    }
    if (found.length > 0) accepted++;
    jobs.push(...found);
    if (drawn.length === 0) break;
  }
  if (accepted === wanted || condition === null) return jobs;
  const message =
    drawn.length === 0
      ? 'the condition leaves nothing of the `sweep`'
      : `the condition holds for ${accepted} of ${withCommas(TRIALS * wanted)} draws, and ${wanted} are wanted`;
  ctx.report.say('BP5008', condition.span, message, { hint: 'let it hold for more of what is swept' });
  return null;
}

/** Null after a report. */
function conditionAt(ctx: Context, condition: Expr, values: Values): boolean | null {
  const value = constantIn(ctx, putInto(condition, values), rowScope(null), 'the condition of a `sweep`');
  if (value === null || typeof value === 'boolean') return value;
  ctx.report.say(
    'BP2008',
    condition.span,
    `the condition of a \`sweep\` is true or false, but this is ${kindOfValue(value)}`,
    {
      hint: 'compare: `where share > 50%`',
    },
  );
  return null;
}
