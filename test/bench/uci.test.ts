/** The parts of `npm run bench:uci`: jobs that are done, the table, and that its programs are right. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { chooseExecutor } from '../../src/runtime/backends.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram } from '../../src/runtime/index.ts';
import { type Place, PROGRAMS, programFingerprint, runJob } from './uci/job.ts';
import { readUciOptions } from './uci/options.ts';
import { publishedOf } from './uci/published.ts';
import { appendDone, type Done, readDone } from './uci/record.ts';
import { report } from './uci/report.ts';
import { summary, verdictOn } from './uci/summary.ts';
import { engines, SPLITS, tables } from './uci/tables.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-uci-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Least squares with a fixed noise, which the training below must find. */
const COMMON = `const fold = 1
const features = 1
const noise = 1

data table = uci("data", fold = fold) {
  x: real[features], standardise
  y: real, standardise
}

network line {
  input real[d]
  dense(1)
}

model linear {
  * ~ Flat()
  y ~ Normal(line(x), 0.5)
}
`;
const ENGINE = `import "common.bprune"

run on table {
  infer map { steps = 400, batch = N, optimizer = adam(0.1 * (1 - step / 400)) }
  evaluate on test { rmse, log_likelihood }
}
`;

interface Rows {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** 40 rows of y = 100 + 30 x + noise of 20; rows 30 to 39 are for testing. */
function writeTable(data: string): { readonly train: Rows; readonly test: Rows } {
  const noise = new Float32Array(80);
  fillNormal(rootKey(5), noise);
  const x = Array.from(noise.slice(0, 40), (z) => Math.fround(7 + 3 * z));
  const y = x.map((value, i) => Math.fround(100 + 30 * value + 20 * noise[40 + i]!));
  mkdirSync(join(data, 'line'), { recursive: true });
  const write = (name: string, lines: readonly (string | number)[]) =>
    writeFileSync(join(data, 'line', name), `${lines.join('\n')}\n`);
  write(
    'data.txt',
    x.map((value, i) => `${value} ${y[i]}`),
  );
  write('index_features.txt', [0]);
  write('index_target.txt', [1]);
  write(
    'index_test_0.txt',
    Array.from({ length: 10 }, (_, i) => 30 + i),
  );
  return { train: { x: x.slice(0, 30), y: y.slice(0, 30) }, test: { x: x.slice(30), y: y.slice(30) } };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** RMSE and mean log density of the test rows under the line of least squares, its noise half of the response's spread. */
function closedForm({ train, test }: ReturnType<typeof writeTable>) {
  const [mx, my] = [meanOf(train.x), meanOf(train.y)];
  const slope =
    meanOf(train.x.map((v, i) => (v - mx) * (train.y[i]! - my))) / meanOf(train.x.map((v) => (v - mx) ** 2));
  const sd = 0.5 * Math.sqrt(meanOf(train.y.map((v) => (v - my) ** 2)));
  const residuals = test.x.map((v, i) => test.y[i]! - my - slope * (v - mx));
  const logs = residuals.map((r) => -0.5 * (r / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI));
  return { rmse: Math.sqrt(meanOf(residuals.map((r) => r * r))), logLikelihood: meanOf(logs) };
}

describe('a job', () => {
  it('gives RMSE and log density in the units of the table, as least squares has them', async () => {
    const rows = writeTable(join(folder, 'data'));
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'common.bprune'), COMMON);
    writeFileSync(join(programs, 'map.bprune'), ENGINE);
    const choice = await chooseExecutor('reference');
    if (!choice.ok) throw new Error(choice.diagnostic.message);
    const place: Place = { data: join(folder, 'data'), programs, host: nodeHost(), executor: choice.executor };
    const job = { engine: 'map', split: 1, table: { name: 'line', features: 1, rows: 40, noise: 1 } };
    const exact = closedForm(rows);
    const found = await runJob(job, 'test', place);
    expect(found.rmse / exact.rmse).toBeCloseTo(1, 3);
    expect(found.logLikelihood).toBeCloseTo(exact.logLikelihood, 3);
    // A tenth of the training rows, and not the test rows, is judged while settings are looked for.
    expect((await runJob(job, 'validation', place)).rmse).not.toBeCloseTo(found.rmse, 1);
    const before = await programFingerprint('map', place);
    appendFileSync(join(programs, 'common.bprune'), '\n');
    expect(await programFingerprint('map', place)).not.toBe(before);
  });
});

const done = (change: Partial<Done>): Done => ({
  ...{ engine: 'sgvb', table: 'yacht', split: 1, program: 'p', rmse: 1, logLikelihood: -1, seconds: 2 },
  ...change,
});

describe('the record', () => {
  it('knows what is done: not with another program, the last of two, and not half a line', () => {
    const path = join(folder, 'uci.jsonl');
    expect(readDone(path, new Map())).toEqual([]);
    appendDone(path, done({}));
    appendDone(path, done({ split: 2, program: 'old' }));
    appendDone(path, done({ rmse: 3 }));
    appendFileSync(path, '{"engine": "sg');
    const programs = new Map([['sgvb', 'p']]);
    expect(readDone(path, programs)).toEqual([done({ rmse: 3 })]);
    appendDone(path, done({ split: 3 }));
    expect(readDone(path, programs)).toEqual([done({ rmse: 3 }), done({ split: 3 })]);
  });
});

