/** Parameters of the program's own densities: their ranges, said or guessed, and the values at which the density is tried. */
import type { DistributionParam } from '../../base/catalogue.ts';
import type { Integral } from '../evaluate/quadrature.ts';
import type { Integrals, Values } from './normalisation.ts';

export type Range = Extract<DistributionParam['constraint'], 'real' | 'positive' | 'unit' | 'whole'>;

/** The first one of each stands while other parameters vary. */
const TRIALS: Readonly<Record<Range, readonly number[]>> = {
  real: [0.5, -1.3, 2],
  positive: [0.5, 1.7, 3],
  unit: [0.5, 0.2, 0.9],
  whole: [1, 2, 5],
};
export const RANGES = Object.keys(TRIALS) as readonly Range[];
/** From wide to narrow. */
const GUESSES: readonly Range[] = ['real', 'positive', 'unit'];

export interface Parameter {
  readonly name: string;
  /** Null where the body does not say it. */
  readonly range: Range | null;
  readonly default: number | null;
}

export type Ranged = Parameter & { readonly range: Range };

const baseOf = (ranged: readonly Ranged[]): Values =>
  Object.fromEntries(ranged.map((p) => [p.name, p.default ?? TRIALS[p.range][0]!]));

/** All parameters at their first values, and each of them at its others. */
export function trialsOf(ranged: readonly Ranged[]): readonly Values[] {
  const base = baseOf(ranged);
  const all = [base, ...ranged.flatMap((p) => TRIALS[p.range].map((value) => ({ ...base, [p.name]: value })))];
  const texts = all.map((values) => JSON.stringify(values));
  return all.filter((_, i) => texts.indexOf(texts[i]!) === i);
}

/**
 * The range of a parameter that the body does not say: the widest one in which the density has a finite integral, else the widest in
 * which its logarithm is a number. `density Peak(x | s) { log = -x ^ 2 / s }` has a peak for positive s only.
 */
export function guessRanges(integrals: Integrals, parameters: readonly Parameter[]): readonly Ranged[] {
  let ranged: readonly Ranged[] = parameters.map((p) => ({ ...p, range: p.range ?? 'real' }));
  parameters.forEach((parameter, i) => {
    if (parameter.range !== null) return;
    const kinds = GUESSES.map((range) => ({ range, kinds: kindsWithin(integrals, withRange(ranged, i, range), i) }));
    const finite = kinds.find((g) => g.kinds.every((kind) => kind === 'finite'));
    const defined = finite ?? kinds.find((g) => !g.kinds.includes('undefined'));
    ranged = withRange(ranged, i, defined?.range ?? 'real');
  });
  return ranged;
}

function withRange(ranged: readonly Ranged[], at: number, range: Range): readonly Ranged[] {
  return ranged.map((p, i) => (i === at ? { ...p, range } : p));
}

/** What the integral is while parameter `at` goes through the values of its range. */
function kindsWithin(integrals: Integrals, ranged: readonly Ranged[], at: number): readonly Integral['kind'][] {
  const { name, range } = ranged[at]!;
  const base = baseOf(ranged);
  return TRIALS[range].map((value) => integrals({ ...base, [name]: value }).kind);
}

/** Where the logarithm is not a number within the ranges, NaN for a support without inside; null where it always is one. */
export function firstHole(
  integrals: Integrals,
  ranged: readonly Ranged[],
): { readonly values: Values; readonly at: number } | null {
  for (const values of trialsOf(ranged)) {
    const integral = integrals(values);
    if (integral.kind === 'undefined') return { values, at: integral.at };
  }
  return null;
}
