/** Programs that use every kind of layer between them, run as a whole: trained by each kind of engine, pruned, evaluated. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunPlan } from '../../src/language/check/checked.ts';
import { layers } from '../../src/model/index.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { numbers } from '../helpers/evaluate.ts';
import { onnxInThread } from '../helpers/single-precision.ts';

const GOOD = join(import.meta.dirname, '../golden/good');
const programs = ['layers-of-images.bprune', 'layers-of-sequences.bprune'] as const;

const folder = mkdtempSync(join(tmpdir(), 'bprune-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Six words of a vocabulary of 20, and how many of them are even. */
function sentences(rows: number, seed: number): string {
  const next = numbers(seed);
  const lines = Array.from({ length: rows }, () => {
    const words = Array.from({ length: 6 }, () => Math.floor(20 * next()));
    return [...words, words.filter((w) => w % 2 === 0).length / 6].join();
  });
  return `w1,w2,w3,w4,w5,w6,y\n${lines.join('\n')}\n`;
}

beforeAll(() => {
  writeFileSync(join(folder, 'd.csv'), sentences(48, 1));
  writeFileSync(join(folder, 't.csv'), sentences(24, 2));
  for (const name of programs) writeFileSync(join(folder, name), readFileSync(join(GOOD, name), 'utf8'));
});

async function planOf(name: string) {
  const { checked, source, diagnostics } = await loadProgram(nodeHost(), join(folder, name), new Map());
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  return { plan: checked.runs[0]!, source };
}

const kindsOf = (plan: RunPlan) =>
  plan.steps.flatMap((step) => ('model' in step ? step.model.network.layers.map((l) => l.kind) : []));

describe('programs of every layer', () => {
  it('name all kinds', async () => {
    const seen = new Set((await Promise.all(programs.map(planOf))).flatMap(({ plan }) => kindsOf(plan)));
    expect(layers.names.filter((name) => !seen.has(name))).toEqual([]);
  });

  it.each(programs)('%s runs to its end, with figures that are numbers', async (name) => {
    const { plan, source } = await planOf(name);
    const request = {
      ...{ plan, source, seed: 3, out: join(folder, `run-${name}`), overwrite: true, logSteps: 0 },
      ...{ checkpointEvery: null, settings: new Map<string, string>() },
      ...{ executor: onnxInThread, reason: 'test', version: 'test', argv: [] },
    };
    const result = await runPlan(request, nodeHost(), silentReporter);
    const figures = result.steps.flatMap((s) => (s.step === 'evaluate' ? Object.values(s.metrics) : []));
    expect(figures.length).toBeGreaterThan(1);
    expect(figures.every(Number.isFinite)).toBe(true);
  });
});
