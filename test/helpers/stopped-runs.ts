/** Runs of a program that are stopped on the way and go on: the same record as that of a run without the stop. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { reference } from '../../src/executors/reference/reference.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import {
  loadSource,
  openStopped,
  type RunResult,
  resumePlan,
  runPlan,
  silentReporter,
} from '../../src/runtime/index.ts';

const VERSION = '1';

export interface Recorded {
  readonly result: RunResult;
  /** The run directory. */
  readonly out: string;
}

export interface StoppedRuns {
  /** The first run of a program without a message of any kind; `looks`: how often it may ask whether it was interrupted before it was. */
  run(text: string, looks?: number): Promise<Recorded>;
  /** Fails where a run that is stopped after so many looks, and goes on, writes other bytes than `whole`. */
  expectSame(text: string, looks: number, whole: Recorded): Promise<void>;
  remove(): void;
}

export function stoppedRuns(): StoppedRuns {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-stopped-'));
  const about = { executor: reference, reason: 'test', checkpointEvery: 0 };
  let runs = 0;

  async function run(text: string, looks = Number.POSITIVE_INFINITY): Promise<Recorded> {
    let left = looks;
    const host = { ...nodeHost(), interrupted: () => left-- <= 0 };
    const name = join(folder, `p${++runs}.bprune`);
    const { checked, source, diagnostics } = await loadSource(host, { name, text }, new Map());
    expect(diagnostics).toEqual([]);
    const out = join(folder, `run-${runs}`);
    const request = {
      ...{ ...about, plan: checked.runs[0]!, source, seed: 3, settings: new Map<string, string>(), out },
      ...{ overwrite: false, logSteps: 0, version: VERSION, argv: [] },
    };
    return { result: await runPlan(request, host, silentReporter), out };
  }

  return {
    run,
    async expectSame(text, looks, whole) {
      const { result, out } = await run(text, looks);
      expect(result.status).toBe('interrupted');
      const stopped = await openStopped(nodeHost(), out, VERSION);
      const rest = { ...stopped, ...about, source: stopped.loaded.source };
      expect((await resumePlan(rest, nodeHost(), silentReporter)).status).toBe('finished');
      for (const file of ['metrics.jsonl', 'posterior.safetensors'])
        expect(readFileSync(`${out}/${file}`).equals(readFileSync(`${whole.out}/${file}`)), file).toBe(true);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
