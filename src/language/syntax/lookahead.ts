/** Which alternative the next tokens begin: worked out for a choice of the grammar when a text first comes to it. */
import { type ILookaheadStrategy, LLkLookaheadStrategy } from 'chevrotain';

type Choice = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type Option = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/**
 * The library's own LL(k) lookahead, late: a small program meets a fraction of the grammar's choices, and to prepare all of them
 * takes longer than to read it.
 */
export class LateLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(choice: Choice) {
    return late(() => super.buildLookaheadForAlternation(choice));
  }

  override buildLookaheadForOptional(option: Option) {
    return late(() => super.buildLookaheadForOptional(option));
  }
}

/** The library calls a decision with the parser as `this`, which reads the tokens ahead. */
function late<Args extends unknown[], R>(make: () => (...args: Args) => R): (this: unknown, ...args: Args) => R {
  let decide: ((...args: Args) => R) | null = null;
  return function (...args) {
    decide ??= make();
    return decide.apply(this, args);
  };
}
