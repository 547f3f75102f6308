/** The executors that a user may name. Importing this loads no backend; `null`, which computes nothing, is for tests alone. */
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Registry, registry } from '../base/registry.ts';
import { editDistance, nearest } from '../base/suggest.ts';
import type { Executor } from './executor.ts';
import { native } from './native/native.ts';
import { onnx, onnxWeb } from './onnx/onnx.ts';
import { reference } from './reference/reference.ts';
import { tensorflow } from './tensorflow/tensorflow.ts';
import { tfjsExecutor } from './tfjs/tfjs.ts';

export const executors: Registry<Executor> = registry([
  onnx,
  tensorflow,
  native,
  onnxWeb,
  tfjsExecutor('wasm'),
  tfjsExecutor('cpu'),
  tfjsExecutor('node'),
  reference,
]);

/** What `auto` tries where nothing was measured, best first. */
const PREFERENCE = ['onnx', 'wasm', 'cpu', 'reference'];

export type Choice =
  | { readonly ok: true; readonly executor: Executor; readonly reason: string }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/**
 * The executor that `name` asks for. `auto` takes, of those that can run here, the fastest in `measured` (milliseconds a step
 * by name, from this machine), else the first of a fixed list; the reason says which.
 */
export async function chooseExecutor(name: string, measured: Readonly<Record<string, number>> = {}): Promise<Choice> {
  if (name !== 'auto') return named(name);
  const fastest = Object.keys(measured).sort((a, b) => measured[a]! - measured[b]!);
  for (const candidate of [...fastest, ...PREFERENCE]) {
    const executor = executors.get(candidate);
    if (executor === undefined || (await executor.unavailable()) !== null) continue;
    const milliseconds = measured[candidate];
    const reason =
      milliseconds === undefined
        ? `the first of ${PREFERENCE.join(', ')} that is installed`
        : `the fastest of ${fastest.length} measured here, ${milliseconds.toPrecision(2)} ms a step`;
    return { ok: true, executor, reason };
  }
  return named('reference');
}

/** Backend names are short, so one edit can lead to another word (`gpu`, `cpu`): a slip spares three letters in four. */
function misspells(word: string, name: string): boolean {
  return 4 * editDistance(word.toLowerCase(), name.toLowerCase()) <= Math.max(word.length, name.length);
}

async function named(name: string): Promise<Choice> {
  const executor = executors.get(name);
  if (executor === undefined) {
    const near = nearest(name, ['auto', ...executors.names]);
    const hint =
      near === null || !misspells(name, near)
        ? `choose one of auto, ${executors.names.join(', ')}`
        : `did you mean \`${near}\`?`;
    return { ok: false, diagnostic: diagnostic('BP8001', null, `There is no backend \`${name}\`.`, { hint }) };
  }
  const lack = await executor.unavailable();
  if (lack !== null) {
    return {
      ok: false,
      diagnostic: diagnostic('BP8002', null, `The backend \`${name}\` cannot run here. ${lack}`, {
        hint: 'use --backend auto',
      }),
    };
  }
  return { ok: true, executor, reason: 'named by the user' };
}
