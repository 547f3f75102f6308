/** Simulated data: moments against closed forms, what depends on what, and expressions against the evaluator of constants. */
import { describe, expect, it } from 'vitest';
import type { Column, Dataset } from '../../src/base/data.ts';
import type { Expr } from '../../src/base/expr.ts';
import { functions as registered } from '../../src/base/functions.ts';
import { readDataset, readFacts } from '../../src/data/index.ts';
import { compileColumn, functions } from '../../src/data/readers/simulate-expression.ts';
import { dataRequests, evaluateConstant, parse, parseExpression } from '../../src/language/index.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';
import { FROM, line, memoryFiles } from './files.ts';

/** The request of a data declaration with these lines, as the checker makes it. */
function requestOf(reader: string, ...lines: readonly string[]) {
  const text = `data d = ${reader} {\n${lines.join('\n')}\n}\n`;
  const { program, diagnostics } = parse({ name: 'p', text });
  const { requests, diagnostics: more } = dataRequests(program, catalogue, new Map());
  expect([...diagnostics, ...more].map(line)).toEqual([]);
  return requests[0]!;
}

async function drawn(reader: string, ...lines: readonly string[]): Promise<Dataset> {
  const { dataset, diagnostics } = await readDataset(requestOf(reader, ...lines), memoryFiles({}), FROM);
  expect(diagnostics.map(line)).toEqual([]);
  return dataset!;
}

async function problems(reader: string, ...lines: readonly string[]): Promise<readonly string[]> {
  const { dataset, diagnostics } = await readDataset(requestOf(reader, ...lines), memoryFiles({}), FROM);
  expect(dataset).toBeNull();
  return diagnostics.map((d) => `${d.code} ${d.message} | ${d.hint}`);
}

const train = (dataset: Dataset, name: string): Column => dataset.splits.train!.columns[name]!;
const mean = (values: Iterable<number>) => {
  const all = [...values];
  return all.reduce((sum, v) => sum + v, 0) / all.length;
};

const ROWS = 40_000;
/** Monte-Carlo errors that a figure may be away from its closed form; the seeds are fixed. */
const ERRORS = 4;

/** The mean of `f` over the values lies as close to `expected` as its own standard error says. */
function expectMean(values: ArrayLike<number>, f: (v: number) => number, expected: number): void {
  const all = Array.from(values, f);
  const found = mean(all);
  const error = Math.sqrt(mean(all.map((v) => (v - found) ** 2)) / all.length);
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(ERRORS * error + 1e-12);
}

describe('moments', () => {
  it.each([
    ['Normal(1.5, 2)', 1.5, 4, 3 * 16],
    ['Laplace(-1, 0.5)', -1, 2 * 0.25, 24 * 0.5 ** 4],
    // Variance s^2 df / (df - 2), fourth moment 3 s^4 df^2 / ((df - 2)(df - 4)).
    ['StudentT(10, 2, 0.5)', 2, (0.25 * 10) / 8, (3 * 0.5 ** 4 * 100) / (8 * 6)],
  ])('of %s', async (distribution, centre, variance, fourth) => {
    const { data } = train(await drawn(`simulate(n = ${ROWS})`, `x: real ~ ${distribution}`), 'x');
    expectMean(data, (v) => v, centre);
    expectMean(data, (v) => (v - centre) ** 2, variance);
    expectMean(data, (v) => (v - centre) ** 4, fourth);
  });

  it('of HalfNormal: mean s sqrt(2 / pi), second moment s^2', async () => {
    const { data } = train(await drawn(`simulate(n = ${ROWS})`, 'x: real ~ HalfNormal(3)'), 'x');
    expectMean(data, (v) => v, 3 * Math.sqrt(2 / Math.PI));
    expectMean(data, (v) => v * v, 9);
    expect(Math.min(...data)).toBeGreaterThan(0);
  });

  it('of classes: shares are the softmax of the logits, equal ones for a single number', async () => {
    const data = await drawn(
      `simulate(n = ${ROWS})`,
      'a: class[3] ~ Categorical(logits = [0, log(2), log(5)])',
      'b: class[4] ~ Categorical(logits = 0)',
    );
    for (const k of [0, 1, 2]) expectMean(train(data, 'a').data, (v) => Number(v === k), [1 / 8, 2 / 8, 5 / 8][k]!);
    for (const k of [0, 1, 2, 3]) expectMean(train(data, 'b').data, (v) => Number(v === k), 1 / 4);
  });

  it('of a regression: residuals are those that the declaration says, and no others', async () => {
    const data = await drawn(
      `simulate(n = ${ROWS})`,
      'x: real[3] ~ Normal(0, 1)',
      'y: real ~ Normal(2 * x[1] - x[3], 0.5)',
    );
    const [x, y] = [train(data, 'x').data, train(data, 'y').data];
    const residuals = Array.from(y, (v, i) => v - 2 * x[3 * i]! + x[3 * i + 2]!);
    expectMean(residuals, (v) => v, 0);
    expectMean(residuals, (v) => v * v, 0.25);
    const rows = Array.from(residuals, (_, i) => i);
    for (const j of [0, 1, 2]) expectMean(rows, (i) => residuals[i]! * x[3 * i + j]!, 0);
    for (const j of [0, 1]) expectMean(rows, (i) => x[3 * i + j]! * x[3 * i + j + 1]!, 0);
  });

  it('of images', async () => {
    const { data, shape } = train(await drawn('simulate(n = 20)', 'x: image[32, 32, 3] ~ Normal(0, 1)'), 'x');
    expect([data.length, shape]).toEqual([20 * 3072, [32, 32, 3]]);
    expectMean(data, (v) => v, 0);
    expectMean(data, (v) => v * v, 1);
  });
});

