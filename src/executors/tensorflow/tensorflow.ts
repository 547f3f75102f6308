/** Native TensorFlow: K whole training steps as one graph, in a thread of its own. */
import { sessionOf } from '../block.ts';
import type { Executor } from '../executor.ts';
import { openRemote, warmThread } from '../remote/remote.ts';
import { missing } from '../tfjs/load.ts';

export const tensorflow: Executor = {
  name: 'tensorflow',
  doc: 'native TensorFlow: whole training steps as one graph, on all cores, when tfjs-node is installed',
  // float32 has 6e-8 of relative round-off; sums over hundreds of terms and approximations of exp and log lose about two digits more.
  numerics: { forward: 1e-5, gradient: 1e-4 },
  memory: { base: 555 * 2 ** 20, states: 7, step: 1.6 },
  unavailable: () => missing('node'),
  warm: () => warmThread('tensorflow'),
  open: async (state) => sessionOf(state, await openRemote('tensorflow', state)),
};
