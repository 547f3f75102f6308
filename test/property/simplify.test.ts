/** The algebra keeps values: every rule alone, and all together, on random graphs and their gradients, in float64. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reference } from '../../src/executors/reference/reference.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { stepProgram } from '../../src/graph/program.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { rules, simplify } from '../../src/graph/transforms/simplify.ts';
import { verify } from '../../src/graph/verify.ts';
import { numbers, randomReal } from '../helpers/evaluate.ts';
import {
  follow,
  type Recipe,
  recipes,
  smoothInstructions,
  typesOf,
  windowInstructions,
} from '../helpers/random-graph.ts';

/** The last values of the recipe's graph, and the gradient of their mean square, which is where most redundancy comes from. */
function graphOf(recipe: Recipe): Graph {
  const b = new GraphBuilder();
  const inputs = typesOf(recipe).map((type, i) => b.input(`batch/${i}`, type));
  const made = follow(b, inputs, recipe.choices, [...smoothInstructions, ...windowInstructions]).slice(-3);
  const total = made.map((x) => b.mean(b.square(x))).reduce((sum, x) => b.add(sum, x));
  [...made, ...gradients(b, total, inputs)].forEach((x, i) => {
    b.output(`info/${i}`, x);
  });
  return b.finish();
}

async function run(graph: Graph, recipe: Recipe) {
  const next = numbers(recipe.choices.length + 7);
  const arrays = recipe.shapes.map((shape) => randomReal(shape, next));
  const batch = typesOf(recipe).map((type, i) => ({ name: String(i), type }));
  const info = [...graph.outputs].map(([name, id]) => ({ name: name.slice(5), type: graph.values[id]!.type }));
  const session = await reference.open([]);
  const compiled = await session.compile(stepProgram({ graph, batch, info }));
  const fed = Object.fromEntries(arrays.map((a, i) => [String(i), a]));
  return (await session.run(compiled, [{ batch: fed, noise: {}, scalars: {} }]))[0]!;
}

const cases = [...rules.map((rule) => ({ name: rule.name, using: [rule] })), { name: 'all rules', using: rules }];

describe.each(cases)('simplify by $name', ({ using }) => {
  it('keeps every value', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const graph = graphOf(recipe);
        const simple = simplify(graph, using);
        verify(simple);
        const [exact, found] = [await run(graph, recipe), await run(simple, recipe)];
        for (const [name, { data }] of Object.entries(exact)) {
          const scale = Math.max(1, ...data.map(Math.abs));
          // Some 40 operations in a row, each with a round-off of 1e-16 of values of size about 1.
          data.forEach((x, i) => {
            expect(Math.abs(x - found[name]!.data[i]!) / scale).toBeLessThan(1e-11);
          });
        }
      }),
      { numRuns: 200, seed: 20240610 },
    );
  });

  it('has next to nothing more to do the second time', () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const once = simplify(graphOf(recipe), using);
        expect(simplify(once, using).values.length).toBeLessThanOrEqual(once.values.length);
      }),
      { numRuns: 200, seed: 20240611 },
    );
  });
});
