/** Runs of a program that are stopped on the way and go on: the same record as that of a run without the stop. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { reference } from '../../src/executors/reference/reference.ts';
import type { Host } from '../../src/runtime/host.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import {
  loadSource,
  openStopped,
  type RunResult,
  resumePlan,
  runPlan,
  silentReporter,
} from '../../src/runtime/index.ts';
import { type Death, mortalHost } from './deaths.ts';

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
  /** Fails where a run whose process dies, and whose next one dies, and so on, and which goes on after the last, writes other bytes than `whole`. */
  expectSurvives(text: string, deaths: readonly Death[], whole: Recorded): Promise<void>;
  remove(): void;
}

export function stoppedRuns(): StoppedRuns {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-stopped-'));
  const about = { executor: reference, reason: 'test', checkpointEvery: 0 };
  let runs = 0;

  async function requested(text: string, host: Host) {
    const name = join(folder, `p${++runs}.bprune`);
    const { checked, source, diagnostics } = await loadSource(host, { name, text }, new Map());
    expect(diagnostics).toEqual([]);
    const out = join(folder, `run-${runs}`);
    const request = {
      ...{ ...about, plan: checked.runs[0]!, source, seed: 3, settings: new Map<string, string>(), out },
      ...{ overwrite: false, logSteps: 0, version: VERSION, argv: [] },
    };
    return { request, out };
  }

  async function run(text: string, looks = Number.POSITIVE_INFINITY): Promise<Recorded> {
    let left = looks;
    const host = { ...nodeHost(), interrupted: () => left-- <= 0 };
    const { request, out } = await requested(text, host);
    return { result: await runPlan(request, host, silentReporter), out };
  }

  async function goOn(out: string, host: Host): Promise<RunResult> {
    const stopped = await openStopped(nodeHost(), out, VERSION);
    return resumePlan({ ...stopped, ...about, source: stopped.loaded.source }, host, silentReporter);
  }

  function expectSameFiles(out: string, whole: Recorded): void {
    const files = ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'];
    for (const file of files.filter((name) => existsSync(`${whole.out}/${name}`)))
      expect(readFileSync(`${out}/${file}`).equals(readFileSync(`${whole.out}/${file}`)), file).toBe(true);
  }

  return {
    run,
    async expectSame(text, looks, whole) {
      const { result, out } = await run(text, looks);
      expect(result.status).toBe('interrupted');
      expect((await goOn(out, nodeHost())).status).toBe('finished');
      expectSameFiles(out, whole);
    },
    async expectSurvives(text, deaths, whole) {
      let out: string | null = null;
      for (const death of deaths) {
        const { host, died } = mortalHost(death);
        let going: Promise<RunResult>;
        if (out === null) {
          const begun = await requested(text, host);
          out = begun.out;
          going = runPlan(begun.request, host, silentReporter);
        } else going = goOn(out, host);
        expect(await Promise.race([died, going.then(() => 'lived on')])).toBe('died');
      }
      const { status, steps } = await goOn(out!, nodeHost());
      expect(status).toBe('finished');
      expect(steps).toEqual(whole.result.steps);
      expectSameFiles(out!, whole);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
