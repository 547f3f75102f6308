/** Functions that other languages have: who writes `tan` does not mean `tanh`, however near the name is. */
import { replacement } from '../../base/fix.ts';
import type { Span } from '../../base/span.ts';
import { type Hinted, listed } from './report.ts';

type Meant = { readonly name: string } | { readonly text: string } | null;

/** Functions of the same meaning, by the names that they have elsewhere. */
const NAMED = {
  ...{ ln: 'log', fabs: 'abs', absolute: 'abs', expit: 'sigmoid', logistic: 'sigmoid', clip: 'clamp' },
  ...{ maximum: 'max', minimum: 'min', fmax: 'max', fmin: 'min', sgn: 'sign', signum: 'sign' },
};

/** What to write in their place. */
const WRITTEN = {
  ...{ square: 'x^2', sqr: 'x^2', power: 'x^n', cbrt: 'x^(1 / 3)', rsqrt: '1 / sqrt(x)', exp2: '2^x', exp10: '10^x' },
  ...{ log10: 'log(x) / log(10)', log2: 'log(x) / log(2)', expm1: 'exp(x) - 1', ceil: '-floor(-x)' },
  ...{ round: 'floor(x + 0.5)', sinh: '(exp(x) - exp(-x)) / 2' },
};

/** There is nothing of the kind. */
const NOTHING = [
  ...['tan', 'acos', 'asin', 'atan', 'atan2', 'acosh', 'asinh', 'atanh', 'erf', 'erfc', 'gamma', 'lgamma', 'mod'],
];

export const ELSEWHERE: ReadonlyMap<string, Meant> = new Map<string, Meant>([
  ...Object.entries(NAMED).map(([theirs, name]) => [theirs, { name }] as const),
  ...Object.entries(WRITTEN).map(([theirs, text]) => [theirs, { text }] as const),
  ...NOTHING.map((theirs) => [theirs, null] as const),
]);

/** The hint of such a name; `functions` are those that there are. */
export function meantElsewhere(name: string, place: Span, functions: readonly string[]): Hinted {
  const meant = ELSEWHERE.get(name) ?? null;
  const list = `there is ${listed(functions, functions.length)}`;
  if (meant === null) return { hint: list, fix: null };
  if ('text' in meant) return { hint: `write \`${meant.text}\``, fix: null };
  return { hint: `it is called \`${meant.name}\` here`, fix: replacement(place, meant.name, list) };
}
