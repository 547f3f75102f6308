/** ONNX Runtime in WebAssembly, for Node and for browsers: the only file that imports it. Nothing here is Node's own. */
import { type RuntimePackage, wholeModule } from './runtime.ts';

export const webPackage: RuntimePackage = {
  name: 'onnxruntime-web',
  async load(cores) {
    const { env, InferenceSession, Tensor } = wholeModule(await import('onnxruntime-web'));
    // Half of the cores, as the package itself has it: its threads spin where they wait, so that two of them on two cores, beside
    // the one that feeds them, took 1.3 to 1.9 times as long as one. Read once, when the first session opens.
    env.wasm.numThreads = Math.min(4, Math.ceil(cores / 2));
    return { InferenceSession, Tensor, options: { executionProviders: ['wasm'], logSeverityLevel: 3 } };
  },
};
