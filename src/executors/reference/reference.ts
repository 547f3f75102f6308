/** The reference executor: float64, one op at a time, nothing clever. */
import { invariant } from '../../base/diagnostic.ts';
import { type HostArray, type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, Value } from '../../graph/ir.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { lastUses } from '../../graph/transforms/liveness.ts';
import { verifyProgram } from '../../graph/verify.ts';
import { type Executor, type Feed, feedsOf, type Info, type Session } from '../executor.ts';
import { allocate, type Kernel, type Run, stored } from './kernel.ts';
import { kernels } from './kernels.ts';

export const reference: Executor = {
  name: 'reference',
  doc: 'float64 in plain TypeScript: exact and slow, the yardstick of the others',
  numerics: { forward: 0, gradient: 0 },
  memory: { base: 100 * 2 ** 20, states: 8, step: 2 },
  unavailable: async () => null,
  open: async (state) => openReference(state),
};

type State = Map<string, NumericArray>;

/** One value of the graph, ready to run: where it comes from, and what may be forgotten after it. */
interface Step {
  readonly compute: (values: readonly (NumericArray | null)[], state: State, feed: Feed) => NumericArray;
  readonly dying: readonly number[];
}

function openReference(specs: readonly StateSpec[]): Session {
  const types = new Map(specs.map((s) => [s.name, s.type]));
  const state: State = new Map(specs.map((s) => [s.name, allocate(s.type)]));
  const plans = new WeakMap<StepProgram, readonly Step[]>();
  const typeOf = (name: string): TensorType => {
    const type = types.get(name);
    invariant(type !== undefined, `this session has no state \`${name}\``);
    return type;
  };
  return {
    async compile(program) {
      verifyProgram(program);
      for (const s of program.state) {
        invariant(sizeOf(typeOf(s.name).shape) === sizeOf(s.type.shape), `state \`${s.name}\` has another shape here`);
      }
      plans.set(program, planOf(program));
      return { program };
    },
    async write(values) {
      for (const [name, array] of Object.entries(values)) {
        const type = typeOf(name);
        invariant(array.data.length === sizeOf(type.shape), `state \`${name}\` is written in another size`);
        state.set(name, stored(type, array.data));
      }
    },
    async read(names = [...types.keys()]) {
      return Object.fromEntries(
        names.map((name): [string, HostArray] => {
          const type = typeOf(name);
          return [name, { type, data: state.get(name)!.slice() }];
        }),
      );
    },
    stage: null,
    async run({ program }, feeds) {
      const plan = plans.get(program);
      invariant(plan !== undefined, 'a program runs only in the session that compiled it');
      return feedsOf(feeds).map((feed) => runStep(program, plan, state, feed));
    },
    dispose() {
      state.clear();
    },
  };
}

function planOf({ graph }: StepProgram): readonly Step[] {
  const dying = lastUses(graph);
  return graph.values.map((value, id): Step => {
    if (value.op === 'input') return { compute: boundInput(value), dying: dying[id]! };
    const prepare = kernels[value.op] as Kernel<typeof value.op>;
    const types = value.inputs.map((i) => graph.values[i]!.type);
    const run: Run = prepare(value.attrs, value.type, types);
    return { compute: (values) => run(value.inputs.map((i) => values[i]!)), dying: dying[id]! };
  });
}

/** Arrays of the feed are copied into the executor's own storage, so that all arithmetic is float64. */
function boundInput(value: Value): Step['compute'] {
  const { name } = value.attrs as OpAttrs['input'];
  const slash = name.indexOf('/');
  const [group, key] = [name.slice(0, slash), name.slice(slash + 1)];
  if (group === 'state') return (_, state) => state.get(key)!;
  if (group === 'scalar') {
    return (_, __, { scalars }) => {
      const number = scalars[key];
      invariant(number !== undefined, `scalar \`${key}\` was not fed`);
      return Float64Array.of(number);
    };
  }
  return (_, __, feed) => {
    const array = group === 'batch' ? feed.batch[key] : feed.noise[key];
    invariant(array?.data.length === sizeOf(value.type.shape), `\`${name}\` was not fed in its size`);
    return stored(value.type, array.data);
  };
}

function runStep({ graph }: StepProgram, plan: readonly Step[], state: State, feed: Feed): Info {
  const values: (NumericArray | null)[] = [];
  for (const step of plan) {
    values.push(step.compute(values, state, feed));
    for (const dead of step.dying) values[dead] = null;
  }
  const info: Record<string, HostArray> = {};
  const updates: [string, NumericArray][] = [];
  for (const [name, id] of graph.outputs) {
    // Copied, since kernels may share storage: a reshape of a state tensor is that tensor.
    const data = values[id]!.slice();
    if (name.startsWith('state/')) updates.push([name.slice('state/'.length), data]);
    else info[name.slice('info/'.length)] = { type: graph.values[id]!.type, data };
  }
  for (const [name, data] of updates) state.set(name, data);
  return info;
}
