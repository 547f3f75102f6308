/**
 * One measurement of one executor, in a process of its own: runs a program as `bprune run` does (feeds, noise, schedules and
 * records included), looks at the clock whenever a block of steps is done, and stops the run when it has seen enough.
 *
 *   node dist/bench/ours.js PROGRAM.bprune EXECUTOR SECONDS
 *
 * prints one line of JSON. STARTED (milliseconds since 1970) in the environment is when the process was started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseExecutor } from '../../src/runtime/backends.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, type Reporter, runPlan, silentReporter } from '../../src/runtime/index.ts';
import type { Measurement } from './measurement.ts';
import { peakMiB } from './memory.ts';
import { quantile } from './statistics.ts';

interface Seen {
  /** Milliseconds a step, block by block, and the steps of each. */
  readonly blocks: { readonly milliseconds: number; readonly steps: number }[];
  firstStep: number;
  loss: number;
}

/** Warms up for half of `seconds` and at least two blocks, then measures for `seconds` and at least two blocks. */
function watch(seconds: number, seen: Seen, stop: { requested: boolean }): Reporter {
  let before: { readonly at: number; readonly step: number } | null = null;
  let measureFrom = Number.POSITIVE_INFINITY;
  let warmBlocks = 0;
  return {
    ...silentReporter,
    trained({ step, nll }) {
      const at = performance.now();
      if (before === null) {
        seen.firstStep = Date.now();
        measureFrom = at + seconds * 500;
      } else if (at < measureFrom || warmBlocks < 2) {
        warmBlocks += 1;
        measureFrom = Math.min(measureFrom, at + seconds * 500);
      } else {
        const steps = step - before.step;
        seen.blocks.push({ milliseconds: (at - before.at) / steps, steps });
        stop.requested = at > measureFrom + seconds * 1000 && seen.blocks.length >= 2;
      }
      seen.loss = nll;
      before = { at, step };
    },
  };
}

export async function measure(program: string, executorName: string, seconds: number): Promise<Measurement> {
  const started = Number(process.env.STARTED ?? Date.now());
  const folder = mkdtempSync(join(tmpdir(), 'bprune-bench-'));
  const stop = { requested: false };
  const host = nodeHost(stop);
  const seen: Seen = { blocks: [], firstStep: 0, loss: Number.NaN };
  try {
    const { checked, diagnostics, source } = await loadProgram(host, program, new Map());
    const errors = diagnostics.filter((d) => d.severity === 'error');
    if (errors.length > 0) return { absent: errors.map((d) => d.message).join(' ') };
    const choice = await chooseExecutor(executorName);
    if (!choice.ok) return { absent: choice.diagnostic.message };
    const { executor, reason } = choice;
    const about = { source, executor, reason, seed: 1, settings: new Map(), version: 'bench', argv: [] };
    const request = { ...about, plan: checked.runs[0]!, out: join(folder, 'run'), overwrite: false, logSteps: 0 };
    await runPlan({ ...request, checkpointEvery: null }, host, watch(seconds, seen, stop));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const times = seen.blocks.map((b) => b.milliseconds);
  return {
    msPerStep: quantile(times, 0.5),
    low: quantile(times, 0.1),
    high: quantile(times, 0.9),
    steps: seen.blocks.reduce((sum, b) => sum + b.steps, 0),
    loss: seen.loss,
    peakRssMiB: peakMiB(),
    startToFirstStepSeconds: (seen.firstStep - started) / 1000,
  };
}

const [program, executor, seconds] = process.argv.slice(2);
const outcome = await measure(program!, executor!, Number(seconds)).catch((error: unknown) => ({
  failed: String(error instanceof Error ? error.message : error),
}));
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);
