import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseExecutor } from '../../../src/executors/index.ts';
import { readMeasurements, writeMeasurements } from '../../../src/tools/cli/cache.ts';

const times = { dense: { wasm: 1.5, onnx: 3 }, convolution: { onnx: 40, wasm: 300 } };

describe('what was measured on this machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bprune-cache-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is nothing at first, and then what was written', () => {
    expect(readMeasurements()).toBeNull();
    writeMeasurements(times);
    expect(readMeasurements()).toEqual(times);
  });

  it('is forgotten on another machine, and when the file is damaged', () => {
    const path = writeMeasurements(times);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/"machine": "/, '"machine": "another '));
    expect(readMeasurements()).toBeNull();
    writeFileSync(path, text.slice(0, 40));
    expect(readMeasurements()).toBeNull();
    writeFileSync(path, text.replace('300', '"fast"'));
    expect(readMeasurements()).toBeNull();
  });

  it('decides what `auto` takes', async () => {
    expect(await chooseExecutor('auto', times.dense)).toMatchObject({
      ok: true,
      executor: { name: 'wasm' },
      reason: 'the fastest of 2 measured here, 1.5 ms a step',
    });
    expect(await chooseExecutor('auto', times.convolution)).toMatchObject({ executor: { name: 'onnx' } });
    expect(await chooseExecutor('auto', { gone: 0.1 })).toMatchObject({ executor: { name: 'onnx' } });
  });
});
