/** The float32 executors that conformance is tested on; each without a thread of its own, which only takes time to start. */
import { sessionOf } from '../../src/executors/block.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { onnx } from '../../src/executors/onnx/onnx.ts';
import { openOnnx } from '../../src/executors/onnx/session.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';

export const onnxInThread: Executor = {
  ...onnx,
  open: async (state) => sessionOf(state, await openOnnx(state)),
};

export const singlePrecision: readonly Executor[] = [tfjsExecutor('cpu'), tfjsExecutor('wasm'), onnxInThread];
