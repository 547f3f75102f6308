/** What becomes one loop nest, what gets an array, and where new state may stand: told from graphs, without a compiler. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { f32, type Shape } from '../../../src/base/host-array.ts';
import { identity, linear, reshapedIndex } from '../../../src/executors/native/affine.ts';
import { fuse } from '../../../src/executors/native/fuse.ts';
import { takeSumsApart } from '../../../src/executors/native/linear-sums.ts';
import { arena } from '../../../src/executors/native/memory.ts';
import { schedule } from '../../../src/executors/native/schedule.ts';
import { MOST_TERMS } from '../../../src/executors/native/strips.ts';
import { type Loops, readsOf, writesOf } from '../../../src/executors/native/units.ts';
import { GraphBuilder, type Ref } from '../../../src/graph/builder.ts';
import type { Graph } from '../../../src/graph/ir.ts';

function graphOf(
  shapes: readonly Shape[],
  build: (b: GraphBuilder, x: readonly Ref[]) => Readonly<Record<string, Ref>>,
): Graph {
  const b = new GraphBuilder();
  const inputs = shapes.map((shape, i) => b.input(`state/${i}`, f32(shape)));
  for (const [name, ref] of Object.entries(build(b, inputs))) b.output(name, ref);
  return b.finish();
}

const nestsOf = (graph: Graph) => fuse(graph).filter((u): u is Loops => u.kind === 'loops');

describe('fused loops', () => {
  it('compute a chain, a sum of it and an update in one pass', () => {
    const graph = graphOf(
      [
        [100, 50],
        [100, 50],
      ],
      (b, [x, m]) => {
        const slope = b.mul(b.exp(x!), 2);
        const moved = b.add(b.mul(m!, 0.9), slope);
        return { 'state/0': b.sub(x!, moved), 'state/1': moved, 'info/total': b.sum(slope) };
      },
    );
    const [nest, ...others] = nestsOf(graph);
    expect(others).toEqual([]);
    expect(nest!.nest.extents).toEqual([5000]);
    expect(nest!.roots).toHaveLength(3);
  });

  it('wait for a reduction that another value needs', () => {
    const graph = graphOf([[100, 50]], (b, [x]) => ({ 'info/y': b.sub(x!, b.mean(x!)) }));
    const units = nestsOf(graph);
    expect(units.length).toBeGreaterThan(1);
    const centred = units.find((u) => u.roots.some((r) => r.shape.length === 2 && r.fold === null))!;
    expect(centred.roots.every((r) => r.fold === null)).toBe(true);
  });

  it('read transposes, slices and broadcasts where they stand', () => {
    const graph = graphOf([[40, 30], [30]], (b, [x, y]) => ({
      'info/z': b.mul(b.slice(b.transpose(b.add(x!, y!)), [0, 10], [30, 20]), 3),
    }));
    expect(nestsOf(graph)).toHaveLength(1);
  });

  it('do not repeat the work of a small operand for each row', () => {
    const graph = graphOf([[1000, 16], [16]], (b, [x, y]) => ({ 'info/z': b.mul(x!, b.log(y!)) }));
    const sizes = nestsOf(graph).map((u) => u.nest.extents.reduce((n, m) => n * m, 1));
    expect(sizes.sort((a, b) => a - b)).toEqual([16, 16000]);
  });

  it('give sums of linear terms that come from other sums the same pass', () => {
    const graph = graphOf([[1000, 16], [16]], (b, [x, c]) => {
      const first = b.sum(x!, [0]);
      return { 'info/a': first, 'info/b': b.sum(b.mul(x!, b.mul(c!, first)), [0]) };
    });
    const passes = (g: Graph) => nestsOf(g).filter((u) => u.roots.some((r) => r.shape.length === 2)).length;
    expect(passes(graph)).toBe(2);
    expect(passes(takeSumsApart(graph))).toBe(1);
  });
});

describe('thin products', () => {
  const [rows, columns] = [5, 9000];
  const mixed = (change: (b: GraphBuilder, product: Ref, old: Ref) => Readonly<Record<string, Ref>>) =>
    fuse(
      graphOf(
        [
          [rows, columns],
          [rows, rows],
          [rows, columns],
        ],
        (b, [x, k, g]) => change(b, b.matmul(k!, g!), x!),
      ),
    ).map((u) => u.kind);

  it('are made in strips for the one nest that reads them number by number', () => {
    expect(mixed((b, p, x) => ({ 'state/0': b.sub(x, b.mul(p, 0.1)) }))).toEqual(['strips']);
  });

  it('are no longer sums than the kernel has room for', () => {
    const header = readFileSync(resolve(import.meta.dirname, '../../../src/executors/native/c/kernels.h'), 'utf8');
    expect(Number(/BP_MOST_TERMS = (\d+)/.exec(header)?.[1])).toBe(MOST_TERMS);
  });

  it('have an array where somebody else reads them, or the nest reads them elsewhere, or sums', () => {
    expect(mixed((b, p, x) => ({ 'state/0': b.sub(x, p), 'info/p': p }))).toContain('call');
    expect(mixed((b, p, x) => ({ 'state/0': b.sub(x, b.sum(p, [0])) }))).toContain('call');
    expect(mixed((b, p, x) => ({ 'state/0': b.sub(x, p), 'info/s': b.sum(b.square(p)) }))).toContain('call');
  });

  it('do not read state that their nest has written over', () => {
    const graph = graphOf(
      [
        [rows, columns],
        [rows, rows],
      ],
      (b, [x, k]) => ({
        'state/0': b.add(x!, b.matmul(k!, x!)),
      }),
    );
    const { inState, regions } = schedule(graph, fuse(graph));
    expect(regions.flatMap((r) => r.units.map((u) => u.kind))).toEqual(['strips']);
    expect(inState.size).toBe(0);
  });
});

describe('indices', () => {
  it('pass through reshapes that split and join axes', () => {
    const { extents, index } = identity([6, 4]);
    const joined = reshapedIndex(index, [6, 4], [24], extents);
    expect(linear(joined as typeof index, [24])).toEqual(linear(index, [6, 4]));
    expect(reshapedIndex(index, [6, 4], [2, 3, 4], extents)).toEqual({ axis: 0, inner: 3 });
    expect(reshapedIndex(index, [6, 4], [8, 3], extents)).toBeNull();
  });
});

describe('order and memory', () => {
  it('write new state over the old one only when nobody reads that later', () => {
    const over = graphOf([[10], [10]], (b, [x, y]) => ({ 'state/0': b.add(x!, y!), 'state/1': b.mul(y!, 2) }));
    expect(new Set(schedule(over, fuse(over)).inState.values())).toEqual(new Set(['0', '1']));
    const swapped = graphOf([[10], [10]], (b, [x, y]) => ({ 'state/0': b.add(y!, 1), 'state/1': b.add(x!, 1) }));
    expect(schedule(swapped, fuse(swapped)).inState.size).toBeLessThan(2);
    const reversed = graphOf([[10, 10]], (b, [x]) => ({ 'state/0': b.add(b.transpose(x!), 1) }));
    expect(schedule(reversed, fuse(reversed)).inState.size).toBe(0);
    const shown = graphOf([[10]], (b, [x]) => ({ 'state/0': b.add(x!, 1), 'info/was': x! }));
    expect(schedule(shown, fuse(shown)).inState.size).toBe(0);
  });

  it('run each unit after all that it reads', () => {
    const graph = graphOf(
      [
        [20, 20],
        [20, 20],
      ],
      (b, [x, y]) => {
        const p = b.matmul(b.relu(x!), y!);
        const total = b.sum(b.square(p), [1]);
        return { 'state/0': b.sub(x!, b.matmul(p, y!)), 'info/t': b.sum(b.mul(total, b.reduceMax(p))) };
      },
    );
    const done = new Set<number>(graph.inputs.values());
    for (const { units } of schedule(graph, fuse(graph)).regions) {
      for (const unit of units) for (const read of readsOf(graph, unit)) expect(done.has(read)).toBe(true);
      for (const unit of units) for (const written of writesOf(unit)) done.add(written);
    }
  });

  it('puts what lives at the same time in different places', () => {
    const tenants = Array.from({ length: 60 }, (_, key) => {
      const from = (key * 7) % 23;
      return { key, bytes: 1 + ((key * 131) % 1000), from, to: from + ((key * 5) % 9) };
    });
    const { bytes, offsets } = arena(tenants);
    for (const a of tenants) {
      for (const b of tenants) {
        if (a.key === b.key || a.from > b.to || b.from > a.to) continue;
        const [p, q] = [offsets.get(a.key)!, offsets.get(b.key)!];
        expect(p + a.bytes <= q || q + b.bytes <= p).toBe(true);
      }
    }
    expect(bytes).toBeLessThan(tenants.reduce((sum, t) => sum + Math.ceil(t.bytes / 64) * 64, 0));
  });
});
