/**
 * Local reparameterisation of every layer with weights. Its output is linear in the weights, so the output for one unit weight at
 * a time tells what mean and variance independent weights give it: sum J m and sum J^2 v.
 */
import { describe, expect, it } from 'vitest';
import { type HostArray, sizeOf } from '../../src/base/host-array.ts';
import { estimators } from '../../src/inference/index.ts';
import type { CheckedSite } from '../../src/language/check/checked.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { layers } from '../../src/model/index.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { numbers, randomReal } from '../helpers/evaluate.ts';
import { type LayerCase, layerCases, layerOf, ROWS, titleOf } from '../helpers/layer-cases.ts';
import { distribution, HERE } from '../helpers/models.ts';
import { constantNoise, numbersOf, real, runOnce } from '../helpers/reference.ts';

const linearCases = layerCases.filter((test) => layers.get(test.kind)!.linear !== null);

/** The layer under local reparameterisation with noise of the same number everywhere, for weights by role. */
async function outputOf(
  test: LayerCase,
  mean: Readonly<Record<string, HostArray>>,
  logVariance: Readonly<Record<string, HostArray>>,
  noise: number,
): Promise<Float64Array> {
  const { record, layer } = layerOf(test.kind, test.shapes, test.options);
  const program = new StepProgramBuilder();
  const b = program.graph;
  const views = layer.parameters.map((parameter) => {
    const path = `line.${parameter.role}`;
    const site: CheckedSite = {
      ...{ path, layer: 'line', parameter, shape: parameter.shape, support: 'real', prior: distribution('Flat') },
      ...{ span: HERE, priorSpan: HERE },
    };
    const read = (p: string) =>
      program.state({ name: `${path}.${p}`, type: real([], parameter.shape).type, follows: null });
    return [path, normalGuide.view(b, site, read, null)] as const;
  });
  const x = real(test.inputs[0]!, [ROWS, ...test.shapes[0]!]);
  const input = program.batch({ name: 'x', type: x.type });
  const byPath = new Map(views);
  const { source } = estimators.get('local_reparameterization')!.weights(program, ROWS, (path) => byPath.get(path)!);
  const unused = () => {
    throw new Error('a linear layer has neither statistics nor noise');
  };
  const context = { weights: source, training: true, ofBatch: true, statistic: unused, noise: unused, report: unused };
  program.info('out', record.emit(b, layer, [input], context));
  const step = program.finish();
  const state = Object.fromEntries(
    layer.parameters.flatMap(({ role }) => [
      [`line.${role}.mean`, mean[role]!],
      [`line.${role}.log_variance`, logVariance[role]!],
    ]),
  );
  const feed = { batch: { x }, noise: constantNoise(step, noise), scalars: {} };
  const [info] = await runOnce(step, state, feed);
  return numbersOf(info).out!;
}

/** The variance floor under the root, which is there so that slopes stay finite. */
const FLOOR = 1e-8;

describe('local reparameterisation', () => {
  it.each(linearCases.map((test) => [titleOf(test), test] as const))(
    '%s has the mean and variance of independent weights',
    async (_, test) => {
      const { layer } = layerOf(test.kind, test.shapes, test.options);
      const next = numbers(11);
      const each = (make: (shape: readonly number[]) => HostArray) =>
        Object.fromEntries(layer.parameters.map((p) => [p.role, make(p.shape)]));
      const zeros = each((shape) => real(new Float64Array(sizeOf(shape)), shape));
      const means = each((shape) => randomReal(shape, next));
      const logVariances = each((shape) => randomReal(shape, next, -4, 0));

      const size = ROWS * sizeOf(test.output);
      const [mean, variance] = [new Float64Array(size), new Float64Array(size).fill(FLOOR)];
      for (const { role, shape } of layer.parameters) {
        for (let i = 0; i < sizeOf(shape); i++) {
          const unit = new Float64Array(sizeOf(shape));
          unit[i] = 1;
          const slope = await outputOf(test, { ...zeros, [role]: real(unit, shape) }, logVariances, 0);
          slope.forEach((j, k) => {
            mean[k]! += j * means[role]!.data[i]!;
            variance[k]! += j * j * Math.exp(logVariances[role]!.data[i]!);
          });
        }
      }
      const [middle, above] = [
        await outputOf(test, means, logVariances, 0),
        await outputOf(test, means, logVariances, 1),
      ];
      middle.forEach((found, k) => {
        // Sums of a few dozen products in float64.
        expect(Math.abs(found - mean[k]!)).toBeLessThan(1e-12);
        expect(Math.abs((above[k]! - found) ** 2 - variance[k]!)).toBeLessThan(1e-11);
      });
    },
  );
});
