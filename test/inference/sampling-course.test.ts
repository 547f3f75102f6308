/** When samplers draw: burn-in, spacing, and the cycles of Zhang et al. 2020. */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { samplingCourse } from '../../src/inference/sampling-course.ts';

const at = (step: number) => ({ step, epoch: step / 10 });

function draws(options: OptionValues, steps: number): number[] {
  const course = samplingCourse(options, { steps, stepsPerEpoch: 10 });
  const found = Array.from({ length: steps }, (_, i) => i + 1).filter(course.due);
  expect(course.draws).toBe(found.length);
  return found;
}

describe('draws', () => {
  it('are kept behind the burn-in, evenly, the last state always', () => {
    expect(draws({ burn_in: 60, collect_every: 10 }, 100)).toEqual([70, 80, 90, 100]);
    expect(draws({ burn_in: 0, collect_every: 30 }, 100)).toEqual([10, 40, 70, 100]);
    expect(draws({ burn_in: 100, collect_every: 1 }, 100)).toEqual([100]);
  });

  it('are a hundred of the second half where nothing is said', () => {
    const found = draws({}, 2000);
    expect(found).toHaveLength(100);
    expect(found[0]).toBe(1010);
    expect(draws({}, 20)).toHaveLength(10);
  });

  it('are those of the sampling stages, with cycles', () => {
    expect(draws({ cycles: 2, explore: 0.8, collect_every: 5 }, 100)).toEqual([45, 50, 95, 100]);
    expect(draws({ cycles: 2, explore: 0.8, collect_every: 5, burn_in: 50 }, 100)).toEqual([95, 100]);
    expect(draws({ cycles: 4, explore: 1, collect_every: 5 }, 100)).toEqual([100]);
  });
});

describe('cycles', () => {
  it('cool as equation 1 says, and sample at their end', () => {
    const [steps, M] = [103, 4];
    const { cooling, sampling } = samplingCourse({ cycles: M, explore: 0.5 }, { steps, stepsPerEpoch: 10 });
    for (let k = 1; k <= steps; k++) {
      const length = Math.ceil(steps / M);
      const r = ((k - 1) % length) / length;
      expect(cooling(at(k - 1))).toBeCloseTo(0.5 * (Math.cos(Math.PI * r) + 1), 12);
      expect(sampling(at(k - 1))).toBe(r < 0.5 ? 0 : 1);
    }
  });

  it('without them a step is what it is', () => {
    const { cooling, sampling } = samplingCourse({}, { steps: 10, stepsPerEpoch: 10 });
    expect([0, 4, 9].map((k) => [cooling(at(k)), sampling(at(k))])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });
});
