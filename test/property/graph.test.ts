import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { realArray, sameShape, sizeOf } from '../../src/base/host-array.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import { structuralHash } from '../../src/graph/hash.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { graphFromJson, graphToJson } from '../../src/graph/json.ts';
import { printGraph } from '../../src/graph/print.ts';
import { stepProgram } from '../../src/graph/program.ts';
import { removeDeadCode } from '../../src/graph/transforms/dead-code.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { legalize } from '../../src/graph/transforms/legalize.ts';
import { lastUses } from '../../src/graph/transforms/liveness.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
import { allInstructions, follow, type Recipe, recipes, smoothInstructions, typesOf } from '../helpers/random-graph.ts';

const RUNS = { numRuns: 150, seed: 20240601 };

/** The graph of a recipe; every value that was made is an output. */
function graphOf(recipe: Recipe, labels = false): Graph {
  const b = new GraphBuilder();
  const inputs = typesOf(recipe).map((type, i) => b.input(`batch/${i}`, type));
  follow(b, inputs, recipe.choices, allInstructions).forEach((x, i) => {
    if (labels) b.label(x, `value ${i}`, { source: 'random', start: i, end: i + 1 });
    b.output(`info/${i}`, x);
  });
  return b.finish();
}

/** The same values built once more through `apply`, with the operands of each product changed over. */
function rebuilt(graph: Graph): Graph {
  return legalize(graph, { mul: (b, [x, y]) => b.apply('mul', [y!, x!], {}) });
}

function inputsOf(recipe: Recipe) {
  const next = numbers(recipe.choices.length + 7);
  return recipe.shapes.map((shape) => randomReal(shape, next));
}

async function runAll(graph: Graph, recipe: Recipe) {
  const batch = typesOf(recipe).map((type, i) => ({ name: String(i), type }));
  const info = [...graph.outputs].map(([name, id]) => ({ name: name.slice(5), type: graph.values[id]!.type }));
  const session = await reference.open([]);
  const compiled = await session.compile(stepProgram({ graph, batch, info }));
  const arrays = Object.fromEntries(inputsOf(recipe).map((a, i) => [String(i), a]));
  return (await session.run(compiled, [{ batch: arrays, noise: {}, scalars: {} }]))[0]!;
}

describe('random graphs', () => {
  it('verify, and come back from JSON with the same text and hash', () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const graph = graphOf(recipe, true);
        verify(graph);
        const back = graphFromJson(graphToJson(graph));
        expect(back).toEqual(graph);
        expect(printGraph(back)).toBe(printGraph(graph));
        expect(structuralHash(back)).toBe(structuralHash(graph));
        expect(printGraph(graphOf(recipe, true))).toBe(printGraph(graph));
        expect(structuralHash(graphOf(recipe, false))).toBe(structuralHash(graph));
      }),
      RUNS,
    );
  });

  it('hold no value twice, and nothing that a second pass would drop', () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const graph = graphOf(recipe);
        const bodies = graph.values.map((v) => `${v.op} ${v.inputs} ${JSON.stringify(v.attrs)}`);
        expect(new Set(bodies).size).toBe(bodies.length);
        expect(removeDeadCode(graph)).toEqual(graph);
      }),
      RUNS,
    );
  });

  it('evaluate to the size that was inferred, and a commuted copy to the same numbers', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const graph = graphOf(recipe);
        const info = await runAll(graph, recipe);
        const copy = await runAll(rebuilt(graph), recipe);
        for (const [name, array] of Object.entries(info)) {
          expect(array.data.length).toBe(sizeOf(array.type.shape));
          expect(sameShape(copy[name]!.type.shape, array.type.shape)).toBe(true);
          expect([...copy[name]!.data]).toEqual([...array.data]);
        }
      }),
      RUNS,
    );
  });

  it('never free a value that is used later, and free every inner value once', () => {
    fc.assert(
      fc.property(recipes, fc.nat(), (recipe, pick) => {
        const all = graphOf(recipe);
        const names = [...all.outputs];
        const graph = removeDeadCode({ ...all, outputs: new Map([names[pick % names.length]!]) });
        const dying = lastUses(graph);
        const dead = new Set<number>();
        graph.values.forEach((value, id) => {
          for (const input of value.inputs) expect(dead.has(input)).toBe(false);
          for (const d of dying[id]!) {
            expect(dead.has(d)).toBe(false);
            dead.add(d);
          }
        });
        const kept = new Set([...graph.inputs.values(), ...graph.outputs.values()]);
        graph.values.forEach((_, id) => {
          expect(dead.has(id)).toBe(!kept.has(id));
        });
      }),
      RUNS,
    );
  });
});

/** One scalar that depends on every value of the recipe, each element with its own weight. */
function scalarOf(b: GraphBuilder, inputs: readonly Ref[], recipe: Recipe): Ref {
  const pool = follow(b, inputs, recipe.choices, smoothInstructions);
  return pool
    .map((x, i) => b.mul(b.sum(b.mul(x, b.add(x, Math.cos(i)))), 1 / sizeOf(x.type.shape)))
    .reduce((sum, term) => b.add(sum, term));
}

// Central differences with h = 1e-5: the third derivative of these bounded functions times h^2 / 6, and round-off 1e-16 |f| / h.
const TOLERANCE = 1e-6;

describe('gradients of random graphs', () => {
  const runs = { numRuns: 100, seed: 20240602 };
  const slope = (recipe: Recipe, order: 1 | 2) => ({
    inputs: typesOf(recipe),
    build: (b: GraphBuilder, inputs: readonly Ref[]) => {
      let y = scalarOf(b, inputs, recipe);
      if (order === 2) {
        y = gradients(b, y, inputs)
          .map((g) => b.sum(b.tanh(g)))
          .reduce((sum, term) => b.add(sum, term));
      }
      return [y, ...gradients(b, y, inputs)];
    },
  });

  it.each([1, 2] as const)('agree with central differences, order %d', async (order) => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const test = slope(recipe, order);
        const at = inputsOf(recipe);
        const next = numbers(99);
        const direction = at.map((a) => randomReal(a.type.shape, next, -1, 1));
        const h = 1e-5;
        const moved = (sign: number) =>
          at.map((a, i) =>
            realArray(
              a.type.shape,
              Float64Array.from(a.data, (x, j) => x + sign * h * direction[i]!.data[j]!),
            ),
          );
        const value = async (sign: number) => (await evaluate(test, moved(sign)))[0]!.data[0]!;
        const numeric = ((await value(1)) - (await value(-1))) / (2 * h);
        const [y, ...grads] = await evaluate(test, at);
        let exact = 0;
        let scale = Math.max(1, Math.abs(y!.data[0]!));
        grads.forEach((g, i) => {
          expect(sameShape(g.type.shape, at[i]!.type.shape)).toBe(true);
          g.data.forEach((x, j) => {
            exact += x * direction[i]!.data[j]!;
            scale = Math.max(scale, Math.abs(x));
          });
        });
        expect(Math.abs(numeric - exact)).toBeLessThan(TOLERANCE * scale);
      }),
      runs,
    );
  });
});
