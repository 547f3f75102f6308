/** ONNX Runtime in WebAssembly, for Node and for browsers: the only file that imports it. Nothing here is Node's own. */
import { type RuntimePackage, wholeModule } from './runtime.ts';

export const webPackage: RuntimePackage = {
  name: 'onnxruntime-web',
  async load(cores) {
    const { env, InferenceSession, Tensor } = wholeModule(await import('onnxruntime-web'));
    // Half of the cores, 4 at most, as the package has it by itself: its threads spin where they wait. On two idle cores two took
    // 0.65 of the time of one for convolutions, and the same for dense layers; on busy ones 1.3 to 2.1 times as long.
    // Read once, when the first session opens.
    env.wasm.numThreads = Math.min(4, Math.ceil(cores / 2));
    return { InferenceSession, Tensor, options: { executionProviders: ['wasm'], logSeverityLevel: 3 } };
  },
};
