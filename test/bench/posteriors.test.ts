/** The bench of known posteriors: its programs are right, and their numbers become the parameters of the reference. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { f32 } from '../../src/base/host-array.ts';
import { checkText, stubFacts } from '../helpers/check-text.ts';
import { engines, PROGRAMS, type Verdict } from './posteriors/judge.ts';
import { type KnownPosterior, knownPosteriors, regressionAtMode } from './posteriors/reference.ts';
import { report } from './posteriors/report.ts';

const HS = [0, 1, 1, 0, 1, 0];
const IQ = [80, 95, 120, 100, 105, 88];
const X = [1, -1, 1, -1].map((v, i) => [v, i < 2 ? 1 : -1, i % 3 === 0 ? 2 : -2, 0.5 * v + i, 3 - i]);

let folder: string;
let known: readonly KnownPosterior[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-posteriors-'));
  const write = (name: string, parameters: readonly string[], data: object) => {
    const reference = Object.fromEntries(parameters.map((p) => [p, { mean: 1, sd: 2 }]));
    writeFileSync(join(folder, `${name}.reference.json`), JSON.stringify({ reference }));
    writeFileSync(join(folder, `${name}.data.json`), JSON.stringify(data));
  };
  const betas = (n: number) => [...Array.from({ length: n }, (_, i) => `beta[${i + 1}]`), 'sigma'];
  write('sblrc-blr', betas(5), { X: [...X, [2, 1, 0, 0, 1], [0, 1, 1, 3, 0]] });
  write('kidiq-kidscore_momhsiq', betas(3), { mom_hs: HS, mom_iq: IQ });
  write('kidiq-kidscore_interaction', betas(4), { mom_hs: HS, mom_iq: IQ });
  known = knownPosteriors(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const array = (values: readonly number[]) => ({ type: f32([values.length]), data: Float64Array.from(values) });

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return values.map((v) => (v - mean) / sd);
}

describe('known posteriors', () => {
  it.each(['blr', 'kidscore_momhsiq', 'kidscore_interaction'])('%s is a program with a run for each engine', (name) => {
    const text = readFileSync(join(PROGRAMS, `${name}.bprune`), 'utf8');
    const { result, diagnostics } = checkText(name, text, {}, (request) => stubFacts(request, { train: 400, test: 0 }));
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(result.runs.map((run) => run.name)).toEqual(engines);
  });

  it.each([1, 2])('have the same prediction in the parameters of the reference as in ours (%d)', (which) => {
    const [bias, w, both] = [0.3, [-0.7, 1.1], 0.4];
    const draw = { 'fc.bias': array([bias]), 'fc.weight': array(w), both: array([both]), s: array([0.2]) };
    const [b1, b2, b3, last, end] = known[which]!.parametersOf(draw);
    const b4 = which === 2 ? last! : 0;
    const [h, q] = [standardised(HS), standardised(IQ)];
    HS.forEach((hs, i) => {
      const ours = 87 + 20 * (bias + w[0]! * h[i]! + w[1]! * q[i]! + (which === 2 ? both * h[i]! * q[i]! : 0));
      expect(b1! + b2! * hs + b3! * IQ[i]! + b4 * hs * IQ[i]!).toBeCloseTo(ours, 9);
    });
    expect(which === 2 ? end : last).toBeCloseTo(20 * Math.exp(0.2), 9);
  });

  it('tell what independent normals would have: the root of 1 - r^2 of two columns', () => {
    const [h, q] = [standardised(HS), standardised(IQ)];
    const r = h.reduce((sum, v, i) => sum + v * q[i]!, 0) / h.length;
    const [, b2, b3] = known[1]!.independentRatio;
    for (const ratio of [b2, b3]) expect(ratio).toBeCloseTo(Math.sqrt(1 - r * r), 9);
  });

  it('say on their page what misses the goal', () => {
    const verdict = (engine: string, error: number, ratio: number): Verdict => ({
      posterior: 'sblrc-blr',
      engine,
      parameter: 'sigma',
      error,
      ratio,
      independent: 0.6,
      atMode: { error: 0.4, ratio: 0.9 },
      seconds: 2,
    });
    const page = report([verdict('sgvb', 0.05, 0.62), verdict('svgd', 0.2, 0.7), verdict('laplace', 0.42, 0.91)]);
    expect(page).toContain('| sigma | 0.050, 0.62 (0.60) | **0.200**, **0.70** | 0.420, 0.91 (0.40, 0.90) |');
    // The goal itself is missed where theory says that it is not: a figure of 0 is as wrong there.
    expect(report([verdict('laplace', 0.01, 1.04)])).toContain('| sigma | **0.010**, **1.04** (0.40, 0.90) |');
  });

  it('tell what the normal at the mode has: sigma too low by (p + 1) / sqrt(2 N) of its sd in large tables', () => {
    const [slope, ...others] = regressionAtMode(40_000, 4);
    expect(others).toHaveLength(4);
    expect(others.at(-1)!.error / (5 / Math.sqrt(80_000))).toBeCloseTo(1, 2);
    expect(others.at(-1)!.ratio).toBeCloseTo(1, 3);
    expect(slope!.ratio).toBeCloseTo(1, 3);
    // In a small one, by hand: sigma^2 is S / chi^2 with 4 degrees, E sigma^2 = S / 2, E sigma = sqrt(S / 2) G(3/2) / G(2) = sqrt(pi S / 8).
    const [, sigma] = regressionAtMode(6, 1);
    const [mean, sd] = [Math.sqrt(Math.PI / 8), Math.sqrt(1 / 2 - Math.PI / 8)];
    const found = Math.sqrt(1 / 5) * Math.exp(1 / 20);
    expect(sigma!.error).toBeCloseTo((mean - found) / sd, 9);
    expect(sigma!.ratio).toBeCloseTo((found * Math.sqrt(Math.expm1(1 / 10))) / sd, 9);
    expect(regressionAtMode(6, 1)[0]!.ratio).toBeCloseTo(Math.sqrt(2 / 5), 9);
  });
});
