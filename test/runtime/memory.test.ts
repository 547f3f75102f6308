/** The forecast of a training's memory, and the refusal of one that would not fit. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/base/data.ts';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import { onnx } from '../../src/executors/onnx/onnx.ts';
import { courseOf } from '../../src/inference/course.ts';
import { engines } from '../../src/inference/index.ts';
import type { PlanInfer } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource } from '../../src/runtime/load.ts';
import { forecastTraining, refuseTooLarge } from '../../src/runtime/memory.ts';
import { readData } from '../../src/runtime/read-data.ts';

const MIB = 2 ** 20;

async function training(width: number, rest: string): Promise<{ step: PlanInfer; dataset: Dataset }> {
  const text = `data d = simulate(n = 5000) { x: real[40] ~ Normal(0, 1); y: real ~ Normal(x[1], 1) }
network net { input real[40]; dense(${width}); relu; dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { infer ${rest} }`;
  const { checked } = await loadSource(nodeHost(), { name: 'memory', text }, new Map());
  const step = checked.runs[0]!.steps[0] as PlanInfer;
  return { step, dataset: await readData(checked.runs[0]!.data, nodeHost()) };
}

const build = (step: PlanInfer) =>
  engines
    .get(step.engine)!
    .build({ ...step, density: buildDensity(step.model), masks: new Map(), course: courseOf(step, step.model.rows) });

describe('the forecast', () => {
  it('grows with the batch, the width and the particles, and never below the process itself', async () => {
    const of = async (width: number, rest: string, rows: number) => {
      const { step, dataset } = await training(width, rest);
      return forecastTraining(build(step), rows, dataset, onnx);
    };
    const small = await of(50, 'sgvb { epochs = 1 }', 100);
    expect(small).toBeGreaterThan(onnx.memory.base);
    expect(await of(50, 'sgvb { epochs = 1 }', 4000)).toBeGreaterThan(small);
    expect(await of(5000, 'sgvb { epochs = 1 }', 100)).toBeGreaterThan(small + 20 * MIB);
    const [few, many] = [
      await of(500, 'svgd { epochs = 1, particles = 2 }', 10),
      await of(500, 'svgd { epochs = 1, particles = 200 }', 10),
    ];
    // State is three tensors of 21,001 numbers a particle, held as often as the executor says.
    expect(many - few).toBeGreaterThan(198 * 3 * 4 * 21_001 * onnx.memory.states);
  });
});

describe('a training that does not fit', () => {
  const refusal = async (rest: string, rows: number, free: number) => {
    const { step, dataset } = await training(500, rest);
    const program = build(step);
    const fits = (batch: number) => forecastTraining(program, batch, dataset, onnx) <= free;
    try {
      refuseTooLarge(step, program, rows, dataset, onnx, free);
    } catch (error) {
      if (error instanceof DiagnosticError) return { problem: error.diagnostics[0]!, fits };
      throw error;
    }
    return { problem: null, fits };
  };
  it('is refused with the largest batch that does, which is that', async () => {
    const { problem, fits } = await refusal('sgvb { epochs = 1 }', 5000, 220 * MIB);
    expect(problem).toMatchObject({ code: 'BP5903' });
    const batch = Number(/batch = (\d+) is the largest/.exec(problem!.hint!)![1]);
    expect(batch).toBeGreaterThan(1);
    expect(fits(batch)).toBe(true);
    expect(fits(batch + 1)).toBe(false);
  });
  it('goes through where there is room', async () => {
    expect((await refusal('sgvb { epochs = 1 }', 5000, 8192 * MIB)).problem).toBeNull();
  });
  it('is told what else to make smaller when no batch fits', async () => {
    const { problem } = await refusal('svgd { epochs = 1, particles = 50 }', 100, 140 * MIB);
    expect(problem!.hint).toContain('fewer particles');
  });
});
