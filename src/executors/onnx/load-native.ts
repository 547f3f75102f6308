/** ONNX Runtime as a native library of Node: the only file that imports it. */
import { type RuntimePackage, wholeModule } from './runtime.ts';

export const nativePackage: RuntimePackage = {
  name: 'onnxruntime-node',
  async load(cores) {
    const { InferenceSession, Tensor } = wholeModule(await import('onnxruntime-node'));
    /*
     * One thread for each core: the runtime's own choice is one for each physical core, which on rented machines is half of them.
     * Denormal numbers, which Adam's averages reach on dead weights, count as 0: they are many times slower.
     */
    const options = {
      executionProviders: ['cpu'],
      intraOpNumThreads: cores,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      enableCpuMemArena: true,
      extra: { session: { set_denormal_as_zero: '1' } },
    } as const;
    return { InferenceSession, Tensor, options };
  },
};
