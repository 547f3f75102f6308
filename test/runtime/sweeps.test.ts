/** Sweeps that draw, and that leave out: the jobs of the plan, their tables, and what each of them writes. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { checkText } from '../helpers/golden.ts';
import { runFolder } from '../helpers/runs.ts';

const folder = runFolder();
afterAll(() => folder.remove());

const program = (sweep: string) => `
data d = simulate(n = 60, test = 20, seed = 1) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 0.5) }
network net { input real[2]; dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
run on d {
  infer sgvb { epochs = 3 }
  ${sweep}
}
`;

/** The values of each variable, job by job. */
function jobsOf(head: string) {
  const { result, diagnostics } = checkText('sweep', program(`path = sweep ${head} { evaluate on test { rmse } }`));
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  return result.runs[0]!.tables[0]!.jobs.map((job) => job.values);
}

const numbers = (jobs: ReturnType<typeof jobsOf>, name: string) => jobs.map((job) => Number(job[name]));

describe('a sweep that draws', () => {
  it('draws whole numbers between bounds, all equally often', () => {
    const drawn = numbers(jobsOf('a ~ Integer(3, 6), count = 400'), 'a');
    for (const value of [3, 4, 5, 6]) {
      const found = drawn.filter((a) => a === value).length;
      // Binomial(400, 1/4): four standard deviations are 35.
      expect(Math.abs(found - 100)).toBeLessThan(4 * Math.sqrt(400 * 0.25 * 0.75));
    }
    expect(new Set(drawn).size).toBe(4);
  });

  it('draws numbers of a distribution, with the mean and spread that it has', () => {
    const drawn = numbers(jobsOf('s ~ LogNormal(-2, 0.5), count = 400'), 's').map(Math.log);
    const mean = drawn.reduce((a, b) => a + b) / 400;
    const sd = Math.sqrt(drawn.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 400);
    // Four standard errors of a mean and of a standard deviation of 400 normal numbers.
    expect(Math.abs(mean + 2)).toBeLessThan((4 * 0.5) / 20);
    expect(Math.abs(sd - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(800));
  });

  it('draws the same whatever else is swept, and other numbers with another seed', () => {
    const alone = numbers(jobsOf('a ~ Uniform(0, 1), count = 5'), 'a');
    const more = numbers(jobsOf('a ~ Uniform(0, 1), b ~ Normal(0, 1), count = 7'), 'a');
    expect(more.slice(0, 5)).toEqual(alone);
    expect(numbers(jobsOf('a ~ Uniform(0, 1), count = 5, seed = 2'), 'a')).not.toEqual(alone);
  });

  it('goes through every listed value with each draw', () => {
    const jobs = jobsOf('a ~ Integer(1, 9), k in [1, 2], count = 3');
    expect(jobs.map((job) => job.k)).toEqual(['1', '2', '1', '2', '1', '2']);
    const drawn = numbers(jobs, 'a');
    expect([drawn[1], drawn[3], drawn[5]]).toEqual([drawn[0], drawn[2], drawn[4]]);
  });

  it('draws until the condition holds as often as is wanted', () => {
    const jobs = jobsOf('a ~ Integer(1, 10), b ~ Integer(1, 10), count = 50 where a + b <= 6');
    expect(jobs.length).toBe(50);
    expect(Math.max(...jobs.map((job) => Number(job.a) + Number(job.b)))).toBe(6);
  });
});

describe('a sweep with a condition', () => {
  it('leaves out what it does not hold for', () => {
    const jobs = jobsOf('a in 1..3, b in [1, 2, 3] where a < b');
    expect(jobs.map(({ a, b }) => `${a} ${b}`)).toEqual(['1 2', '1 3', '2 3']);
  });
});

describe('a run', () => {
  it('has a table of its jobs, and keeps what each of them exports', async () => {
    const { tables } = await folder.run(
      'sweep',
      program(`path = sweep share ~ Uniform(0.1, 0.9), count = 3 where share < 0.8 {
    prune *.weight by snr lowest share
    evaluate on test { rmse, kept }
    export safetensors
  }`),
    );
    expect(tables.length).toBe(1);
    const [{ name, variables, metrics, rows }] = tables as [(typeof tables)[number]];
    expect([name, variables, metrics]).toEqual(['path', ['share'], ['rmse', 'kept']]);
    expect(rows.length).toBe(3);
    for (const { values, metrics: found } of rows) {
      // Of two weights a share goes, rounded to whole weights.
      expect([0, 0.5, 1]).toContain(found!.kept);
      expect(Number(values.share)).toBeLessThan(0.8);
    }
    expect(folder.record('sweep').tables).toEqual(tables);
    for (const job of [1, 2, 3]) {
      expect(existsSync(folder.path(`run-sweep/exports/path-${job}/weights.safetensors`))).toBe(true);
    }
  });
});
