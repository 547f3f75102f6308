/** The reference executor: float64, one op at a time, nothing clever. */
import { invariant } from '../../base/diagnostic.ts';
import { type HostArray, type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, Value } from '../../graph/ir.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { lastUses } from '../../graph/transforms/liveness.ts';
import { verifyProgram } from '../../graph/verify.ts';
import type { Compiled, Executor, Feed, Info, Session } from '../executor.ts';
import { allocate, type Kernel, kernels } from './kernels.ts';

export const reference: Executor = {
  name: 'reference',
  doc: 'float64 in plain TypeScript: exact and slow, the yardstick of the others',
  numerics: { forward: 0, gradient: 0 },
  unavailable: async () => null,
  open: async (state) => openReference(state),
};

function openReference(specs: readonly StateSpec[]): Session {
  const state = new Map<string, HostArray>(specs.map((s) => [s.name, { type: s.type, data: allocate(s.type) }]));
  const dying = new WeakMap<StepProgram, readonly (readonly number[])[]>();
  return {
    async compile(program) {
      verifyProgram(program);
      for (const s of program.state) invariant(state.has(s.name), `this session has no state \`${s.name}\``);
      dying.set(program, lastUses(program.graph));
      return { program };
    },
    async write(values) {
      for (const [name, array] of Object.entries(values)) {
        const own = state.get(name);
        invariant(
          own !== undefined && own.data.length === array.data.length,
          `state \`${name}\` does not exist in this size`,
        );
        state.set(name, { type: own.type, data: copyOf(own.type, array.data) });
      }
    },
    async read(names = [...state.keys()]) {
      return Object.fromEntries(
        names.map((name) => [name, { type: state.get(name)!.type, data: state.get(name)!.data.slice() }]),
      );
    },
    async run(compiled: Compiled, feeds: readonly Feed[]) {
      return feeds.map((feed) => runStep(compiled.program, dying.get(compiled.program)!, state, feed));
    },
    dispose() {
      state.clear();
    },
  };
}

function copyOf(type: TensorType, data: NumericArray): NumericArray {
  const out = allocate(type);
  out.set(data);
  return out;
}

function runStep(
  program: StepProgram,
  dying: readonly (readonly number[])[],
  state: Map<string, HostArray>,
  feed: Feed,
): Info {
  const { graph } = program;
  const values: (HostArray | null)[] = [];
  graph.values.forEach((value, id) => {
    values.push(value.op === 'input' ? bound(value, state, feed) : computed(value, values));
    for (const dead of dying[id]!) values[dead] = null;
  });
  const info: Record<string, HostArray> = {};
  const updates: [string, HostArray][] = [];
  for (const [name, id] of graph.outputs) {
    const array = values[id]!;
    if (name.startsWith('state/')) updates.push([name.slice(6), array]);
    else info[name.slice(5)] = { type: array.type, data: array.data.slice() };
  }
  for (const [name, array] of updates) state.set(name, { type: array.type, data: copyOf(array.type, array.data) });
  return info;
}

function bound(value: Value, state: ReadonlyMap<string, HostArray>, feed: Feed): HostArray {
  const { name } = value.attrs as OpAttrs['input'];
  const slash = name.indexOf('/');
  const [group, key] = [name.slice(0, slash), name.slice(slash + 1)];
  if (group === 'state') return state.get(key)!;
  if (group === 'scalar') {
    invariant(feed.scalars[key] !== undefined, `scalar \`${key}\` was not fed`);
    return { type: value.type, data: Float64Array.of(feed.scalars[key]) };
  }
  const array = group === 'batch' ? feed.batch[key] : feed.noise[key];
  invariant(
    array !== undefined && array.data.length === sizeOf(value.type.shape),
    `\`${name}\` was not fed in its size`,
  );
  return { type: value.type, data: array.data };
}

function computed(value: Value, values: readonly (HostArray | null)[]): HostArray {
  const kernel = kernels[value.op] as Kernel<typeof value.op>;
  const inputs = value.inputs.map((i) => values[i]!);
  return { type: value.type, data: kernel(inputs, value.attrs, value.type) };
}
