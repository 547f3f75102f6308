/** The float32 executors that conformance is tested on; each without a thread of its own, which only takes time to start. */
import { sessionOf } from '../../src/executors/block.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { native } from '../../src/executors/native/native.ts';
import { openNative } from '../../src/executors/native/session.ts';
import { openHere } from '../../src/executors/onnx/load.ts';
import { nativePackage } from '../../src/executors/onnx/load-native.ts';
import { webPackage } from '../../src/executors/onnx/load-web.ts';
import { onnx, onnxWeb } from '../../src/executors/onnx/onnx.ts';
import { openTensorflow } from '../../src/executors/tensorflow/session.ts';
import { tensorflow } from '../../src/executors/tensorflow/tensorflow.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';

export const onnxInThread: Executor = {
  ...onnx,
  open: async (state) => sessionOf(state, await openHere(nativePackage, state)),
};

export const onnxWebInThread: Executor = {
  ...onnxWeb,
  open: async (state) => sessionOf(state, await openHere(webPackage, state)),
};

const tensorflowInThread: Executor = {
  ...tensorflow,
  open: async (state) => sessionOf(state, await openTensorflow(state)),
};

export const nativeInThread: Executor = {
  ...native,
  open: async (state) => sessionOf(state, await openNative(state)),
};

export const singlePrecision: readonly Executor[] = [
  tfjsExecutor('cpu'),
  tfjsExecutor('wasm'),
  tfjsExecutor('node'),
  onnxInThread,
  onnxWebInThread,
  tensorflowInThread,
  nativeInThread,
];
