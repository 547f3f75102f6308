/** The null executor: verifies programs and their feeds, computes nothing, gives zeros. */
import { invariant } from '../../base/diagnostic.ts';
import { type HostArray, type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { InputSpec, StateSpec } from '../../graph/program.ts';
import { verifyProgram } from '../../graph/verify.ts';
import { type Executor, feedsOf, type Session } from '../executor.ts';

export const nullExecutor: Executor = {
  name: 'null',
  doc: 'checks programs and runs nothing',
  numerics: { forward: Number.POSITIVE_INFINITY, gradient: Number.POSITIVE_INFINITY },
  memory: { base: 100 * 2 ** 20, states: 0, step: 0 },
  unavailable: async () => null,
  open: async (state) => openNull(state),
};

function zeros(type: TensorType): HostArray {
  const size = sizeOf(type.shape);
  const data: NumericArray =
    type.dtype === 'f32' ? new Float32Array(size) : type.dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size);
  return { type, data };
}

function isFed(group: string, spec: InputSpec, array: HostArray | undefined): void {
  invariant(array !== undefined, `${group} \`${spec.name}\` was not fed`);
  invariant(array.data.length === sizeOf(spec.type.shape), `${group} \`${spec.name}\` was fed in another size`);
}

function openNull(specs: readonly StateSpec[]): Session {
  const state = new Map(specs.map((s) => [s.name, zeros(s.type)]));
  return {
    async compile(program) {
      verifyProgram(program);
      for (const s of program.state) invariant(state.has(s.name), `this session has no state \`${s.name}\``);
      return { program };
    },
    async write(values) {
      for (const [name, array] of Object.entries(values)) {
        invariant(state.get(name)?.data.length === array.data.length, `state \`${name}\` does not exist in this size`);
        state.set(name, { type: array.type, data: array.data.slice() });
      }
    },
    async read(names = [...state.keys()]) {
      return Object.fromEntries(
        names.map((name) => {
          const own = state.get(name);
          invariant(own !== undefined, `this session has no state \`${name}\``);
          return [name, { type: own.type, data: own.data.slice() }];
        }),
      );
    },
    stage: null,
    async run({ program }, feeds) {
      return feedsOf(feeds).map((feed) => {
        for (const s of program.batch) isFed('batch', s, feed.batch[s.name]);
        for (const s of program.noise) isFed('noise', s, feed.noise[s.name]);
        for (const s of program.scalars) invariant(feed.scalars[s] !== undefined, `scalar \`${s}\` was not fed`);
        return Object.fromEntries(program.info.map((s) => [s.name, zeros(s.type)]));
      });
    },
    dispose() {
      state.clear();
    },
  };
}
