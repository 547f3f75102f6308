/** Ops whose kernels in tfjs-node (4.22) call `tf.*` on their inputs, which are plain records here. Spelled on the backend itself. */
import type { OpName } from '../../graph/ir.ts';
import type { Kit, Lowering } from './kernels.ts';
import type { Backend, TensorInfo } from './load.ts';

/** What tfjs-node's backend has beyond the others: all ops of TensorFlow by their names. */
interface NativeBackend extends Backend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
  executeSingleOutput(op: string, attrs: readonly object[], inputs: readonly TensorInfo[]): TensorInfo;
}

function floatOp(kit: Kit, op: string, inputs: readonly TensorInfo[]): TensorInfo {
  const backend = kit.backend as NativeBackend;
  const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  return backend.executeSingleOutput(op, [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }], inputs);
}

export const nativeLowerings = {
  step(kit, [x]) {
    const positive = kit.run('Greater', { a: x!, b: kit.scalar(0) });
    const out = kit.run('Cast', { x: positive }, { dtype: 'float32' });
    kit.free(positive);
    return out;
  },
  pow: (kit, inputs) => floatOp(kit, 'Pow', inputs),
} satisfies { readonly [K in OpName]?: Lowering<K> };
