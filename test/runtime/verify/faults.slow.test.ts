/** Faults that take more replications to see: ranks that crowd in the middle, and draws of chains that lie to one side. */
import { describe, expect, it } from 'vitest';
import { kindsOf, program, RIGHT, SGHMC, verified } from './linear.ts';

describe('draws of chains', () => {
  it('are twice as wide as they should be at four times the temperature', async () => {
    const { findings, quantities } = await verified(program('Normal(0, 1)', `${SGHMC}, temperature = 4 }`), 80);
    const directions = findings.filter((f) => f.of !== 'the log likelihood');
    expect(directions.map((f) => f.kind)).toEqual(directions.map(() => 'too_wide'));
    expect(directions.length).toBeGreaterThanOrEqual(3);
    const { spread, spreadError } = quantities.find((q) => q.name === 'fc.weight[1, 1]')!;
    expect(Math.abs(spread - 2)).toBeLessThan(4 * spreadError);
  });

  it('are shifted up where the prior of the inference lies higher than that of the truth', async () => {
    const high = program('Normal(1.5, 0.7)', RIGHT, 4);
    const { findings } = await verified(high, 30, program('Normal(0, 0.7)', RIGHT, 4));
    expect(kindsOf(findings)).toEqual(expect.arrayContaining(['fc.bias shifted_up', 'fc.weight[1, 1] shifted_up']));
  });
});
