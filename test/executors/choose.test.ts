import { describe, expect, it } from 'vitest';
import { chooseExecutor, executors } from '../../src/executors/index.ts';

/** Where the user has native TensorFlow, nothing is missing; the runner then shows the test as skipped. */
const installed = (await executors.get('node')!.unavailable()) === null;

describe('chooseExecutor', () => {
  it('takes the best installed one for auto and says why', async () => {
    const choice = await chooseExecutor('auto');
    expect(choice.ok && choice.executor.name).toBe('onnx');
    expect(choice.ok && choice.reason).toMatch(/onnx/);
  });
  it('takes ONNX Runtime in WebAssembly for auto only where it was measured to be faster', async () => {
    const chosen = async (measured: Readonly<Record<string, number>>) => {
      const choice = await chooseExecutor('auto', measured);
      return choice.ok && choice.executor.name;
    };
    expect(await chosen({ 'onnx-web': 4, onnx: 3 })).toBe('onnx');
    expect(await chosen({ 'onnx-web': 2, onnx: 3 })).toBe('onnx-web');
  });
  it('takes the named one', async () => {
    const choice = await chooseExecutor('reference');
    expect(choice.ok && choice.executor.name).toBe('reference');
  });
  it('names the nearest when there is none of that name', async () => {
    const choice = await chooseExecutor('wasn');
    expect(!choice.ok && choice.diagnostic).toMatchObject({ code: 'BP8001', hint: 'did you mean `wasm`?' });
  });
  it.skipIf(installed)('says in one sentence what is missing for native TensorFlow', async () => {
    const choice = await chooseExecutor('node');
    expect(!choice.ok && choice.diagnostic.code).toBe('BP8002');
    expect(!choice.ok && choice.diagnostic.message).toMatch(/bprune doctor --install tensorflow/);
  });
});
