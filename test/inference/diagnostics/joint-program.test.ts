/** The log joint density and its scores against linear regression by hand. */
import { expect, it } from 'vitest';
import { jointProgram } from '../../../src/inference/diagnostics/joint-program.ts';
import { buildDensity } from '../../../src/model/density.ts';
import { linearRegression } from '../../helpers/models.ts';
import { numbersOf, real, runOnce } from '../../helpers/reference.ts';

it('is the sum of log likelihoods and the log prior, with their slopes', async () => {
  const [noise, tau] = [0.5, 1.5];
  const rows = [
    { x: [0.3, -1], y: 0.7 },
    { x: [1.2, 0.4], y: -0.2 },
    { x: [-0.8, 2], y: 1.9 },
  ];
  const [w, b] = [[0.6, -0.4], 0.2];
  const program = jointProgram(buildDensity(linearRegression(2, rows.length, noise, tau)), rows.length, true);
  const state = { 'fc1.weight': real(w, [2, 1]), 'fc1.bias': real([b]) };
  const batch = {
    x: real(
      rows.flatMap((r) => r.x),
      [3, 2],
    ),
    y: real(rows.map((r) => r.y)),
  };
  const [info] = await runOnce(program, state, { batch, noise: {}, scalars: {} });
  const found = numbersOf(info);
  const logNormal = (x: number, sd: number) => -0.5 * (x / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);
  const errors = rows.map((r) => r.y - (r.x[0]! * w[0]! + r.x[1]! * w[1]! + b));
  errors.forEach((error, i) => {
    expect(found.log_likelihood![i]).toBeCloseTo(logNormal(error, noise), 12);
  });
  expect(found.log_prior![0]).toBeCloseTo(
    [...w, b].reduce((sum, v) => sum + logNormal(v, tau), 0),
    12,
  );
  const slope = (j: number) => errors.reduce((sum, e, i) => sum + (e * (rows[i]!.x[j] ?? 1)) / noise ** 2, 0);
  expect(found['likelihood/fc1.weight']![1]).toBeCloseTo(slope(1), 12);
  expect(found['likelihood/fc1.bias']![0]).toBeCloseTo(slope(2), 12);
  expect(found['prior/fc1.weight']![0]).toBeCloseTo(-w[0]! / tau ** 2, 12);
});
