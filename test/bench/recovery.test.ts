/** The parts of `npm run bench:recovery`: which inputs count as selected, jobs that are done, the page, and that its programs are right. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram } from '../../src/runtime/index.ts';
import { readData } from '../../src/runtime/read-data.ts';
import { anyAbove, mistakes } from './recovery/inputs.ts';
import { FIT, type Method, methods, PROGRAMS } from './recovery/job.ts';
import { readRecoveryOptions } from './recovery/options.ts';
import { appendDone, type Done, readDone } from './recovery/record.ts';
import { report } from './recovery/report.ts';
import { leastBad } from './recovery/starts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-recovery-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('inputs', () => {
  it('are selected by any of their edges, above the bound and not at it', () => {
    expect(anyAbove([0, 0.9, 0.5, 0.5, 0.6, 0.7, 0, 0], 2, 0.5)).toEqual([1, 3]);
  });

  it('are mistaken in two ways', () => {
    expect(mistakes([1, 2, 3, 4, 5])).toEqual({ falsePositives: 0, falseNegatives: 0 });
    expect(mistakes([2, 5, 6, 200])).toEqual({ falsePositives: 2, falseNegatives: 3 });
  });
});

describe('starts', () => {
  const of = (rmses: readonly number[], most: number) =>
    leastBad(
      async (start) => ({ start, rmse: rmses[start]! }),
      (fitted) => fitted.rmse,
      { enough: 1.05, most },
    );

  it('end with the first that is good enough, and with no more than allowed', async () => {
    expect(await of([1.2, 1.05, 0.9], 3)).toEqual({ best: { start: 1, rmse: 1.05 }, starts: 2 });
    expect(await of([1.2, 1.1, 1.15, 0.9], 3)).toEqual({ best: { start: 1, rmse: 1.1 }, starts: 3 });
    expect(await of([1.2, 0.9], 1)).toEqual({ best: { start: 0, rmse: 1.2 }, starts: 1 });
  });

  it('take a number for better than none', async () => {
    expect(await of([Number.NaN, 1.3, Number.NaN], 3)).toEqual({ best: { start: 1, rmse: 1.3 }, starts: 3 });
  });
});

const done = (change: Partial<Done>): Done => ({
  ...{
    set: 1,
    method: 'edges',
    program: 'p',
    selected: [1, 2, 3, 4, 5],
    rmse: 1,
    sparsity: 0.96,
    starts: 1,
    seconds: 2,
  },
  ...change,
});

describe('the record', () => {
  it('knows what is done: not with another program, and not half a line', () => {
    const path = join(folder, 'recovery.jsonl');
    const programs = new Map<Method, string>([['edges', 'p']]);
    expect(readDone(path, programs)).toEqual([]);
    appendDone(path, done({}));
    appendDone(path, done({ set: 2, program: 'old' }));
    appendFileSync(path, '{"set": 3, "met');
    expect(readDone(path, programs)).toEqual([done({})]);
    appendDone(path, done({ set: 3 }));
    expect(readDone(path, programs)).toEqual([done({}), done({ set: 3 })]);
  });
});

describe('the page', () => {
  it('counts the data sets without a mistake, and has rates over inputs with standard deviations', () => {
    const page = report([done({}), done({ set: 2, selected: [2, 3, 4, 5, 9, 17], rmse: 1.2, seconds: 4 })]);
    expect(page).toContain('`edges` selects exactly the inputs that matter on 1 of 2 data sets. The goal is 27 of 30.');
    // One of 195 on one data set, so 100 (1 / 195) / 2 and its sd; the weights kept have no spread.
    expect(page).toContain('| edges | 0.51 ± 0.73 | 10.00 ± 14.14 | 1.100 ± 0.141 | 4.00 ± 0.00 | 1.0 ± 0.0 | 3 ± 1 |');
    expect(page).toContain('| 2 | edges | x9, x17 | x1 | 1.200 | 4.00 | 1 | 4 |');
  });
});

describe('flags and programs', () => {
  it('restricts the data sets, and names what there is not', () => {
    expect(readRecoveryOptions(['--sets', '7-9']).sets).toEqual([7, 8, 9]);
    expect(readRecoveryOptions([]).sets).toHaveLength(30);
    expect(() => readRecoveryOptions(['--sets', '0-3'])).toThrow('--sets 0-3');
    expect(() => readRecoveryOptions(['--sets', '30-31'])).toThrow('--sets 30-31');
  });

  it.each(methods)('has a program without mistakes for %s, whose data are those of the paper', async (method) => {
    const host = nodeHost();
    const { checked, diagnostics } = await loadProgram(host, join(PROGRAMS, `${method}.bprune`), new Map());
    expect(diagnostics).toEqual([]);
    const { splits } = await readData(checked.runs[0]!.data, host);
    const { x, y } = splits.train!.columns;
    const of = (row: number, input: number) => x!.data[row * 200 + input - 1]!;
    const noise = Array.from({ length: 3000 }, (_, i) => {
      const signal = (7 * of(i, 2)) / (1 + of(i, 1) ** 2) + 5 * Math.sin(of(i, 3) * of(i, 4)) + 2 * of(i, 5);
      return y!.data[i]! - signal;
    });
    const mean = noise.reduce((sum, e) => sum + e, 0) / 3000;
    const variance = noise.reduce((sum, e) => sum + (e - mean) ** 2, 0) / 2999;
    // Standard normal: four Monte-Carlo errors of the mean, and of the variance.
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(3000));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 2999));
  });

  it('chooses among starts by training rows, before test rows are seen', async () => {
    const { checked } = await loadProgram(nodeHost(), join(PROGRAMS, 'edges.bprune'), new Map());
    const seen = checked.runs[0]!.steps.flatMap((s) => (s.kind === 'evaluate' ? [[s.name, s.split]] : []));
    expect(seen).toEqual([
      [FIT, 'train'],
      [null, 'test'],
    ]);
  });
});