describe('what the rows depend on', () => {
  const LINES = ['x: real[3] ~ Normal(0, 1)', 'y: real ~ StudentT(3, x[2], exp(x[1]))'];

  it('is the seed: the same bytes and fingerprint again, others for another seed', async () => {
    const [first, again, other] = [
      await drawn('simulate(n = 100)', ...LINES),
      await drawn('simulate(n = 100, seed = 1)', ...LINES),
      await drawn('simulate(n = 100, seed = 2)', ...LINES),
    ];
    expect(again).toEqual(first);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(train(other, 'x').data).not.toEqual(train(first, 'x').data);
  });

  it('is no other column and no number of rows: what was there stays', async () => {
    const few = await drawn('simulate(n = 100)', ...LINES);
    const more = await drawn('simulate(n = 300, test = 50)', 'z: real ~ Laplace()', ...LINES);
    expect(train(more, 'x').data.slice(0, 300)).toEqual(train(few, 'x').data);
    expect(train(more, 'y').data.slice(0, 100)).toEqual(train(few, 'y').data);
  });

  it('is the split, whose rows are known without drawing', async () => {
    const asked = requestOf('simulate(n = 100, test = 50)', ...LINES, 'validation = split(train, 10)');
    const { facts } = await readFacts(asked, memoryFiles({}), FROM);
    expect(facts).toEqual({ rows: { train: 90, test: 50, validation: 10 } });
    const { dataset } = await readDataset(asked, memoryFiles({}), FROM);
    const { test } = dataset!.splits;
    expect(Object.values(dataset!.splits).map((s) => s.rows)).toEqual([90, 50, 10]);
    expect(test!.columns.x!.data).not.toEqual(train(dataset!, 'x').data.slice(0, 150));
  });
});

describe('expressions of columns', () => {
  const closed = (text: string): Expr => parseExpression({ name: 'e', text }).expr;

  it('mean what constants mean', () => {
    expect(Object.keys(functions).sort()).toEqual([...registered.names].sort());
    const calls = [...registered].map((f) => `${f.name}(${['0.7', '-1.2', '2'].slice(0, f.arity.min).join(', ')})`);
    const others = ['2 ^ -3 - -1 / 4 * 7', 'if 1 < 2 and not (3 <= 2 or 2 != 2) then 5 else 6', '[4, 5, 6][1 + 1]'];
    for (const text of [...calls, ...others, 'if 3 > 3 or 3 >= 4 then 1 else if 2 == 2 then 8 else 9']) {
      const expected = evaluateConstant(closed(text));
      if (!expected.ok) throw new Error(text);
      expect(compileColumn(closed(text), {}).at(0, 0), text).toBeCloseTo(Number(expected.value), 14);
    }
  });

  it('take numbers by row and element, indices from 1, the last one running fastest', async () => {
    const data = await drawn(
      'simulate(n = 30)',
      'x: image[2, 3, 2] ~ Normal(0, 1)',
      'k: class[3] ~ Categorical(logits = 0)',
      'a: real ~ Normal(x[2, k + 1, 1], 1e-6)',
      'b: image[2, 3, 2] ~ Normal(if x > 0 then 10 * x else [100, 200, 300][k + 1], 1e-6)',
    );
    const [x, k, a, b] = ['x', 'k', 'a', 'b'].map((name) => train(data, name).data);
    for (let row = 0; row < 30; row++) {
      expect(a![row]).toBeCloseTo(x![row * 12 + 6 + k![row]! * 2]!, 4);
      for (let i = row * 12; i < row * 12 + 12; i++) {
        expect(b![i]).toBeCloseTo(x![i]! > 0 ? 10 * x![i]! : 100 * (k![row]! + 1), 3);
      }
    }
  });
});

describe('mistakes that only drawing shows', () => {
  const ONE = 'x: real ~ HalfNormal(1)';

  it('name the argument, its value and the row', async () => {
    expect(await problems('simulate(n = 9)', ONE, 'y: real ~ Normal(0, -x)')).toEqual([
      expect.stringMatching(/^BP7161 `sd` of `Normal` must be positive, but is -[\d.]+ in row 1 of train \| make it/),
    ]);
    expect(await problems('simulate(n = 9)', ONE, 'y: real ~ Normal([1, 2][x + 3], 1)')).toEqual([
      expect.stringMatching(
        /^BP7161 `mean` of `Normal` must be finite, but is not a number in row 1 of train \| an index/,
      ),
    ]);
    expect(await problems('simulate(n = 9)', ONE, 'y: class[2] ~ Categorical(logits = [0, log(-x)])')).toEqual([
      expect.stringMatching(/^BP7161 `logits` of `Categorical` must be finite, but is not a number in row 1 of train/),
    ]);
    expect(await problems('simulate(n = 9)', 'y: real ~ Normal(0, 1e300)')).toEqual([
      'BP7161 `Normal` gives a number in row 1 of train that is too large | draw from a narrower distribution',
    ]);
  });

  it('stop before memory does, already for the facts', async () => {
    const asked = requestOf('simulate(n = 1_000_000)', 'x: image[32, 32, 3] ~ Normal(0, 1)');
    const { facts, diagnostics } = await readFacts(asked, memoryFiles({}), FROM);
    expect(facts).toBeNull();
    expect(diagnostics.map((d) => `${d.code} ${d.message} | ${d.hint}`)).toEqual([
      'BP7162 `x` would be 3,072,000,000 numbers in 1,000,000 rows | draw at most 87,381 rows',
    ]);
  });
});
