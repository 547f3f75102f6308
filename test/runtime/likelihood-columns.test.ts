/** Columns in the likelihood: known standard errors of rows, against the posterior in closed form, and rows that cannot be. */
import { afterAll, describe, expect, it } from 'vitest';
import { figuresOf, runFolder } from '../helpers/runs.ts';

const folder = runFolder();
afterAll(() => folder.remove());

/** Eight schools: Rubin 1981, "Estimation in parallel randomized experiments", table 1. */
const Y = [28, 8, -3, 7, -1, 1, 18, 12];
const SIGMA = [15, 10, 16, 11, 9, 11, 10, 18];

function run(name: string, likelihood: string, steps: string, sigma: readonly number[] = SIGMA) {
  folder.write(`${name}.json`, JSON.stringify({ school: Y.map((_, i) => i), y: Y, sigma }));
  return folder.run(
    name,
    `
data schools = json("${name}.json") { school: real[1], columns = ["school"]; y: real; sigma: real }
network effects { input real[1]; effect = embedding(8, 1); flatten }
model m {
  effect.weight ~ Normal(0, 5)
  theta = effects(school)
  y ~ ${likelihood}
}
run on schools { ${steps} }
`,
  );
}

/** log N(y | theta, sigma), averaged over the schools, at theta = y / sigma^2 / (1 / 25 + 1 / sigma^2), which is the mode. */
const atMode =
  Y.reduce((sum, y, i) => {
    const s = SIGMA[i]!;
    const theta = y / s ** 2 / (1 / 25 + 1 / s ** 2);
    return sum - 0.5 * ((y - theta) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
  }, 0) / Y.length;

describe('a column as the scale of each row', () => {
  it.each([
    ['map', 'infer map { epochs = 800, batch = 8, optimizer = adam(0.05) }'],
    ['ensemble', 'infer ensemble { epochs = 800, batch = 8, members = 2, optimizer = adam(0.05) }'],
  ])('gives the mode of known posteriors: %s', async (engine, infer) => {
    const ended = await run(
      engine,
      'Normal(theta, sigma)',
      `${infer}; evaluate on train { log_likelihood, samples = 2 }`,
    );
    expect(figuresOf(ended)[0]!.log_likelihood).toBeCloseTo(atMode, 4);
  });

  it('stands in expressions, under other names of the argument', async () => {
    const ended = await run(
      'variance',
      'Normal(theta, variance = sigma ^ 2)',
      'infer map { epochs = 800, batch = 3, optimizer = adam(0.05) }; evaluate on train { log_likelihood, samples = 1 }',
    );
    // Batches of 3, 3 and 2 leave the iterates of Adam this far around the mode.
    expect(Math.abs(figuresOf(ended)[0]!.log_likelihood! - atMode)).toBeLessThan(0.02);
  });

  it.each([
    ['zero', 'Normal(theta, sigma)', 3, 0],
    ['negative', 'Normal(theta, 2 * sigma)', 7, -1],
    ['square', 'Normal(theta, variance = sigma)', 0, -2],
  ])('is refused in the row where it is none: %s', async (name, likelihood, row, value) => {
    const sigma = SIGMA.map((s, i) => (i === row ? value : s));
    await expect(run(name, likelihood, 'infer map { epochs = 1 }', sigma)).rejects.toMatchObject({
      diagnostics: [
        {
          code: 'BP7303',
          message: `\`sd\` of \`Normal\` is a positive number, but \`sigma\` is ${value} in row ${row + 1} of train`,
        },
      ],
    });
  });
});
