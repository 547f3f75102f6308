/** The float32 executors that conformance is tested on; each without a thread of its own, which only takes time to start. */
import { describe } from 'vitest';
import { sessionOf } from '../../src/executors/block.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { onnx } from '../../src/executors/onnx/onnx.ts';
import { openOnnx } from '../../src/executors/onnx/session.ts';
import { openTensorflow } from '../../src/executors/tensorflow/session.ts';
import { tensorflow } from '../../src/executors/tensorflow/tensorflow.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';

export const onnxInThread: Executor = {
  ...onnx,
  open: async (state) => sessionOf(state, await openOnnx(state)),
};

const tensorflowInThread: Executor = {
  ...tensorflow,
  open: async (state) => sessionOf(state, await openTensorflow(state)),
};

const singlePrecision: readonly Executor[] = [
  tfjsExecutor('cpu'),
  tfjsExecutor('wasm'),
  onnxInThread,
  tensorflowInThread,
];

/** `describe` for each of these executors; one that is not installed here is seen to be skipped. */
export async function describeEach(title: string, body: (executor: Executor) => void): Promise<void> {
  for (const executor of singlePrecision) {
    const lack = await executor.unavailable();
    describe.skipIf(lack !== null)(title.replace('$name', executor.name), () => body(executor));
  }
}
