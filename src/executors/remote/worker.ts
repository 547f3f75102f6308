/** The program of the thread: loads the library that its name asks for, and opens sessions on it. */
import type { StateSpec } from '../../graph/program.ts';
import type { BlockSession } from '../block.ts';
import type { RuntimePackage } from '../onnx/runtime.ts';
import { listen, nameOfThread } from './load-thread.ts';
import type { RemoteName } from './protocol.ts';
import { serve } from './serve.ts';

type Open = (state: readonly StateSpec[]) => Promise<BlockSession>;

/** Each loads its library, then gives what opens sessions on it. */
const libraries: Readonly<Record<RemoteName, () => Promise<Open>>> = {
  async native() {
    const { openNative } = await import('../native/session.ts');
    await (await import('../native/load.ts')).openWithWorkers();
    return openNative;
  },
  onnx: async () => loadOnnx((await import('../onnx/load-native.ts')).nativePackage),
  'onnx-web': async () => loadOnnx((await import('../onnx/load-web.ts')).webPackage),
  async tensorflow() {
    const { openTensorflow } = await import('../tensorflow/session.ts');
    await (await import('../tensorflow/load.ts')).openLibrary();
    return openTensorflow;
  },
};

async function loadOnnx(runtime: RuntimePackage): Promise<Open> {
  const { openHere } = await import('../onnx/load.ts');
  const open: Open = (state) => openHere(runtime, state);
  const { rehearse } = await import('../onnx/rehearsal.ts');
  await rehearse(open);
  return open;
}

/** At once: a thread may be started before a session is asked for. What goes wrong is told to the first one that is. */
const library = libraries[nameOfThread()]();
library.catch(() => undefined);
listen((send) => serve(async (state) => (await library)(state), send));
