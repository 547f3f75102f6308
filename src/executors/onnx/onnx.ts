/** ONNX Runtime on the CPU: K whole training steps as one graph, in a thread of its own. */
import { sessionOf } from '../block.ts';
import type { Executor } from '../executor.ts';
import { openRemote } from '../remote/remote.ts';
import { missing } from './load.ts';

export const onnx: Executor = {
  name: 'onnx',
  doc: 'ONNX Runtime: whole training steps as one graph, on all cores',
  // float32 has 6e-8 of relative round-off; sums over hundreds of terms and approximations of exp and log lose about two digits more.
  numerics: { forward: 1e-5, gradient: 1e-4 },
  memory: { base: 133 * 2 ** 20, states: 16, step: 4.6 },
  unavailable: missing,
  open: async (state) => sessionOf(state, await openRemote('onnx', state)),
};
