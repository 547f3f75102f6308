/**
 * What a session needs of ONNX Runtime. Two packages bring it, in one version and with the same interface: onnxruntime-node, a
 * native library, and onnxruntime-web, the same kernels in WebAssembly, which also runs in browsers.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';

export type { InferenceSession, Tensor };

/** A package that is loaded, and the options with which it opens sessions. */
export interface Runtime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
  readonly options: InferenceSession.SessionOptions;
}

export interface RuntimePackage {
  readonly name: string;
  /** Loads it, for sessions on a machine with so many cores. */
  load(cores: number): Promise<Runtime>;
}

/** The version of both packages that models are emitted for, as `package.json` has it. */
export const VERSION = '1.30.0';

/** A module of CommonJS may stand under `default`. */
export function wholeModule<M extends object>(module: M & { readonly default?: M }): M {
  return module.default ?? module;
}
