import { describe, expect, it } from 'vitest';
import { f32 } from '../../src/base/host-array.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { structuralHash } from '../../src/graph/hash.ts';
import type { Graph, Value } from '../../src/graph/ir.ts';
import { graphFromJson, graphToJson, programFromJson, programToJson } from '../../src/graph/json.ts';
import { printProgram } from '../../src/graph/print.ts';
import { type StepProgram, stepProgram } from '../../src/graph/program.ts';
import { verify, verifyProgram } from '../../src/graph/verify.ts';

/** w <- w - rate * (x . w + noise), with the loss beside it. */
function example(): StepProgram {
  const b = new GraphBuilder();
  const w = b.input('state/fc.weight', f32([3, 2]));
  const x = b.input('batch/x', f32([4, 3]));
  const noise = b.input('noise/fc', f32([4, 2]));
  const rate = b.input('scalar/rate', f32([]));
  const out = b.label(b.add(b.matmul(x, w), noise), 'output of fc', { source: 'm.bprune', start: 4, end: 9 });
  b.output('state/fc.weight', b.sub(w, b.mul(rate, b.matmul(x, out, { transposeA: true }))));
  b.output('info/loss', b.mean(b.square(out)));
  return stepProgram({
    graph: b.finish(),
    state: [{ name: 'fc.weight', type: f32([3, 2]), follows: 'fc.weight' }],
    batch: [{ name: 'x', type: f32([4, 3]) }],
    noise: [{ name: 'fc', path: ['fc', 'noise'], kind: 'normal', type: f32([4, 2]) }],
    scalars: ['rate'],
    info: [{ name: 'loss', type: f32([]) }],
  });
}

/** The example's graph with the value of one op changed. */
function spoiled(op: Value['op'], change: (value: Value) => Partial<Value>): Graph {
  const { graph } = example();
  const at = graph.values.findIndex((v) => v.op === op);
  return { ...graph, values: graph.values.map((v, i) => (i === at ? { ...v, ...change(v) } : v)) };
}

describe('verify', () => {
  it('accepts what the builder makes', () => {
    expect(() => verify(example().graph)).not.toThrow();
  });

  it.each<[string, Graph, string]>([
    [
      'a value used before it stands',
      spoiled('add', () => ({ inputs: [99, 0] })),
      '%5 add (output of fc) uses a value',
    ],
    ['a wrong shape', spoiled('add', () => ({ type: f32([4, 3]) })), 'is f32 [4, 3], but its inputs give f32 [4, 2]'],
    ['a shape with a hole', spoiled('add', () => ({ type: f32([4, -1]) })), 'no shape of whole numbers'],
    ['operands that do not fit', spoiled('matmul', () => ({ inputs: [0, 0] })), '%4 matmul of f32 [3, 2], f32 [3, 2]'],
    ['an op that does not exist', spoiled('add', () => ({ op: 'toString' as 'add' })), 'is no operation'],
    ['an input under another name', spoiled('input', () => ({ attrs: { name: 'state/v' } })), 'is not declared as'],
  ])('refuses %s and names the value', (_, graph, message) => {
    expect(() => verify(graph)).toThrow(message);
  });

  it('refuses outputs of nothing', () => {
    const { graph } = example();
    expect(() => verify({ ...graph, outputs: new Map([['info/loss', 99]]) })).toThrow('`info/loss` names no value');
  });
});

describe('step programs', () => {
  it.each<[string, Partial<StepProgram>, string]>([
    ['a batch that is not declared', { batch: [] }, 'graph input `batch/x` is not declared'],
    ['noise of another shape', { noise: [{ ...example().noise[0]!, type: f32([4]) }] }, 'is declared as f32 [4]'],
    ['a scalar that no value reads', { scalars: ['rate', 'momentum'] }, '`scalar/momentum` is declared'],
    ['a scalar declared twice', { scalars: ['rate', 'rate'] }, 'is declared twice'],
    [
      'info that is not computed',
      { info: [...example().info, { name: 'kl', type: f32([]) }] },
      '`info/kl` is declared',
    ],
    ['an output that is not declared', { info: [] }, 'graph output `info/loss` is not declared'],
    ['state that is not declared', { state: [] }, '`state/fc.weight` is not declared'],
  ])('refuse %s', (_, change, message) => {
    expect(() => verifyProgram({ ...example(), ...change })).toThrow(message);
    const { kind: _kind, ...parts } = { ...example(), ...change };
    expect(() => stepProgram(parts)).toThrow(message);
  });

  it('may declare state that they neither read nor set', () => {
    const state = [...example().state, { name: 'other', type: f32([7]), follows: null }];
    expect(() => verifyProgram({ ...example(), state })).not.toThrow();
  });

  it('print what they declare, then the graph', () => {
    expect(printProgram(example()).split('\n').slice(0, 7)).toEqual([
      'state fc.weight : f32[3, 2] follows fc.weight',
      'batch x : f32[4, 3]',
      'noise fc : normal f32[4, 2] from fc / noise',
      'scalar rate',
      'info loss : f32',
      '',
      '%0 = input {name=state/fc.weight} : f32[3, 2]',
    ]);
  });

  it('come back from JSON as they went', () => {
    expect(programFromJson(programToJson(example()))).toEqual(example());
  });
});

describe('JSON and hash', () => {
  it('keep numbers that JSON does not know', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/x', f32([]));
    for (const n of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0])
      b.output(`info/${Object.is(n, -0) ? 'minus' : n}`, b.max(x, n));
    const graph = b.finish();
    const back = graphFromJson(graphToJson(graph));
    expect(back).toEqual(graph);
    const constants = (g: Graph) => g.values.flatMap((v) => ('value' in v.attrs ? [v.attrs.value] : []));
    expect(constants(back).some((n) => Object.is(n, -0))).toBe(true);
  });

  it('the hash sees structure, and neither labels nor places', () => {
    const hash = structuralHash(example().graph);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(structuralHash(example().graph)).toBe(hash);
    expect(structuralHash(spoiled('add', () => ({ label: 'another', origin: null })))).toBe(hash);
    expect(structuralHash(spoiled('add', () => ({ op: 'sub' })))).not.toBe(hash);
    expect(structuralHash(spoiled('matmul', (v) => ({ attrs: { ...v.attrs, transposeA: true } })))).not.toBe(hash);
    const outputs = new Map([...example().graph.outputs].map(([name, id]) => [`${name}2`, id]));
    expect(structuralHash({ ...example().graph, outputs })).not.toBe(hash);
  });
});
