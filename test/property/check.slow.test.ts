import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checks, damagedPrograms } from './check-fuzz.ts';
import { randomPieces, randomText } from './syntax-fuzz.ts';

/** Ten thousand inputs through parser, checker and renderer. */
describe('the front end never throws', () => {
  const long = (numRuns: number) => ({ numRuns, seed: 5 });
  it('on 8,000 damaged programs', () => fc.assert(fc.property(damagedPrograms, checks), long(8000)));
  it('on 1,000 random sequences of words', () => fc.assert(fc.property(randomPieces, checks), long(1000)));
  it('on 1,000 random texts', () => fc.assert(fc.property(randomText, checks), long(1000)));
});
