/** What a verification found, in sentences with the figures behind them. */
import { shown } from '../diagnose/finding.ts';
import type { Judged, Rule } from './judgement.ts';

/** Chance that anything is named although all is right. */
export const LEVEL = 0.01;
/** A direction is named from so many standard errors on. */
const CLEAR = 3;
/** The spread of a fitted family is named from so many standard errors on: of a hundred right ones hardly any is. */
const CERTAIN = 4;
/** Draws of chains that are worth fewer independent ones have extremes that are too near. */
const FEW = 30;

export interface VerifyFinding {
  readonly kind:
    | 'shifted_up'
    | 'shifted_down'
    | 'too_narrow'
    | 'too_wide'
    | 'not_uniform'
    | 'few_draws'
    | 'failed'
    | 'left_out';
  /** Whether the inference is not what it claims to be; other findings are to know. */
  readonly wrong: boolean;
  readonly of: string;
  readonly text: string;
}

export function findingsOf(judged: readonly Judged[], rule: Rule): readonly VerifyFinding[] {
  return [...judged.flatMap((j) => (rule === 'uniform' ? ofDraws(j) : ofFamily(j))), ...fewDraws(judged)];
}

function ofDraws(judged: Judged): VerifyFinding[] {
  if (judged.adjusted >= LEVEL) return [];
  const { meanScore, varianceScore, name, p } = judged;
  const named = [
    ...(Math.abs(meanScore) >= CLEAR ? [shifted(judged, true)] : []),
    ...(Math.abs(varianceScore) >= CLEAR && isOneWay(judged) ? [spread(judged, true)] : []),
  ];
  if (named.length > 0) return named;
  const text = `${name}: the ranks of its true values are not uniform (p = ${shown(p)}), though neither its place nor its spread alone shows it.`;
  return [{ kind: 'not_uniform', wrong: true, of: name, text }];
}

/** Ranks far to one side vary as those of draws that are too narrow do: the truth itself must be as far out as they say. */
function isOneWay({ varianceScore, spread: found }: Judged): boolean {
  return varianceScore > 0 === found < 1;
}

function ofFamily(judged: Judged): VerifyFinding[] {
  return [
    ...(judged.adjusted < LEVEL ? [shifted(judged, true)] : []),
    ...(Math.abs(judged.varianceScore) >= CERTAIN && isOneWay(judged) ? [spread(judged, false)] : []),
  ];
}

function shifted(judged: Judged, wrong: boolean): VerifyFinding {
  const { name, above, meanScore, shift, shiftError } = judged;
  // Where the truth lies above the draws, these are too low.
  const down = meanScore > 0;
  const share = percent(down ? above : 1 - above);
  const text = `${name} is shifted ${down ? 'down' : 'up'}: its true values lie ${down ? 'above' : 'below'} the median of the draws in ${share} of the replications, where 50 % belong, by ${shown(Math.abs(shift))} (± ${shown(shiftError)}) of its standard deviations.`;
  return { kind: down ? 'shifted_down' : 'shifted_up', wrong, of: name, text };
}

function spread(judged: Judged, wrong: boolean): VerifyFinding {
  const { name, outside, varianceScore, spread: found, spreadError } = judged;
  const narrow = varianceScore > 0;
  const text = `${name} is too ${narrow ? 'narrow' : 'wide'}: ${percent(outside)} of its true values lie outside the middle 80 % of the draws, where 20 % belong; its standard deviation is ${shown(found)} (± ${shown(spreadError)}) times what it should be.`;
  return { kind: narrow ? 'too_narrow' : 'too_wide', wrong, of: name, text };
}

function fewDraws(judged: readonly Judged[]): VerifyFinding[] {
  const few = judged.flatMap(({ name, effective }) =>
    effective !== null && effective < FEW ? [{ name, effective }] : [],
  );
  if (few.length === 0) return [];
  const worst = few.reduce((a, b) => (b.effective < a.effective ? b : a));
  const text = `The draws of ${few.length} of ${judged.length} quantities are worth fewer than ${FEW} independent ones, those of ${worst.name} ${shown(worst.effective)}: chains this short look too narrow, or shifted, by that alone. Longer ones, or draws further apart, tell.`;
  return [{ kind: 'few_draws', wrong: false, of: worst.name, text }];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
