/**
 * Flipout of every layer with weights, against the linear maps of the layers: the deviations that a row sees have the law of whole
 * draws, with all their covariances, and those of two rows none.
 */
import { describe, expect, it } from 'vitest';
import { type HostArray, sizeOf } from '../../src/base/host-array.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { estimators } from '../../src/inference/index.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { layers } from '../../src/model/index.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { numbers } from '../helpers/evaluate.ts';
import { type LayerCase, layerCases, layerOf, ROWS, titleOf } from '../helpers/layer-cases.ts';
import { distribution, HERE } from '../helpers/models.ts';
import { numbersOf, openFor, real } from '../helpers/reference.ts';

const linearCases = layerCases.filter((test) => layers.get(test.kind)!.linear !== null);
const SD = 0.7;

/** What one element of the noise of weights moves, each by itself, `[elements][rows * outputs]`, for uniform numbers of the coins. */
async function movesOf(test: LayerCase, estimator: string, coin: () => number): Promise<readonly Float64Array[]> {
  const { record, layer } = layerOf(test.kind, test.shapes, test.options);
  const program = new StepProgramBuilder();
  const b = program.graph;
  const views = new Map(
    layer.parameters.map((parameter) => {
      const path = `line.${parameter.role}`;
      const site = {
        ...{ path, layer: 'line', parameter, shape: parameter.shape, support: 'real' as const },
        ...{ prior: distribution('Flat'), span: HERE, priorSpan: HERE },
      };
      const value = (p: string) => b.full(parameter.shape, p === 'mean' ? 0 : 2 * Math.log(SD));
      return [path, normalGuide.view(b, site, value, null)] as const;
    }),
  );
  const x = real(test.inputs[0]!, [ROWS, ...test.shapes[0]!]);
  const input = program.batch({ name: 'x', type: x.type });
  const { source } = estimators.get(estimator)!.weights(program, ROWS, (path) => views.get(path)!);
  const unused = () => {
    throw new Error('a linear layer has neither statistics nor noise');
  };
  const context = { weights: source, training: true, ofBatch: true, statistic: unused, noise: unused, report: unused };
  program.info('out', record.emit(b, layer, [input], context));
  const step = program.finish();
  const session = await openFor({ state: [] } as unknown as EngineProgram, {});
  const compiled = await session.compile(step);
  const coins = new Map(
    step.noise
      .filter((spec) => spec.kind === 'uniform')
      .map((spec) => [spec.name, real(Array.from({ length: sizeOf(spec.type.shape) }, coin), spec.type.shape)]),
  );
  const deviations = step.noise.filter((spec) => spec.kind === 'normal');
  const moves: Float64Array[] = [];
  for (const spec of deviations) {
    for (let i = 0; i < sizeOf(spec.type.shape); i++) {
      const noise: Record<string, HostArray> = Object.fromEntries(coins);
      for (const other of deviations)
        noise[other.name] = real(new Float64Array(sizeOf(other.type.shape)), other.type.shape);
      noise[spec.name]!.data[i] = 1;
      const [info] = await session.run(compiled, [{ batch: { x }, noise, scalars: {} }]);
      moves.push(numbersOf(info!).out!);
    }
  }
  session.dispose();
  return moves;
}

const rowOf = (values: Float64Array, row: number) =>
  values.slice((row * values.length) / ROWS, ((row + 1) * values.length) / ROWS);

describe('flipout', () => {
  it.each(linearCases.map((test) => [titleOf(test), test] as const))(
    '%s: every row sees a whole draw of the weights',
    async (_, test) => {
      const next = numbers(5);
      const plain = await movesOf(test, 'shared', () => 0.5);
      const flipped = await movesOf(test, 'flipout', next);
      expect(flipped.length).toBe(plain.length);
      let turned = 0;
      for (let row = 0; row < ROWS; row++) {
        flipped.forEach((move, w) => {
          // One sign for all that this element moves in this row: covariances within a row are those of the draw.
          const [own, whole] = [rowOf(move, row), rowOf(plain[w]!, row)];
          const sign = own.reduce((s, v, k) => s + v * whole[k]!, 0) < 0 ? -1 : 1;
          if (sign < 0) turned += 1;
          own.forEach((v, k) => {
            expect(Math.abs(v - sign * whole[k]!)).toBeLessThan(1e-13);
          });
        });
      }
      expect(turned).toBeGreaterThan(0);
    },
  );

  it('turns the signs of each row by itself: two rows of a batch do not move together', async () => {
    const test = linearCases.find((c) => c.kind === 'dense')!;
    const next = numbers(8);
    const n = 600;
    const plain = await movesOf(test, 'shared', () => 0.5);
    const outputs = plain[0]!.length / ROWS;
    const covariance = (moves: readonly Float64Array[], k: number) =>
      moves.reduce((s, move) => s + rowOf(move, 0)[k]! * rowOf(move, 1)[k]!, 0);
    const sums = new Float64Array(outputs);
    const squares = new Float64Array(outputs);
    for (let i = 0; i < n; i++) {
      const moves = await movesOf(test, 'flipout', next);
      for (let k = 0; k < outputs; k++) {
        const c = covariance(moves, k);
        sums[k]! += c;
        squares[k]! += c * c;
      }
    }
    for (let k = 0; k < outputs; k++) {
      const error = Math.sqrt(squares[k]! / n / n);
      expect(Math.abs(sums[k]! / n)).toBeLessThan(4 * error);
      // A shared draw moves both rows together, by far more than that error.
      expect(Math.abs(covariance(plain, k))).toBeGreaterThan(8 * error);
    }
  });
});
