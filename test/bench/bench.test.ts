/** The bench's own parts: its programs are right, its arithmetic too, and its page shows what was measured and what was not. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, loadSource } from '../../src/runtime/index.ts';
import { writeCifar } from './cifar.ts';
import type { Figures } from './measurement.ts';
import { page, rowOf } from './report.ts';
import { logSlope, median, quantile } from './statistics.ts';
import { sweeps } from './sweeps.ts';
import { operations, workloads } from './workloads.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-bench-test-'));
  writeCifar(join(folder, 'data/cifar'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('workloads', () => {
  it.each(workloads)('$name is a program without mistakes', async ({ program }) => {
    const text = readFileSync(join(import.meta.dirname, 'programs', program), 'utf8');
    const { diagnostics, checked } = await loadSource(nodeHost(), { name: join(folder, program), text }, new Map());
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(checked.runs).toHaveLength(1);
  });

  it("has a program of laplace's classes without mistakes", async () => {
    const path = join(import.meta.dirname, 'programs/laplace/classes.bprune');
    const { diagnostics, checked } = await loadProgram(nodeHost(), path, new Map());
    expect(diagnostics).toEqual([]);
    expect(checked.runs).toHaveLength(1);
  });

  it('writes programs of growing size without mistakes, from ten thousand to ten million parameters', async () => {
    const points = sweeps.flatMap((s) => s.points);
    for (const { program: text } of points.filter((_, i) => i % 4 === 0)) {
      const { diagnostics } = await loadSource(nodeHost(), { name: join(folder, 'p.bprune'), text }, new Map());
      expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    }
    const parameters = points.map((p) => p.parameters);
    expect(Math.min(...parameters)).toBeLessThan(1.1e4);
    expect(Math.max(...parameters)).toBeGreaterThan(0.9e7);
  });

  it('counts the multiplications of a step', () => {
    // Forward and by the weights for all layers, by the input for all but the first; means and variances.
    const [first, second, third] = [784 * 300, 300 * 100, 100 * 10];
    expect(operations(workloads[0]!.products)).toBe(2 * 2 * 128 * (2 * first + 3 * second + 3 * third));
    // He et al. (2016): ResNet-20 is 41 million multiply-adds an image; the projections add little.
    const forward = operations(workloads[3]!.products) / (3 * 2 * 128);
    expect(forward).toBeGreaterThan(40.5e6);
    expect(forward).toBeLessThan(41.5e6);
  });

  it('writes whole records of CIFAR-10', () => {
    expect(statSync(join(folder, 'data/cifar/train.bin')).size).toBe(2560 * 3073);
  });
});

describe('statistics', () => {
  it('finds quantiles and exponents', () => {
    expect(median([3, 1, 2, 10])).toBe(2.5);
    expect(quantile([0, 10], 0.1)).toBe(1);
    const x = [1, 2, 4, 8];
    expect(
      logSlope(
        x,
        x.map((v) => 3 * v ** 1.5),
      ),
    ).toBeCloseTo(1.5, 12);
  });
});

describe('the page', () => {
  const figures = (msPerStep: number): Figures => ({
    msPerStep,
    low: msPerStep,
    high: msPerStep,
    steps: 10,
    loss: 1,
    peakRssMiB: 100,
    startToFirstStepSeconds: 0.5,
    others: 0.02,
  });

  it('takes medians over the rounds, ratios to the best peer, and says what is absent', () => {
    const rows = [
      rowOf('onnx', true, [figures(3), figures(2), figures(4)]),
      rowOf('tensorflow', true, [{ absent: 'it is not installed' }]),
      rowOf('torch compile', false, [figures(6)]),
      rowOf('jax scan', false, [figures(5)]),
    ];
    const limit = { msPerStep: 1.5, gigaflopsPerStep: 0.3, largeGflops: 200 };
    const text = page({
      date: '2026-01-01',
      rounds: 3,
      seconds: 2,
      machine: { processor: 'P', cores: '2' },
      workloads: [{ name: 'w1', title: 'T', limit, rows }],
      absent: ['w1 tensorflow: it is not installed'],
    });
    expect(text).toContain('| w1 T | onnx 3.00 ms | jax scan 5.00 ms | 0.60 | 50 % |');
    expect(text).toContain('| **onnx** | 3.00 | 2.00 - 4.00 | 0.60 | 50 % | 100 | 0.50 | 2 % | 3 |');
    expect(text).toContain('| **tensorflow** | none: it is not installed |');
    expect(text).toContain('- w1 tensorflow: it is not installed');
  });
});
