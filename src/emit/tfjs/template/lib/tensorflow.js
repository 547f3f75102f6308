/** TensorFlow.js with the backend that the user chose. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

export { tf };

/** Starts a backend: `wasm` or `cpu`. */
export async function startBackend(name) {
  tf.enableProdMode();
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(entry)}/`);
  if (!tf.engine().registryFactory[name]) throw new Error(`there is no backend ${name}: choose wasm or cpu`);
  if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} did not start`);
}
