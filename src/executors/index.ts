/** The executors that a user may name. Importing this loads no backend; `null`, which computes nothing, is for tests alone. */
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { type Registry, registry } from '../base/registry.ts';
import { editDistance, nearest } from '../base/suggest.ts';
import type { Executor } from './executor.ts';
import { onnx } from './onnx/onnx.ts';
import { reference } from './reference/reference.ts';
import { tfjsExecutor } from './tfjs/tfjs.ts';

export const executors: Registry<Executor> = registry([
  onnx,
  tfjsExecutor('wasm'),
  tfjsExecutor('cpu'),
  tfjsExecutor('node'),
  reference,
]);

/** What `auto` tries, best first. */
const PREFERENCE = ['onnx', 'wasm', 'cpu', 'reference'];

export type Choice =
  | { readonly ok: true; readonly executor: Executor; readonly reason: string }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/** The executor that `name` asks for; `auto` takes the best one that is installed and says why. */
export async function chooseExecutor(name: string): Promise<Choice> {
  if (name !== 'auto') return named(name);
  for (const candidate of PREFERENCE) {
    const executor = executors.get(candidate)!;
    if ((await executor.unavailable()) === null)
      return { ok: true, executor, reason: `the first of ${PREFERENCE.join(', ')} that is installed` };
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
