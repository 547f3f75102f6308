/** Distributions behind `~`: role, arguments, ranges, mixtures. */
import type { DistributionRole, DistributionSignature } from '../../base/catalogue.ts';
import type { Argument, Expr } from '../../base/expr.ts';
import { formatShape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import { holdsError } from '../evaluate/constant.ts';
import { fitsWhileRunning, inRange } from './argument-range.ts';
import type { CheckedArgument, CheckedDistribution } from './checked.ts';
import { close, literal, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr, formatNumber } from './format.ts';
import { integralHolds } from './normalisation.ts';
import { asParameter, boundsInOrder, type GivenParameter, matchParameters } from './parameters.ts';
import { rangeOf } from './ranges.ts';
import { listed } from './report.ts';
import { offered, plays } from './roles.ts';
import { squeezed } from './squeezed.ts';
import { SUPPORT_NOUN } from './supports.ts';
import { nounOf, typeOf } from './types.ts';
import { closedConstant, numberIn } from './values.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** How far the weights of a mixture may be from 1 together: room for thirds written with six digits. */
const WEIGHT_TOLERANCE = 1e-6;

/** The distribution that `expr` denotes in `scope`, fit for `role`; null after a report. */
export function checkDistribution(
  ctx: Context,
  expr: Expr,
  role: DistributionRole,
  scope: Scope,
): CheckedDistribution | null {
  const found = distributionCall(ctx, expr, scope, () => offered(ctx.catalogue, role)[0]);
  return found === null ? null : checkCall(ctx, found.call, found.record, role, scope);
}

/** The closed call of a distribution that `expr` denotes, its arguments not yet looked at; null after a report, which names an example. */
export function distributionCall(
  ctx: Context,
  expr: Expr,
  scope: Scope,
  example: () => string | undefined,
): { readonly call: Call; readonly record: DistributionSignature } | null {
  const closed = close(ctx, expr, scope);
  if (holdsError(closed)) return null;
  const { type } = typeOf(ctx, closed, scope);
  if (type === 'unknown') return null;
  if (closed.kind === 'call' && closed.callee.kind === 'name') {
    const record = ctx.called(closed.callee.name, closed.args);
    if (record !== undefined) return { call: closed, record };
    // What is wrong with a density of one's own is said where it is declared.
    if (ctx.isDistribution(closed.callee.name)) return null;
  }
  const conditional = closed.kind === 'conditional' && type === 'distribution';
  ctx.report.say(
    conditional ? 'BP2010' : 'BP2008',
    expr.span,
    conditional
      ? 'which distribution it is must be known before the run'
      : `a distribution stands behind \`~\`, but \`${formatExpr(expr)}\` is ${nounOf(type)}`,
    { hint: `write a distribution, such as \`${example() ?? 'Normal'}(...)\`` },
  );
  return null;
}

/** What is missing, up to "not available yet": a part of the language, or an engine that fits such guides. */
function lackOf(ctx: Context, record: DistributionSignature, role: DistributionRole): string | null {
  if (record.needs !== null) return `\`${record.name}\` needs ${record.needs}, which are`;
  return plays(ctx.catalogue, record, role) ? null : `a \`${record.name}\` guide is`;
}

const ROLE_NOUN: Readonly<Record<DistributionRole, string>> = {
  prior: 'a prior',
  guide: 'a guide',
  likelihood: 'a likelihood',
};

function checkCall(
  ctx: Context,
  call: Call,
  record: DistributionSignature,
  role: DistributionRole,
  scope: Scope,
): CheckedDistribution | null {
  if (!record.roles.includes(role)) {
    ctx.report.say('BP4004', call.span, `\`${record.name}\` cannot be ${ROLE_NOUN[role]}`, {
      hint: `${ROLE_NOUN[role]} is one of ${listed(offered(ctx.catalogue, role))}`,
    });
    return null;
  }
  const lack = lackOf(ctx, record, role);
  if (lack !== null) {
    ctx.report.say('BP2003', call.span, `${lack} not available yet in this version`, {
      hint: `use one of ${listed(offered(ctx.catalogue, role))}`,
    });
    return null;
  }
  if (record.components) return checkMixture(ctx, call, record, role, scope);
  const optional = role === 'guide';
  const matched = matchParameters(ctx, call, record, (p) => p.default !== null || (optional && p.learned));
  if (matched === null) return null;
  const args: CheckedArgument[] = [];
  const components: CheckedDistribution['components'][number][] = [];
  let ok = true;
  for (const param of record.params) {
    const given = matched.get(param.name);
    if (given !== undefined && param.constraint === 'distribution') {
      const distribution = checkInner(ctx, given.argument.value, record, role, scope);
      if (distribution === null) ok = false;
      else components.push({ weight: 1, distribution });
    } else if (given !== undefined) {
      const argument = checkArgument(ctx, given, param.name, record, role, scope);
      if (argument === null) ok = false;
      else args.push(argument);
    } else if (!(optional && param.learned) && param.default !== null) {
      const value = param.default;
      args.push({ name: param.name, expr: literal(value, { kind: 'error', span: call.span }), value });
    }
  }
  if (!ok || !boundsInOrder(ctx, call, record, args)) return null;
  const own = ctx.densities.get(record.name) ?? null;
  if (own !== null && !integralHolds(ctx, own, args, call.span)) return null;
  return { name: record.name, args, components, own, span: call.span };
}

/** The slab of `SpikeSlab(z, Normal(0, 1))`. */
function checkInner(
  ctx: Context,
  written: Expr,
  record: DistributionSignature,
  role: DistributionRole,
  scope: Scope,
): CheckedDistribution | null {
  const inner = checkDistribution(ctx, written, role, scope);
  const found = inner === null ? undefined : ctx.catalogue.distributions.get(inner.name);
  if (found === undefined) return null;
  if (found.support === record.support && found.event === 'element' && found.name !== record.name) return inner;
  ctx.report.say('BP4003', written.span, `\`${found.name}\` cannot stand in \`${record.name}\``, {
    hint: 'put a distribution of single real numbers there, such as `Normal(0, 1)`',
  });
  return null;
}

/** A latent of 0 and 1, by its name. */
function checkGateArgument(
  ctx: Context,
  name: string,
  written: Expr,
  type: string,
  what: string,
): CheckedArgument | null {
  if (type === 'boolean' && written.kind === 'name') return { name, expr: written, value: null };
  ctx.report.say('BP2008', written.span, `${what} is a latent of 0 and 1, but \`${formatExpr(written)}\` is none`, {
    hint: 'declare one, `z[fc1.unit] ~ Bernoulli(0.5)`, and name it here',
  });
  return null;
}

/** In a likelihood an argument may depend on the network, in a prior on latents, in a guide a learned one on `param`s. */
function checkArgument(
  ctx: Context,
  given: GivenParameter,
  name: string,
  record: DistributionSignature,
  role: DistributionRole,
  scope: Scope,
): CheckedArgument | null {
  const what = `\`${given.as.name}\` of \`${record.name}\``;
  const written = given.argument.value;
  const { type, stage, shape } = typeOf(ctx, written, scope);
  if (type === 'unknown') return null;
  if (given.as.constraint === 'gate') return checkGateArgument(ctx, name, written, type, what);
  if (type !== 'number') {
    const found = `\`${formatExpr(written)}\` is ${nounOf(type)}`;
    ctx.report.say('BP2008', written.span, `${what} is a number, but ${found}`, { hint: 'put a number here' });
    return null;
  }
  const vector = given.as.constraint === 'vector';
  if (vector !== shape.length > 0 && (vector || role !== 'likelihood')) {
    const wanted = vector ? 'one number for each class' : 'a single number';
    ctx.report.say(
      'BP3006',
      written.span,
      `${what} is ${wanted}, but this is ${shape.length === 0 ? 'a single number' : `of shape ${formatShape(shape)}`}`,
      {
        hint: vector ? 'give it the output of a network: `net(x)`' : 'give it a number',
      },
    );
    return null;
  }
  const learned = record.params.some((p) => p.name === name && p.learned);
  if (stage === 'run' && (role !== 'guide' || learned)) {
    if (!fitsWhileRunning(ctx, written, given.as, what, scope)) return null;
    const isProbability = role === 'guide' && given.as.constraint === 'open_unit';
    const range = isProbability ? rangeOf(written, (expr) => scope.rangeOf?.(expr)) : null;
    const inside = isProbability ? squeezed(written, range, 0, 1) : written;
    return { name, expr: asParameter(given, inside), value: null };
  }
  const value = closedConstant(ctx, written, scope, what);
  if (typeof value !== 'number') return null;
  if (!inRange(ctx, value, written, given.as, what)) return null;
  const expr = asParameter(given, written);
  const converted = expr === written ? value : closedConstant(ctx, expr, scope, what);
  return typeof converted === 'number' ? { name, expr, value: converted } : null;
}

function checkMixture(
  ctx: Context,
  call: Call,
  record: DistributionSignature,
  role: DistributionRole,
  scope: Scope,
): CheckedDistribution | null {
  const parts = call.args.map((argument) => checkComponent(ctx, argument, record, role, scope));
  if (call.args.length === 0) {
    ctx.report.say('BP4006', call.span, `\`${record.name}\` has no components`, { hint: `write ${record.doc}` });
    return null;
  }
  const components = parts.filter((p) => p !== null);
  if (components.length < parts.length) return null;
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  if (Math.abs(total - 1) > WEIGHT_TOLERANCE) {
    const shown = formatNumber(Number(total.toPrecision(7)));
    const sum = components.map((c) => formatNumber(c.weight)).join(' + ');
    ctx.report.say('BP4006', call.span, `the weights of \`${record.name}\` add up to ${shown}, not to 1`, {
      notes: [`${sum} = ${shown}`],
      hint: 'the weights are probabilities: together they are 1',
    });
    return null;
  }
  return { name: record.name, args: [], components, own: null, span: call.span };
}

function checkComponent(
  ctx: Context,
  argument: Argument,
  record: DistributionSignature,
  role: DistributionRole,
  scope: Scope,
): CheckedDistribution['components'][number] | null {
  if (argument.weight === null || argument.name !== null) {
    ctx.report.say('BP4006', argument.span, `a component of \`${record.name}\` needs its weight`, {
      hint: `write \`0.5: ${formatExpr(argument.value)}\``,
    });
    return null;
  }
  const what = `a weight of \`${record.name}\``;
  const weight = numberIn(ctx, argument.weight, scope, what);
  const distribution = checkDistribution(ctx, argument.value, role, scope);
  if (weight === null || distribution === null) return null;
  if (weight < 0) {
    ctx.report.say('BP4006', argument.weight.span, `${what} is ${formatNumber(weight)}`, {
      hint: 'a weight is a probability between 0 and 1',
    });
    return null;
  }
  const component = ctx.distribution(distribution.name);
  if (component === undefined) return null;
  const { support, event, proper } = component;
  if (support === record.support && event === record.event && proper) return { weight, distribution };
  const problem = !proper
    ? 'has no finite mass to share'
    : event === record.event
      ? `covers ${SUPPORT_NOUN[support]} only`
      : 'has one density for all numbers of a group';
  ctx.report.say('BP4003', argument.value.span, `\`${distribution.name}\` cannot be a component: it ${problem}`, {
    hint: 'mix proper distributions over all real numbers',
  });
  return null;
}

/** Of parameters that no line needs to name, and of what is not random. */
export function noPrior(span: Span): CheckedDistribution {
  return { name: 'Flat', args: [], components: [], own: null, span };
}