describe('the table', () => {
  it('has means with standard errors, and counts the splits of what is not whole', () => {
    expect(summary([1, 2, 6])).toEqual({ mean: 3, se: expect.closeTo(Math.sqrt(7 / 3), 12), n: 3 });
    expect(summary([4])).toEqual({ mean: 4, se: null, n: 1 });
    expect(summary([])).toBeNull();
    const text = report([
      done({ logLikelihood: -1 }),
      done({ split: 2, logLikelihood: -1.2, rmse: 3 }),
      done({ engine: 'swag', logLikelihood: -2 }),
      done({ table: 'energy', logLikelihood: -3 }),
    ]);
    // The means of MC dropout's tables (Gal & Ghahramani's repository prints -1.25 and 0.67), which are those of its splits.
    expect(text).toContain('| yacht | **-1.100** ± 0.100 (2) | -2.000 (1) | -1.250 ± 0.016 |');
    expect(text).toContain('| yacht | 2.000 ± 1.000 (2) | **1.000** (1) | 0.666 ± 0.050 |');
    expect(text).toContain('Not judged before all splits of all engines are done: bostonHousing,');
    expect(text).not.toContain('ahead (');
  });

  /** All engines on all splits, each `shift(split)` above what is published there, and all but `best` one nat lower. */
  const whole = (table: string, best: string, shift: (split: number) => number): Done[] =>
    engines.flatMap((engine) =>
      publishedOf(table).logLikelihood.map((value, i) =>
        done({ table, engine, split: i + 1, logLikelihood: value + shift(i + 1) - (engine === best ? 0 : 1) }),
      ),
    );
  const alternating = (size: number) => (split: number) => (split % 2 === 0 ? size : -size);

  it('judges a whole table by the differences on its splits, and calls a tie a tie', () => {
    const [yacht] = tables.filter((t) => t.name === 'yacht');
    const judged = (shift: (split: number) => number) => verdictOn(yacht!, whole('yacht', 'swag', shift));
    expect(judged(() => 0.01)).toMatchObject({ kind: 'ahead', engine: 'swag' });
    expect(judged(() => -0.01)).toMatchObject({ kind: 'behind', engine: 'swag' });
    // The standard error of +-0.1 on twenty splits is 0.1 / sqrt(19) = 0.023.
    expect(judged((split) => 0.02 + alternating(0.1)(split))).toMatchObject({
      kind: 'tie',
      difference: { mean: expect.closeTo(0.02, 12), se: expect.closeTo(0.1 / Math.sqrt(19), 12), n: 20 },
    });
    expect(judged((split) => 0.03 + alternating(0.1)(split))).toMatchObject({ kind: 'ahead' });
    expect(verdictOn(yacht!, whole('yacht', 'swag', () => 1).slice(1))).toBeNull();
  });

  it('says how many tables are ahead only when all are judged', () => {
    const shifts = new Map([
      ['energy', -1],
      ['yacht', 0],
    ]);
    const all = tables.map(({ name }) => whole(name, 'sgvb', () => shifts.get(name) ?? 1));
    expect(report(all.slice(1).flat())).not.toContain('Ahead on');
    expect(report(all.flat())).toContain('Ahead on 4 of 6 tables, ties within a standard error on 1, behind on 1.');
    expect(report(all.flat())).toContain('* energy: behind (sgvb, -1.000 ± 0.000');
  });
});

describe('flags and programs', () => {
  it('restricts sets, splits and engines, and names what there is not', () => {
    const { sets, splits, engines: chosen } = readUciOptions(['--sets', 'yacht,energy', '--splits', '2-4']);
    expect([sets, splits, chosen]).toEqual([['yacht', 'energy'], [2, 3, 4], engines]);
    expect(readUciOptions(['--splits', '7']).splits).toEqual([7]);
    expect(() => readUciOptions(['--splits', '0-3'])).toThrow('--splits 0-3');
    expect(() => readUciOptions(['--engines', 'sgvp'])).toThrow('--engines sgvp: there are svgd');
  });

  it('has a program for each engine, without mistakes on every table', async () => {
    expect(readdirSync(PROGRAMS).sort()).toEqual([...engines, 'common'].map((name) => `${name}.bprune`).sort());
    const data = join(folder, 'data');
    writeTable(data);
    const host = nodeHost();
    const locate = async (written: string, from: string) =>
      written === 'data' ? join(data, 'line') : host.locate(written, from);
    for (const engine of engines) {
      const path = join(PROGRAMS, `${engine}.bprune`);
      const { diagnostics } = await loadProgram({ ...host, locate }, path, new Map([['features', '1']]));
      // The table of this test is too short for the batches of the real ones.
      expect(diagnostics.filter((d) => d.severity === 'error' && d.code !== 'BP5004')).toEqual([]);
    }
  });

  it('knows what is published on each split, with the means that are printed beside them', () => {
    const means = (metric: 'rmse' | 'logLikelihood') => tables.map((t) => summary(publishedOf(t.name)[metric]));
    const near = (values: readonly number[]) => values.map((v) => ({ mean: expect.closeTo(v, 2), n: SPLITS }));
    expect(means('rmse')).toMatchObject(near([2.904, 4.827, 0.539, 4.014, 0.622, 0.666]));
    expect(means('logLikelihood')).toMatchObject(near([-2.402, -2.937, -1.212, -2.808, -0.928, -1.25]));
  });
});
