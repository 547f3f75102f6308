import fc from 'fast-check';
import { it } from 'vitest';
import { checks, damagedPrograms } from './check-fuzz.ts';

it('the front end says something sensible about damaged programs, and never throws', () => {
  fc.assert(fc.property(damagedPrograms, checks), { numRuns: 600, seed: 21 });
});
