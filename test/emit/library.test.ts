/** The hand-written part of emitted projects: readers, figures, pruning and functions against the rooms that they mirror. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Expr } from '../../src/base/expr.ts';
import { functions as functionNames } from '../../src/base/functions.ts';
import { library } from '../../src/emit/tfjs/library.ts';
import { readCsv } from '../../src/emit/tfjs/template/lib/csv.js';
import * as functions from '../../src/emit/tfjs/template/lib/functions.js';
import { account, accounting, metrics as theirMetrics } from '../../src/emit/tfjs/template/lib/metrics.js';
import { pruneLowest } from '../../src/emit/tfjs/template/lib/prune.js';
import { metrics } from '../../src/evaluation/index.ts';
import type { Predictions } from '../../src/evaluation/metric.ts';
import { evaluateConstant } from '../../src/language/index.ts';
import { numbers } from '../helpers/evaluate.ts';
import { call, number } from '../helpers/models.ts';
import { templates } from './project.ts';

const LIB = resolve(import.meta.dirname, '../../src/emit/tfjs/template/lib');

describe('the template', () => {
  it('is read as a whole', async () => {
    const names = [...(await templates()).keys()].filter((name) => name.startsWith('lib/'));
    expect(names.sort()).toEqual(
      readdirSync(LIB)
        .map((name) => `lib/${name}`)
        .sort(),
    );
  });

  it('exports what generated code imports', () => {
    for (const [name, file] of Object.entries(library)) {
      const text = readFileSync(join(LIB, `${file}.js`), 'utf8');
      const exported = new RegExp(`export (?:async )?(?:function\\*?|const) ${name}\\b|export \\{[^}]*\\b${name}\\b`);
      expect(text, `${file}.js has no ${name}`).toMatch(exported);
    }
  });

  it('imports only Node, TensorFlow.js and itself', () => {
    for (const name of readdirSync(LIB)) {
      for (const [, from] of readFileSync(join(LIB, name), 'utf8').matchAll(/from '([^']+)'/g)) {
        expect(from).toMatch(/^(?:node:|@tensorflow\/|\.\/)/);
        if (from!.startsWith('./')) expect(existsSync(join(LIB, from!)), `${name}: ${from}`).toBe(true);
      }
    }
  });
});

describe('functions of numbers', () => {
  it('mean what they mean in the language', () => {
    for (const [name, f] of Object.entries(functions)) {
      const arity = functionNames.get(name)!.arity.min;
      for (const x of [-800, -3, -1e-9, 0, 0.5, 40, 800]) {
        const args = [x, -1, 2].slice(0, arity);
        const expr: Expr = call(name, ...args.map(number));
        const expected = evaluateConstant(expr);
        const found = (f as (...args: number[]) => number)(...args);
        expect(expected.ok && Math.abs(found - Number(expected.value))).toBeLessThanOrEqual(1e-15 * Math.abs(found));
      }
    }
  });
});

/** Rows of made-up predictions; labels agree with the top class in about two rows of three. */
function classPredictions(rows: number, classes: number): Extract<Predictions, { kind: 'class' }> {
  const next = numbers(3);
  const probabilities = new Float64Array(rows * classes);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: classes }, () => next() ** 3);
    const sum = weights.reduce((a, b) => a + b, 0);
    weights.forEach((w, c) => {
      probabilities[row * classes + c] = w / sum;
    });
    labels[row] = next() < 0.5 ? weights.indexOf(Math.max(...weights)) : Math.floor(next() * classes);
  }
  const logPredictive = Float64Array.from(labels, (label, row) => Math.log(probabilities[row * classes + label]!));
  return { kind: 'class', rows, classes, probabilities, labels, logPredictive };
}

