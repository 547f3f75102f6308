/** Verification of inferences of which it is known whether they are right: a linear model has a normal posterior. */
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../../src/runtime/host-node.ts';
import { enoughRows, fewerOf, readData, verifiable } from '../../../src/runtime/index.ts';
import { holm } from '../../../src/runtime/verify/judgement.ts';
import { shareBelow } from '../../../src/runtime/verify/replication.ts';
import { kindsOf, planOf, program, RIGHT, SGHMC, verified } from './linear.ts';

describe('draws of chains', () => {
  it('are the posterior of a linear model', async () => {
    const { rule, done, findings, quantities } = await verified(program('Normal(0, 1)', RIGHT), 50);
    expect([rule, done, findings]).toEqual(['uniform', 50, []]);
    expect(quantities.map((q) => q.name)).toEqual([
      'fc.weight[1, 1]',
      'fc.weight[2, 1]',
      'fc.bias',
      'the prediction for row 2',
      'the prediction for row 6',
      'the prediction for row 9',
      'the log likelihood',
    ]);
  });

  it('are half as wide as they should be at a quarter of the temperature', async () => {
    const { findings, quantities } = await verified(program('Normal(0, 1)', `${SGHMC}, temperature = 0.25 }`), 40);
    const directions = findings.filter((f) => f.of !== 'the log likelihood');
    expect(directions.map((f) => f.kind)).toEqual(directions.map(() => 'too_narrow'));
    expect(directions.length).toBeGreaterThanOrEqual(3);
    const { spread, spreadError } = quantities.find((q) => q.name === 'fc.weight[1, 1]')!;
    expect(Math.abs(spread - 0.5)).toBeLessThan(4 * spreadError);
    expect(directions[0]!.text).toMatch(
      /is too narrow: \d+ % of its true values lie outside the middle 80 % of the draws/,
    );
  });
});

describe('fitted families', () => {
  const SGVB = 'sgvb { steps = 250, batch = N, optimizer = adam(0.1 * (1 - step / 250)) }';

  it('may be narrow, and must lie around the truth', async () => {
    const { rule, findings, quantities } = await verified(program('Normal(0, 1)', SGVB), 30);
    expect(rule).toBe('symmetric');
    expect(findings.filter((f) => f.wrong)).toEqual([]);
    expect(quantities.map((q) => q.name)).not.toContain('the log likelihood');
  });

  it('are shifted where their model is', async () => {
    const { findings } = await verified(program('Normal(1.5, 0.7)', SGVB, 4), 25, program('Normal(0, 0.7)', SGVB, 4));
    expect(kindsOf(findings.filter((f) => f.wrong))).toContain('fc.bias shifted_up');
  });
});

describe('what cannot be verified', () => {
  it('are improper priors, points, and runs that do not begin with an inference', async () => {
    const flat = await planOf(program('Flat()', RIGHT));
    expect(() => verifiable(flat)).toThrow(
      'The prior of fc.weight, `Flat`, cannot be drawn from: it has no finite integral, nor can those of fc.bias',
    );
    await expect(verified(program('Normal(0, 1)', 'map { steps = 2 }'), 20)).rejects.toThrow(
      'BP7407: The posterior of `map` is a point here',
    );
    const norm = program('Normal(0, 1)', 'map { steps = 2 }').replace(
      'fc = dense(1)',
      'bn = batch_norm\n fc = dense(1)',
    );
    const plan = await planOf(norm.replace('* ~', 'fc.* ~'));
    expect(() => verifiable(plan)).toThrow('`bn` makes what the network says of a row depend on the other rows');
    const { steps } = plan;
    expect(() => verifiable({ ...plan, steps: steps.slice(1) })).toThrow('does not begin with an inference');
  });
});

describe('a verification that is stopped', () => {
  it('says so, and says nothing of too few replications', async () => {
    const stop = { requested: true };
    const { interrupted, done, quantities, findings } = await verified(
      program('Normal(0, 1)', RIGHT),
      40,
      undefined,
      stop,
    );
    expect([interrupted, done, quantities, findings]).toEqual([true, 0, [], []]);
  });
});

describe('fewer rows', () => {
  it('are what the checker sees, the batches fit, and the rows are some of those that there are', async () => {
    const text = program('Normal(0, 1)', 'sgvb { steps = 2, batch = 120 }', 500);
    expect(enoughRows(await planOf(text))).toBe(120);
    const plan = await planOf(text, 120);
    const { model } = verifiable(plan);
    expect(model.rows).toBe(120);
    const whole = await readData(plan.data, nodeHost());
    const few = fewerOf(whole, 120, 3).splits.train!;
    expect(few.rows).toBe(120);
    const all = Array.from(whole.splits.train!.columns.y!.data);
    const kept = Array.from(few.columns.y!.data);
    expect(kept.map((y) => all.indexOf(y)).every((at, i, places) => at >= 0 && (i === 0 || at > places[i - 1]!))).toBe(
      true,
    );
    expect(few.columns.x!.data).toHaveLength(240);
    const at = all.indexOf(kept[50]!);
    expect(few.columns.x!.data.slice(100, 102)).toEqual(whole.splits.train!.columns.x!.data.slice(2 * at, 2 * at + 2));
  });
});

describe('ranks and p-values', () => {
  it('breaks ties at random, and corrects for many', () => {
    const draws = Float64Array.of(0, 0, 1, 1);
    expect(shareBelow(0.5, draws, 0.5)).toBeCloseTo(2.5 / 5, 12);
    expect([shareBelow(1, draws, 0), shareBelow(1, draws, 1)]).toEqual([0.4, 1]);
    expect(holm([0.01, 0.5, 0.02])).toEqual([expect.closeTo(0.03, 12), 0.5, expect.closeTo(0.04, 12)]);
  });
});
