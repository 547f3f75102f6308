/**
 * What a training step does to its largest tensor, the 784 x 300 weight of LeNet-300-100. On tfjs wasm an addition of this size
 * takes 0.05 ms, but an exponential 1.7, a logarithm 2.4, softplus 3.2, maximum 2.4, a comparison 1.1 and sign 1.4:
 * a second one of those costs more than twenty additions, so each is counted here.
 */
import { describe, expect, it } from 'vitest';
import type { Graph, OpName } from '../../src/graph/ir.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { classifier, distribution, guide, mixtureOf, optimizer } from '../helpers/models.ts';

const DEAR: readonly OpName[] = [
  'exp',
  'log',
  'log1p',
  'softplus',
  'max',
  'min',
  'greater',
  'less',
  'sign',
  'select',
  'pow',
];

function countsOf(graph: Graph): {
  readonly elementwise: number;
  readonly matmul: number;
  readonly dear: readonly string[];
} {
  const large = (i: number) => graph.values[i]!.type.shape.join() === '784,300';
  const touching = graph.values.filter((v, i) => v.op !== 'input' && (large(i) || v.inputs.some(large)));
  return {
    elementwise: touching.filter((v) => v.op !== 'matmul').length,
    matmul: touching.filter((v) => v.op === 'matmul').length,
    dear: touching
      .map((v) => v.op)
      .filter((op) => DEAR.includes(op))
      .sort(),
  };
}

const spike = mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, Math.exp(-6))]);

/** Upper bounds: fewer is welcome, more needs a reason. */
const budgets = [
  { prior: distribution('LogUniform'), values: true, elementwise: 57, dear: ['exp', 'log', 'log'] },
  { prior: distribution('LogUniform'), values: false, elementwise: 51, dear: ['exp', 'log'] },
  { prior: distribution('Normal', 0, 1), values: true, elementwise: 38, dear: ['exp'] },
  { prior: distribution('Normal', 0, 1), values: false, elementwise: 31, dear: ['exp'] },
  { prior: spike, values: true, elementwise: 57, dear: ['exp', 'softplus'] },
  { prior: spike, values: false, elementwise: 51, dear: ['exp'] },
];

describe('the cost of a step', () => {
  it.each(budgets)('$prior.name prior, values $values', ({ prior, values, elementwise, dear }) => {
    const model = classifier([784, 300, 100, 10], prior, distribution('Flat'), 60_000);
    const program = engines.get('sgvb')!.build({
      density: buildDensity(model),
      guide: guide(model, (site) => (site.endsWith('.bias') ? 'Delta' : 'Normal')),
      optimizer: optimizer('adam', 1e-3),
      estimator: 'local_reparameterization',
      options: {},
      schedules: {},
      masks: new Map(),
      course: { steps: 1000, stepsPerEpoch: 10 },
    });
    const found = countsOf(program.step(100, { values }).graph);
    expect(found.elementwise).toBeLessThanOrEqual(elementwise);
    expect(found.dear).toEqual(dear);
    // Mean map, variance map, and the gradient of each.
    expect(found.matmul).toBe(4);
  });
});