describe('figures', () => {
  const next = numbers(4);
  const ofClasses = classPredictions(211, 4);
  const mean = Float64Array.from({ length: 100 }, next);
  const targets = mean.map((m) => m + next());
  const ofNumbers: Predictions = { kind: 'real', rows: 100, mean, targets, logPredictive: mean.map(() => -next()) };

  it.each(Object.keys(theirMetrics))('%s equals that of evaluation', (name) => {
    const metric = metrics.get(name)!;
    if (metric.over !== 'data') throw new Error(`${name} is no metric of data`);
    const predictions = metric.judges.includes('class') ? ofClasses : ofNumbers;
    const { value, se } = metric.compute(predictions);
    const seen =
      predictions.kind === 'class'
        ? { ...predictions, values: predictions.probabilities, targets: predictions.labels }
        : { ...predictions, values: predictions.mean, classes: 1 };
    const theirs = theirMetrics[name as keyof typeof theirMetrics](seen);
    expect(theirs.value).toBeCloseTo(value, 12);
    expect(theirs.se).toBeCloseTo(se!, 12);
  });

  it('count weights as the accounting does', () => {
    const site = (layer: string, counts: string, mask: number[] | null, size: number) => ({
      layer,
      counts,
      mean: new Float32Array(size),
      mask: mask === null ? null : Uint8Array.from(mask),
    });
    const posterior = {
      'a.weight': site('a', 'weight', [1, 0, 0, 1], 4),
      'a.bias': site('a', 'bias', null, 2),
      'b.weight': site('b', 'weight', null, 6),
    };
    const total = account(posterior, { a: 40, b: 6 });
    const figures = Object.fromEntries(Object.entries(accounting).map(([name, of]) => [name, of(total)]));
    expect(figures).toEqual({ kept: 0.8, sparsity: 0.2, compression: 1.25, weights: 8, flops: 52 });
  });
});

describe('pruning the lowest', () => {
  it('counts what is still there, breaks ties by place, keeps NaN longest', () => {
    const site = (mean: number[], mask: number[] | null) => ({
      layer: 'l',
      mean: Float32Array.from(mean),
      sd: new Float32Array(mean.length),
      mask: mask === null ? null : Uint8Array.from(mask),
    });
    const before = { a: site([3, 1, 0, 2], [1, 1, 0, 1]), b: site([1, Number.NaN, 5], null), c: site([0], null) };
    const need = (mean: number) => mean;
    const after = pruneLowest(before, ['a', 'b'], need, 0.5);
    // Six are left; half of them go: the two ones, then the two of `a`.
    expect(after.a.mask).toEqual(Uint8Array.from([1, 0, 0, 0]));
    expect(after.b.mask).toEqual(Uint8Array.from([0, 1, 1]));
    expect(after.c).toBe(before.c);
    expect([...after.a.mean]).toEqual([3, 0, 0, 0]);
  });
});

describe('tables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-emit-csv-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  interface ReadSplit {
    readonly rows: number;
    readonly columns: Readonly<Record<string, { readonly data: Float64Array }>>;
  }
  const read = (text: string, columns: object[]): ReadSplit => {
    const path = join(folder, 'table.csv');
    writeFileSync(path, text);
    return readCsv({ path, test: undefined, columns }).train;
  };
  const real = (name: string, from?: string[]) => ({ name, type: 'real', shape: [], ...(from && { from }) });

  it('may begin with a byte order mark, quote cells and end without a line end', () => {
    const split = read('\ufeff"a, b",c\r\n1,"2"\r\n\r\n -3 ,4e1', [real('c', ['c']), real('rest')]);
    expect(split.rows).toBe(2);
    expect([...split.columns.c!.data]).toEqual([2, 40]);
    expect([...split.columns.rest!.data]).toEqual([1, -3]);
  });

  it('say what is wrong', () => {
    expect(() => read('a\n1\nx\n', [real('a', ['a'])])).toThrow('row 2: "x" is no number');
    expect(() => read('a,b\n1\n', [real('b', ['b'])])).toThrow('"" is no number');
    expect(() => read('a\n1\n', [real('b', ['b'])])).toThrow('has no column b');
    expect(() => read('a\n', [real('a', ['a'])])).toThrow('has no rows');
  });
});
