/** Random graphs on each executor against `reference`: values and gradients of every smooth op in compositions nobody thought of. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';
import {
  follow,
  type Recipe,
  recipes,
  smoothInstructions,
  typesOf,
  windowInstructions,
} from '../helpers/random-graph.ts';

/** Max pools are left out: where a window ties, executors may give its gradient to different places. */
const instructions = [...smoothInstructions, ...windowInstructions];

/** The last values of the graph, and the gradient of their mean square by every input. */
function caseOf(recipe: Recipe): Case {
  return {
    inputs: typesOf(recipe),
    build: (b: GraphBuilder, inputs: readonly Ref[]) => {
      const made = follow(b, inputs, recipe.choices, instructions).slice(-3);
      const total = made.map((x) => b.mean(b.square(x))).reduce((sum, x) => b.add(sum, x));
      return [...made, ...gradients(b, total, inputs)];
    },
  };
}

function distance(exact: HostArray, found: HostArray): number {
  const scale = Math.max(1, ...exact.data.map(Math.abs));
  return Math.max(...exact.data.map((x, i) => Math.abs(x - found.data[i]!))) / scale;
}

await describeEach('random graphs on $name', (executor) => {
  it('equal reference, in values and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, fc.integer({ min: 1, max: 1e6 }), async (recipe, seed) => {
        const next = numbers(seed);
        const arrays = recipe.shapes.map((shape) => {
          const { type, data } = randomReal(shape, next);
          return { type, data: Float32Array.from(data) };
        });
        const test = caseOf(recipe);
        const exact = await evaluate(test, arrays);
        const found = await evaluate(test, arrays, executor);
        exact.forEach((e, i) => {
          // The figure is for one op; here up to 14 stand in a row, and their gradients behind them. Of 5,900 arrays 3e-6 was the worst.
          expect(distance(e, found[i]!)).toBeLessThan(2 * executor.numerics.forward);
        });
      }),
      // Each graph of `native` goes through a C compiler first.
      { numRuns: executor.name === 'native' ? 25 : 150, seed: 20240607 },
    );
  });
});
