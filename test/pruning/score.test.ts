/** Scores and predicates as step programs, on the float64 reference executor. */
import { describe, expect, it } from 'vitest';
import type { BinaryOp, Expr } from '../../src/base/expr.ts';
import { restrict } from '../../src/model/posterior.ts';
import { criteria, planWhere, predicateProgram, scoreProgram, scoreState } from '../../src/pruning/index.ts';
import { call, HERE, name, number } from '../helpers/models.ts';
import { runOnce } from '../helpers/reference.ts';
import { posterior, site } from './posteriors.ts';

const NOTHING = { batch: {}, noise: {}, scalars: {} };
const MEAN = [2, -0.5, 0, 1e-20];
const SD = [0.5, 1, 0.3, 1e-25];
const A = site('a.weight', MEAN, SD);
const B = site('b.bias', [3], [0]);
const BOTH = posterior(A, B);

function binary(op: BinaryOp, left: Expr, right: Expr): Expr {
  return { kind: 'binary', op, left, right, span: HERE };
}

async function scored(...wanted: readonly string[]) {
  const program = scoreProgram(
    BOTH.sites,
    wanted.map((w) => criteria.get(w)!),
  );
  const [info] = await runOnce(program, scoreState(BOTH, ['a.weight', 'b.bias']), NOTHING);
  return info;
}

async function removed(predicate: Expr): Promise<readonly number[]> {
  const [info] = await runOnce(predicateProgram([A], predicate), scoreState(BOTH, ['a.weight']), NOTHING);
  expect(info['remove/a.weight']!.type).toEqual({ dtype: 'bool', shape: [4] });
  return Array.from(info['remove/a.weight']!.data);
}

describe('scores', () => {
  it('are the formulas of the papers', async () => {
    const info = await scored('log_alpha', 'snr', 'magnitude');
    expect(Object.keys(info).sort()).toEqual(
      ['log_alpha', 'magnitude', 'snr'].flatMap((c) => [`score/${c}/a.weight`, `score/${c}/b.bias`]),
    );
    for (const i of [0, 1, 3]) {
      // Means and sds are rounded to single precision before they are scored.
      const [mean, sd] = [Math.abs(A.mean[i]!), A.sd[i]!];
      expect(info['score/log_alpha/a.weight']!.data[i]).toBeCloseTo(2 * Math.log(sd / mean), 10);
      expect(info['score/snr/a.weight']!.data[i]! / (mean / sd)).toBeCloseTo(1, 12);
      expect(info['score/magnitude/a.weight']!.data[i]).toBe(mean);
    }
  });

  it('are finite and say the right thing at a mean or an sd of 0', async () => {
    const info = await scored('log_alpha', 'snr');
    expect(info['score/log_alpha/a.weight']!.data[2]).toBeGreaterThan(100);
    expect(info['score/snr/a.weight']!.data[2]).toBe(0);
    expect(info['score/log_alpha/b.bias']!.data[0]).toBeLessThan(-100);
    expect(info['score/snr/b.bias']!.data[0]).toBeGreaterThan(1e20);
    const gone = posterior(site('a.weight', [0], [0], [0]));
    const program = scoreProgram(gone.sites, [...criteria]);
    const [scores] = await runOnce(program, scoreState(gone, ['a.weight']), NOTHING);
    for (const { data } of Object.values(scores)) expect(Number.isFinite(data[0])).toBe(true);
  });

  it('state in the program which site each tensor follows', () => {
    const program = scoreProgram([A], [criteria.get('magnitude')!]);
    expect(program.state.map((s) => [s.name, s.follows])).toEqual([
      ['mean/a.weight', 'a.weight'],
      ['sd/a.weight', 'a.weight'],
      ['inclusion/a.weight', 'a.weight'],
    ]);
    expect([...program.graph.outputs.keys()]).toEqual(['info/score/magnitude/a.weight']);
  });
});

describe('predicates', () => {
  it('compare criteria, join conditions and call functions', async () => {
    expect(await removed(binary('>', name('log_alpha'), number(0)))).toEqual([0, 1, 1, 0]);
    expect(await removed(binary('<', name('snr'), number(1)))).toEqual([0, 1, 1, 0]);
    const small = binary('<', name('magnitude'), number(0.1));
    expect(await removed(small)).toEqual([0, 0, 1, 1]);
    expect(await removed(binary('and', binary('<', name('snr'), number(1)), small))).toEqual([0, 0, 1, 0]);
    expect(await removed({ kind: 'unary', op: 'not', operand: small, span: HERE })).toEqual([1, 1, 0, 0]);
    expect(await removed(binary('<', call('sqrt', name('magnitude')), number(1)))).toEqual([0, 1, 1, 1]);
  });

  it('that look at no weight hold for all or none', async () => {
    expect(await removed({ kind: 'boolean', value: true, span: HERE })).toEqual([1, 1, 1, 1]);
    expect(await removed(binary('>', number(1), number(2)))).toEqual([0, 0, 0, 0]);
  });

  it('become a plan that leaves the rest of the posterior alone', async () => {
    const program = predicateProgram([A], binary('>', name('log_alpha'), number(0)));
    const [info] = await runOnce(program, scoreState(BOTH, ['a.weight']), NOTHING);
    const plan = planWhere(new Map([['a.weight', info['remove/a.weight']!]]), BOTH);
    const after = restrict(BOTH, plan);
    expect(Array.from(after.sites[0]!.mask!)).toEqual([1, 0, 0, 1]);
    expect(after.sites[1]).toBe(B);
  });

  it('that are no truth value are a bug of the checker', () => {
    expect(() => predicateProgram([A], name('snr'))).toThrow('internal');
  });
});

describe('the registry', () => {
  it('says which criteria need a spread', () => {
    expect([...criteria].map((c) => [c.name, c.needsSpread, c.highMeans])).toEqual([
      ['log_alpha', true, 'remove'],
      ['snr', true, 'keep'],
      ['magnitude', false, 'keep'],
      ['inclusion', false, 'keep'],
    ]);
  });
});
