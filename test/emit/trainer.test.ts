/**
 * Emitted trainers against `bprune run`: the same start values, shuffles and noise must give the same losses and figures,
 * though gradients come from TensorFlow.js there and from our graphs here.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunResult, readSafetensors } from '../../src/runtime/index.ts';
import { compileTo, differences, type Loss, printedFigures, readLosses, runHere, STEPS } from './compare.ts';
import { linkPackages, type Started, startProject } from './project.ts';

/**
 * Both work in float32 (6e-8), but sum products in another order, and Adam's first moments are divided by a float32 1 - beta.
 * Found: at most 1.6e-6 over 20 steps.
 */
const TOLERANCE = 1e-5;
const ROWS = 60;

const folder = mkdtempSync(join(tmpdir(), 'bprune-emit-'));
const program = join(folder, 'everything.bprune');
const project = join(folder, 'trainer');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers of different sizes, classes in turn, a target that is nearly linear. */
function table(): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const [a, b, c] = [Math.sin(i), 10 * Math.cos(3 * i), 100 + (i % 7)];
    return [a, b, c, i % 4, a - 0.1 * b + 0.3 * Math.sin(9 * i)].join(',');
  });
  return ['a,b,c,kind,z', ...rows].join('\n');
}

describe('an emitted trainer', () => {
  let started: Started;
  let theirs: readonly Loss[];
  let ours: { readonly result: RunResult; readonly losses: readonly Loss[] };

  beforeAll(async () => {
    writeFileSync(join(folder, 'table.csv'), table());
    copyFileSync(join(import.meta.dirname, 'everything.bprune'), program);
    await compileTo(program, project);
    linkPackages(project);
    started = startProject(project, ['--steps', String(STEPS), '--losses', 'losses.json']);
    theirs = readLosses(join(project, 'losses.json'));
    ours = await runHere(program, join(folder, 'run'));
  });

  it('repeats the first losses of every training', () => {
    const worst = differences(ours.losses, theirs, ROWS);
    expect(worst.size).toBe(7);
    expect(theirs.length).toBe(7 * STEPS);
    for (const [training, difference] of worst) expect(difference, `training ${training}`).toBeLessThan(TOLERANCE);
  });

  it('finds the same figures', () => {
    const expected = ours.result.steps.flatMap((step) =>
      step.step === 'evaluate' ? Object.entries(step.metrics) : [],
    );
    const found = printedFigures(started.output);
    expect(found.map(([key]) => key)).toEqual(expected.map(([key]) => key));
    // Weights after 20 steps differ by the rounding of the losses; figures are printed with six digits.
    found.forEach(([key, value], i) => {
      expect(Math.abs(value - expected[i]![1]), key).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    });
  });

  it('says which requirements hold, and ends with 6 when one does not', () => {
    expect(ours.result.requirements.map((r) => r.held)).toEqual([true, false]);
    expect(started.output).toContain('holds: require cut.nll');
    expect(started.output).toContain('DOES NOT HOLD: require full.error');
    expect(started.code).toBe(6);
  });

  it('exports the same weights', () => {
    const read = (path: string) => readSafetensors(readFileSync(path), path);
    const mine = read(join(folder, 'run/exports/weights.safetensors'));
    const other = read(join(project, 'exports/weights.safetensors'));
    expect(other.metadata).toEqual(mine.metadata);
    expect([...other.tensors.keys()]).toEqual([...mine.tensors.keys()]);
    for (const [name, { type, data }] of mine.tensors) {
      expect(other.tensors.get(name)!.type).toEqual(type);
      data.forEach((value, i) => {
        const there = other.tensors.get(name)!.data[i]!;
        expect(there === 0, `${name}[${i}] pruned`).toBe(value === 0);
        expect(Math.abs(there - value)).toBeLessThan(1e-4);
      });
    }
  });

  it('takes the data along, and says how to run', () => {
    expect(readFileSync(join(project, 'table.csv'), 'utf8')).toBe(table());
    expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain('npm ci && npm start');
  });

  it('refuses flags that it does not know', () => {
    const refused = startProject(project, ['--stepps', '3']);
    expect(refused.code).toBe(2);
    expect(refused.output).toContain('usage: npm start');
    expect(refused.output).not.toContain('    at ');
  });
});
