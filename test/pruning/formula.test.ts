/** Formulas as criteria: the formula of a criterion of the language gives its very masks; reductions are those of JavaScript. */
import { describe, expect, it } from 'vitest';
import type { PlanPrune } from '../../src/language/check/checked.ts';
import type { Posterior } from '../../src/model/posterior.ts';
import { criteria, formulaCriterion, scoreProgram, scoreState } from '../../src/pruning/index.ts';
import { planLowest } from '../../src/pruning/plan.ts';
import { predicateProgram } from '../../src/pruning/score.ts';
import { checkText } from '../helpers/golden.ts';
import { runOnce } from '../helpers/reference.ts';

function pruneOf(declarations: string, rule: string): PlanPrune {
  const text = `${declarations}
data d = csv("d.csv", test = "t.csv") { x: real[3]; y: class[2] }
network net { input real[3]; fc = dense(2) }
model m { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1 }; prune *.weight ${rule} }`;
  const { diagnostics, result } = checkText('test.bprune', text);
  expect(diagnostics).toEqual([]);
  const step = result.runs[0]!.steps[1];
  if (step?.kind !== 'prune') throw new Error('expected a prune step');
  return step;
}

const MEAN = [0.5, -0.25, 0, 2, -1.5, 0.125];
const SD = [0.1, 0.5, 0, 4, 0.3, 1e-4];
const SITES = [{ path: 'fc.weight', shape: [3, 2] }];

const posterior: Posterior = {
  kind: 'posterior',
  statistics: [],
  sites: [
    {
      ...{ path: 'fc.weight', layer: 'fc', counts: 'weight', shape: [3, 2], family: 'Normal', mask: null },
      ...{ mean: Float32Array.from(MEAN), sd: Float32Array.from(SD) },
    },
  ],
};

async function scores(step: PlanPrune): Promise<{ readonly all: readonly number[]; readonly plan: readonly number[] }> {
  const { rule } = step;
  if (rule.kind !== 'lowest') throw new Error('expected `lowest`');
  const criterion = rule.score === null ? criteria.get(rule.criterion)! : formulaCriterion(rule.criterion, rule.score);
  const feed = { batch: {}, noise: {}, scalars: {} };
  const [info] = await runOnce(scoreProgram(SITES, [criterion]), scoreState(posterior, ['fc.weight']), feed);
  const values = info[`score/${criterion.name}/fc.weight`]!;
  const plan = planLowest(
    { criterion, values: new Map([['fc.weight', values]]) },
    posterior,
    rule.share,
    rule.perLayer,
  );
  return { all: [...values.data], plan: [...plan.keep.get('fc.weight')!] };
}

const single = MEAN.map((m) => Math.fround(m));
const spreads = SD.map((s) => Math.fround(s));

describe('criteria of the program', () => {
  it.each([
    ['snr', 'criterion mine = abs(mean(weight)) / max(sd(weight), 1e-30)', 'mine'],
    ['magnitude', 'criterion mine { size = abs(mean(weight)); score = size }', 'mine'],
    ['magnitude', 'criterion times(t = 1) { score = t * norm(mean(weight)) }', 'times(2)'],
    ['magnitude', '', 'abs(mean(weight))'],
    [
      'log_alpha',
      'criterion mine { alpha = log(max(sd(weight), 1e-30)) - log(max(abs(mean(weight)), 1e-30)); score = -2 * alpha }',
      'mine',
    ],
  ])('with the formula of `%s` give its masks: %s', async (known, declaration, written) => {
    for (const share of ['20%', '50%', '85%']) {
      const mine = await scores(pruneOf(declaration, `by ${written} lowest ${share}`));
      const theirs = await scores(pruneOf('', `by ${known} lowest ${share}`));
      expect(mine.plan).toEqual(theirs.plan);
    }
  });

  it('reduce along the axes of a weight, `[inputs, outputs]`', async () => {
    const at = (i: number, j: number) => Math.abs(single[2 * i + j]!);
    const byInputs = (f: (xs: number[]) => number) => single.map((_, k) => f([0, 1, 2].map((i) => at(i, k % 2))));
    const byOutputs = (f: (xs: number[]) => number) =>
      single.map((_, k) => f([0, 1].map((j) => at(Math.floor(k / 2), j))));
    const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
    const mean = (xs: number[]) => sum(xs) / xs.length;
    const size = 'abs(mean(weight))';
    const cases: readonly (readonly [string, readonly number[]])[] = [
      [`sum(${size} over inputs)`, byInputs(sum)],
      [`mean(${size} over outputs)`, byOutputs(mean)],
      [`max(${size} over units)`, byOutputs((xs) => Math.max(...xs))],
      [`min(${size} over inputs)`, byInputs((xs) => Math.min(...xs))],
      [`norm(${size} over inputs)`, byInputs((xs) => Math.hypot(...xs))],
      [`sd(${size} over inputs)`, byInputs((xs) => Math.sqrt(mean(xs.map((x) => (x - mean(xs)) ** 2))))],
      [`sum(${size} over weights)`, single.map(Math.abs)],
      [`sum(1 + 0 * sd(weight) over inputs)`, single.map(() => 3)],
      [`sum(${size} over kernel) / (sd(weight) + 1)`, single.map((m, i) => Math.abs(m) / (spreads[i]! + 1))],
    ];
    for (const [formula, expected] of cases) {
      const { all } = await scores(pruneOf('', `by ${formula} lowest 50%`));
      all.forEach((score, i) => {
        expect(score, formula).toBeCloseTo(expected[i]!, 12);
      });
    }
  });

  it('stand in conditions, beside those of the language', async () => {
    const { rule } = pruneOf(
      'criterion share = abs(mean(weight)) / sum(abs(mean(weight)) over inputs)',
      'where share < 0.2 or snr < 1',
    );
    if (rule.kind !== 'where') throw new Error('expected a condition');
    const feed = { batch: {}, noise: {}, scalars: {} };
    const [info] = await runOnce(predicateProgram(SITES, rule.predicate), scoreState(posterior, ['fc.weight']), feed);
    const columns = [0, 1].map((j) => [0, 1, 2].reduce((sum, i) => sum + Math.abs(single[2 * i + j]!), 0));
    const expected = single.map(
      (m, k) => Math.abs(m) / columns[k % 2]! < 0.2 || Math.abs(m) / Math.max(spreads[k]!, 1e-30) < 1,
    );
    expect([...info['remove/fc.weight']!.data].map((x) => x !== 0)).toEqual(expected);
  });
});
