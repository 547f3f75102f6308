/** The program of the thread: opens the session that its name asks for. */
import type { StateSpec } from '../../graph/program.ts';
import type { BlockSession } from '../block.ts';
import type { RuntimePackage } from '../onnx/runtime.ts';
import { listen, nameOfThread } from './load-thread.ts';
import type { RemoteName } from './protocol.ts';
import { serve } from './serve.ts';

type Open = (state: readonly StateSpec[]) => Promise<BlockSession>;

const sessions: Readonly<Record<RemoteName, () => Promise<Open>>> = {
  native: async () => (await import('../native/session.ts')).openNative,
  onnx: async () => openOnnx((await import('../onnx/load-native.ts')).nativePackage),
  'onnx-web': async () => openOnnx((await import('../onnx/load-web.ts')).webPackage),
  tensorflow: async () => (await import('../tensorflow/session.ts')).openTensorflow,
};

async function openOnnx(runtime: RuntimePackage): Promise<Open> {
  const { openHere } = await import('../onnx/load.ts');
  return (state) => openHere(runtime, state);
}

const open: Open = async (state) => (await sessions[nameOfThread()]())(state);
listen((send) => serve(open, send));
