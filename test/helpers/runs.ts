/** Whole programs from their text to the record of their run, on the reference executor, in a folder of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { reference } from '../../src/executors/reference/reference.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, type Reporter, type RunResult, runPlan, silentReporter } from '../../src/runtime/index.ts';

export interface RunFolder {
  readonly path: (name: string) => string;
  write(name: string, content: string | Uint8Array): void;
  /** Fails when the program has a mistake. Other files lie beside it; the run directory is `run-NAME`. */
  run(name: string, text: string, reporter?: Partial<Reporter>, seed?: number): Promise<RunResult>;
  /** The record that `run` wrote, as JSON. */
  record(name: string): Record<string, unknown>;
  remove(): void;
}

export function runFolder(): RunFolder {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-runs-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: (name, content) => writeFileSync(path(name), content),
    async run(name, text, reporter = {}, seed = 1) {
      writeFileSync(path(`${name}.bprune`), text);
      const { checked, source, diagnostics } = await loadProgram(nodeHost(), path(`${name}.bprune`), new Map());
      expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
      const request = {
        ...{ plan: checked.runs[0]!, source, seed, out: path(`run-${name}`), overwrite: true, logSteps: 0 },
        ...{ checkpointEvery: null, settings: new Map<string, string>() },
        ...{ executor: reference, reason: 'test', version: 'test', argv: [] },
      };
      return runPlan(request, nodeHost(), { ...silentReporter, ...reporter });
    },
    record: (name) => JSON.parse(readFileSync(path(`run-${name}/run.json`), 'utf8')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The figures of the evaluations of a run, in their order. */
export function figuresOf({ steps }: RunResult): readonly Readonly<Record<string, number>>[] {
  return steps.flatMap((s) => (s.step === 'evaluate' ? [s.metrics] : []));
}
