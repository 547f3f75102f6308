/** ONNX Runtime on the CPU: K whole training steps as one graph, in a thread of its own. Natively, or in WebAssembly. */
import { sessionOf } from '../block.ts';
import type { Executor, ExecutorMemory } from '../executor.ts';
import type { RemoteName } from '../remote/protocol.ts';
import { openRemote, warmThread } from '../remote/remote.ts';
import { missing } from './load.ts';
import { nativePackage } from './load-native.ts';
import { webPackage } from './load-web.ts';
import type { RuntimePackage } from './runtime.ts';

function executor(name: RemoteName, doc: string, runtime: RuntimePackage, memory: ExecutorMemory): Executor {
  return {
    name,
    doc,
    // float32 has 6e-8 of relative round-off; sums over hundreds of terms and approximations of exp and log lose about two digits more.
    numerics: { forward: 1e-5, gradient: 1e-4 },
    memory,
    unavailable: () => missing(runtime),
    warm: () => warmThread(name),
    open: async (state) => sessionOf(state, await openRemote(name, state)),
  };
}

export const onnx = executor('onnx', 'ONNX Runtime: whole training steps as one graph, on all cores', nativePackage, {
  base: 133 * 2 ** 20,
  states: 16,
  step: 4.6,
});

export const onnxWeb = executor(
  'onnx-web',
  'ONNX Runtime in WebAssembly, as in browsers: whole training steps as one graph',
  webPackage,
  { base: 380 * 2 ** 20, states: 9.5, step: 1.5 },
);
