import { describe, expect, it } from 'vitest';
import { f32, realArray } from '../../src/base/host-array.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { stepProgram } from '../../src/graph/program.ts';
import { removeDeadCode } from '../../src/graph/transforms/dead-code.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { legalize } from '../../src/graph/transforms/legalize.ts';
import { lastUses } from '../../src/graph/transforms/liveness.ts';
import { probe } from '../../src/graph/transforms/probe.ts';
import { verifyProgram } from '../../src/graph/verify.ts';

describe('lastUses', () => {
  it('lets a value die after its last use, once, and never inputs and outputs', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([2]));
    const e = b.exp(x);
    const twice = b.mul(e, e);
    const t = b.tanh(e);
    b.output('info/t', t);
    b.output('info/sum', b.add(twice, t));
    expect(lastUses(b.finish())).toEqual([[], [], [], [1], [2]]);
  });
});

describe('removeDeadCode', () => {
  it('drops what nobody needs, renumbers, and keeps declared inputs', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([2]));
    b.input('batch/unused', f32([1]));
    b.exp(x);
    b.output('info/y', b.tanh(x));
    const graph = b.finish();
    expect(graph.values.map((v) => v.op)).toEqual(['input', 'input', 'tanh']);
    expect(graph.outputs.get('info/y')).toBe(2);
    expect(removeDeadCode(graph)).toEqual(graph);
  });
});

describe('gradients', () => {
  it('adds up over all paths and gives the origin of the value that it differentiates', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([2]));
    const origin = { source: 'm.bprune', start: 1, end: 5 };
    const y = b.at(origin, () => b.sum(b.add(b.exp(x), b.square(x))));
    const [g] = gradients(b, y, [x]);
    expect(b.value(g!.id)).toMatchObject({ op: 'add', type: f32([2]) });
    expect(b.value(b.mul(x, 2).id).origin).toEqual(origin);
  });

  it('works for values inside the graph, and of y by itself is 1', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([]));
    const middle = b.exp(x);
    const y = b.mul(middle, 3);
    expect(gradients(b, y, [middle, y])).toEqual([b.constant(3), b.constant(1)]);
  });

  it('does not build gradients of what no x reaches', () => {
    const b = new GraphBuilder();
    const [x, z] = [b.input('batch/x', f32([])), b.input('batch/z', f32([]))];
    const y = b.mul(x, b.exp(b.tanh(z)));
    expect(gradients(b, y, [x])).toEqual([b.exp(b.tanh(z))]);
  });

  it('refuses what is no scalar', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([2]));
    expect(() => gradients(b, x, [x])).toThrow('only a real scalar has a gradient');
  });
});

describe('probe', () => {
  const place = (start: number) => ({ source: 'm.bprune', start, end: start + 3 });
  function training() {
    const b = new GraphBuilder();
    const w = b.input('state/w', f32([2]));
    const x = b.input('batch/x', f32([2]));
    const ratio = b.label(b.div(x, w), 'ratio', place(1));
    const loss = b.label(b.sum(b.log(ratio)), 'log likelihood of y', place(5));
    b.output('state/w', b.add(w, loss));
    b.output('info/unlabelled', b.exp(loss));
    return stepProgram({
      graph: b.finish(),
      state: [{ name: 'w', type: f32([2]), follows: null }],
      batch: [{ name: 'x', type: f32([2]) }],
      info: [{ name: 'unlabelled', type: f32([]) }],
    });
  }

  it('shows every labelled value in order and changes no state', async () => {
    const { program, points } = probe(training());
    verifyProgram(program);
    expect(points).toEqual([
      { info: 'value0', label: 'ratio', origin: place(1) },
      { info: 'value1', label: 'log likelihood of y', origin: place(5) },
    ]);
    const session = await reference.open(program.state);
    await session.write({ w: realArray([2], Float64Array.of(1, 0)) });
    const compiled = await session.compile(program);
    const batch = { x: realArray([2], Float64Array.of(2, 3)) };
    const [info] = await session.run(compiled, [{ batch, noise: {}, scalars: {} }]);
    const first = points.find((p) => !info![p.info]!.data.every(Number.isFinite));
    expect(first?.label).toBe('ratio');
    expect([...(await session.read()).w!.data]).toEqual([1, 0]);
  });
});

describe('legalize', () => {
  it('spells an op with others and keeps names, labels and places', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([2]));
    b.output('info/y', b.label(b.relu(x), 'activation', { source: 'm.bprune', start: 0, end: 4 }));
    const graph = legalize(b.finish(), { relu: (c, [v]) => c.max(v!, 0) });
    expect(graph.values.map((v) => v.op)).toEqual(['input', 'constant', 'max']);
    expect(graph.values[2]).toMatchObject({ label: 'activation', origin: { source: 'm.bprune', start: 0, end: 4 } });
    expect(graph.outputs.get('info/y')).toBe(2);
  });
});
