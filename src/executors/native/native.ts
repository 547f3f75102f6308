/** Native code: K whole training steps as one C program, compiled by the machine's own compiler, in a thread of its own. */
import { sessionOf } from '../block.ts';
import type { Executor } from '../executor.ts';
import { openRemote, warmThread } from '../remote/remote.ts';
import { feedLoops } from './feed-loops.ts';
import { missing } from './load.ts';

export const native: Executor = {
  name: 'native',
  doc: 'whole training steps as C, compiled here by cc, on all cores',
  // float32 has 6e-8 of relative round-off; sums over hundreds of terms and approximations of exp and log lose about two digits more.
  numerics: { forward: 1e-5, gradient: 1e-4 },
  memory: { base: 120 * 2 ** 20, states: 8, step: 1 },
  unavailable: missing,
  warm: () => warmThread('native'),
  open: async (state) => sessionOf(state, await openRemote('native', state)),
  feedLoops,
};
