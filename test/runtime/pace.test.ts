import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/runtime/pace.ts';

describe('the seconds per step', () => {
  it('are those of the first block, which pays for what is made ready, only until there is another', () => {
    const pace = new Pace(1000, 0);
    expect(pace.reached(6000, 10)).toBe(0.5);
    expect(pace.reached(7000, 20)).toBe(0.1);
    expect(pace.reached(10_000, 30)).toBe(0.2);
  });
  it('are of the steps of this process, when a training goes on from a checkpoint', () => {
    expect(new Pace(0, 90).reached(2000, 100)).toBe(0.2);
  });
});
