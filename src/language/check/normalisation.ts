/**
 * Whether densities of the program's own integrate to 1: by quadrature over the support, at several values of each parameter, and at
 * those that a model gives them.
 */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import { compileNumber } from '../evaluate/function.ts';
import { type Integral, integrateDensity } from '../evaluate/quadrature.ts';
import type { CheckedArgument, CheckedDensity, DensityIntegral } from './checked.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';

/** How far an integral may be from 1: a jump within the support costs quadrature about this much. */
export const INTEGRAL_TOLERANCE = 1e-5;

export type Values = Readonly<Record<string, number>>;

/** The parts of a density that its integral depends on. */
export type Body = Pick<CheckedDensity, 'variable' | 'log' | 'ends'> & Pick<CheckedDensity['signature'], 'support'>;

/** The ends of the support at some values of the parameters; infinite ones where it has none. */
function endsOf({ support, ends }: Body, values: Values): readonly [number, number] {
  if (ends !== null) return [compileNumber(ends.low)(values), compileNumber(ends.high)(values)];
  return [support === 'real' ? Number.NEGATIVE_INFINITY : 0, support === 'unit' ? 1 : Number.POSITIVE_INFINITY];
}

/** The integral at some values of the parameters of the density times `factor`, which is between 0 and 1. */
export function integralAt(body: Body, values: Values, factor?: (x: number) => number): Integral {
  const [low, high] = endsOf(body, values);
  // No support: the logarithm is a number nowhere.
  if (!(low < high)) return { kind: 'undefined', at: Number.NaN };
  const log = compileNumber(body.log);
  return integrateDensity((x) => log({ ...values, [body.variable]: x }), low, high, factor);
}

/** The integral as a function of the parameters, worked out once for the same values. */
export type Integrals = (values: Values) => Integral;

export function integralsOf(body: Body): Integrals {
  const known = new Map<string, Integral>();
  return (values) => {
    const key = JSON.stringify(values);
    const integral = known.get(key) ?? integralAt(body, values);
    known.set(key, integral);
    return integral;
  };
}

export function isOne(integral: Integral): boolean {
  return integral.kind === 'finite' && Math.abs(integral.value - 1) <= INTEGRAL_TOLERANCE + integral.error;
}

/** `at s = 0.5, d = 2`; nothing for a density without parameters. */
export function shownValues(values: Values): string {
  const shown = Object.entries(values).map(([name, value]) => `${name} = ${formatNumber(value)}`);
  return shown.length === 0 ? '' : ` at ${shown.join(', ')}`;
}

/** Six digits. */
const shownIntegral = (value: number) => formatNumber(Number(value.toPrecision(6)));

export interface Found {
  readonly values: Values;
  readonly integral: Integral;
}

/** What the integrals at several values say of a density. */
export function judged(found: readonly Found[]): DensityIntegral {
  const kinds = found.map((f) => f.integral.kind);
  if (kinds.includes('infinite')) return { kind: 'infinite' };
  if (kinds.includes('not_found')) return { kind: 'not_found' };
  if (found.every((f) => isOne(f.integral))) return { kind: 'one' };
  const values = found.flatMap(({ integral }) => (integral.kind === 'finite' ? [integral.value] : []));
  return { kind: 'other', value: values.reduce((far, v) => (Math.abs(v - 1) > Math.abs(far - 1) ? v : far), 1) };
}

/** The warning about a density that does not integrate to 1; `log` is the expression as it was written. */
export function sayIntegral(ctx: Context, name: string, log: Expr, found: readonly Found[]): void {
  const first = found.find((f) => !isOne(f.integral));
  if (first === undefined) return;
  const notes = found.map((f) => `integral${shownValues(f.values)}: ${inWords(f.integral)}`);
  const at = shownValues(first.values);
  const says: Readonly<Record<Integral['kind'], string>> = {
    finite: `integrates to ${inWords(first.integral)}${at}, not to 1`,
    infinite: `has no finite integral${at}`,
    not_found: `has an integral${at} that quadrature does not find`,
    undefined: `is not defined${at}`,
  };
  ctx.report.say('BP4021', log.span, `\`${name}\` ${says[first.integral.kind]}`, {
    severity: 'warning',
    notes,
    hint: repair(found),
  });
}

function inWords(integral: Integral): string {
  if (integral.kind === 'finite') return shownIntegral(integral.value);
  return integral.kind === 'infinite' ? 'infinite' : 'not found';
}

/** A constant factor has its logarithm subtracted; one that depends on parameters is named as such. */
function repair(found: readonly Found[]): string {
  const values = found.flatMap(({ integral }) => (integral.kind === 'finite' ? [integral.value] : []));
  const [first] = values;
  if (first === undefined || values.length < found.length) {
    return 'give it tails that fall off faster; `Flat()` is the prior that says nothing';
  }
  if (first === 0) return 'the density is 0 everywhere: look at the signs within `log`';
  const constant = values.every((value) => Math.abs(value / first - 1) <= INTEGRAL_TOLERANCE);
  if (!constant) return 'subtract the logarithm of the integral, which depends on the parameters';
  const log = Number(Math.log(first).toPrecision(9));
  return `${log > 0 ? 'subtract' : 'add'} ${formatNumber(Math.abs(log))} ${log > 0 ? 'from' : 'to'} \`log\``;
}

/** At the values that a model gives the parameters; false after a report of a value for which there is no density. */
export function integralHolds(
  ctx: Context,
  own: CheckedDensity,
  args: readonly CheckedArgument[],
  place: Span,
): boolean {
  if (own.integral.kind !== 'one' || args.some((a) => a.value === null)) return true;
  const values = Object.fromEntries(args.map((a) => [a.name, a.value!]));
  const { name, support } = own.signature;
  const integral = integralAt({ ...own, support }, values);
  if (isOne(integral)) return true;
  const labels = [{ span: own.span, message: 'declared here' }];
  if (integral.kind === 'undefined') {
    ctx.report.say('BP4005', place, `\`${name}\` is no density${shownValues(values)}`, {
      labels,
      hint: 'give its parameters other values, or say their ranges in the density: `s = positive`',
    });
    return false;
  }
  const message = `\`${name}\` has the integral ${inWords(integral)}${shownValues(values)}, and not 1 as at other values`;
  ctx.report.say('BP4021', place, message, {
    severity: 'warning',
    labels,
    hint: 'subtract the logarithm of the integral, which depends on the parameters',
  });
  return true;
}
