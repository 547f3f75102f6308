import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import { span } from '../../src/base/span.ts';
import type { Executor, Session } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { PlanStep } from '../../src/language/check/checked.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import {
  type Host,
  loadSource,
  type Reporter,
  type RunResult,
  runPlan,
  silentReporter,
} from '../../src/runtime/index.ts';
import { Interrupted } from '../../src/runtime/steps/step.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-training-'));
  const rows = [1, 2, 3, 4, 5, 6, 7].map((i) => `${i},${(i * i) % 5},${3 * i - 4}`);
  writeFileSync(join(folder, 'table.csv'), `a,b,target\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;

interface Ran {
  readonly result: RunResult;
  readonly lines: readonly Record<string, number>[];
}

interface Around {
  readonly hostOf?: (host: Host) => Host;
  readonly executor?: Executor;
  readonly reporter?: Reporter;
}

/** Runs `infer map { options }` over seven rows, and what follows it. */
async function train(options: string, then = '', around: Around = {}): Promise<Ran> {
  const text = `
data table = csv("table.csv") {
  x: real[2], columns = ["a", "b"]
  y: real, column = "target"
}
network line { input real[2]; out = dense(1) }
model regression {
  * ~ Normal(0, 1)
  y ~ Normal(line(x), 0.1)
}
run on table {
  trained = infer map { ${options} }
  ${then}
}
`;
  const host = (around.hostOf ?? ((same: Host) => same))(nodeHost());
  const { checked, source, diagnostics } = await loadSource(host, { name: join(folder, 'm.bprune'), text }, new Map());
  expect(diagnostics).toEqual([]);
  const out = join(folder, `run-${++runs}`);
  const result = await runPlan(
    {
      plan: checked.runs[0]!,
      source,
      seed: 3,
      executor: around.executor ?? reference,
      reason: 'test',
      settings: new Map(),
      out,
      overwrite: false,
      logSteps: 0,
      checkpointEvery: null,
      version: '0',
      argv: [],
    },
    host,
    around.reporter ?? silentReporter,
  );
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return { result, lines: lines.filter((l) => l !== '').map((l) => JSON.parse(l)) };
}

/** A rate at which no weight moves, so that every step sees the same network. */
const STILL = 'optimizer = sgd(1e-30)';

describe('epochs', () => {
  it('average over rows: batches of 3, 3 and 1 give the mean that one batch of all rows gives', async () => {
    const whole = await train(`epochs = 2, batch = 7, ${STILL}`);
    const short = await train(`epochs = 2, batch = 3, ${STILL}`);
    // The reference executor computes in float64; a batch is stored in float32, the same in both.
    for (const epoch of [0, 1]) expect(short.lines[epoch]!.nll).toBeCloseTo(whole.lines[0]!.nll!, 10);
    expect(short.result.steps[0]!.metrics.nll).toBe(short.lines[1]!.nll);
    expect(short.result.steps[0]!.details).toMatchObject({ steps: 6, epochs: 2 });
  });

  it('end early where the length is in steps, and the last line is that of the steps that were taken', async () => {
    const { result, lines } = await train(`steps = 5, batch = 3, ${STILL}`);
    expect(lines.map((l) => l.epoch)).toEqual([1, 2]);
    expect(result.steps[0]!.details).toMatchObject({ steps: 5, epochs: 5 / 3 });
  });

  it('may be one step of all rows', async () => {
    const { result, lines } = await train(`steps = 1, batch = 7, ${STILL}`);
    expect(lines.map((l) => l.epoch)).toEqual([1]);
    expect(result.steps[0]!.details).toMatchObject({ steps: 1, epochs: 1 });
  });
});

describe('a backend that takes long to make the first step ready', () => {
  /** The reference, whose programs are ready so many milliseconds later. */
  const slow = (milliseconds: number): Executor => ({
    ...reference,
    name: 'slow',
    async open(state) {
      const session = await reference.open(state);
      const compile: Session['compile'] = (program) =>
        new Promise((done) => setTimeout(done, milliseconds)).then(() => session.compile(program));
      return {
        compile,
        write: (values) => session.write(values),
        read: (names) => session.read(names),
        stage: session.stage,
        run: (compiled, feeds) => session.run(compiled, feeds),
        dispose: () => session.dispose(),
      };
    },
  });
  it('is named once, and a quick one is not', async () => {
    const named: string[] = [];
    const reporter = { ...silentReporter, compiling: (backend: string) => void named.push(backend) };
    await train(`epochs = 1, batch = 7, ${STILL}`, '', { executor: slow(0), reporter });
    expect(named).toEqual([]);
    await train(`epochs = 1, batch = 3, ${STILL}`, '', { executor: slow(1700), reporter });
    expect(named).toEqual(['slow']);
  }, 20_000);
});

describe('a value that is not finite', () => {
  const failure = async (options: string) => {
    const error = await train(options).then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(DiagnosticError);
    return (error as DiagnosticError).diagnostics[0]!;
  };
  it('is seen behind the very last step, where no loss shows it', async () => {
    // 1e308 times a gradient of hundreds is beyond float64; the five steps before move nothing.
    const d = await failure('epochs = 2, batch = 3, optimizer = sgd(if step < 5 then 1e-30 else 1e308)');
    expect(d).toMatchObject({ code: 'BP5901', message: expect.stringContaining('step 6 (epoch 2)') });
    expect(d.span).not.toBeNull();
  });
  it('is found in the step that made it, within the block of steps that is repeated', async () => {
    const d = await failure('epochs = 40, batch = 3, optimizer = sgd(if step == 70 then 1e308 else 1e-30)');
    expect(d.message).toContain('step 71 (epoch 24)');
  });
});

describe('a run that is interrupted', () => {
  const stopAfter = (looks: number) => (host: Host) => {
    let left = looks;
    return { ...host, interrupted: () => left-- <= 0 };
  };
  it('before the first step of a training has no posterior and no figure of it', async () => {
    const { result, lines } = await train(`epochs = 2, batch = 3, ${STILL}`, '', { hostOf: stopAfter(1) });
    expect(result).toMatchObject({ status: 'interrupted', steps: [] });
    expect(lines).toEqual([]);
  });
  it('says so at the step that has nothing to show', () => {
    const step = { span: span('m.bprune', 3, 9) } as PlanStep;
    const [said] = new Interrupted(step).diagnostics;
    expect(said).toMatchObject({ code: 'BP9004', severity: 'note', span: step.span });
  });
  it('in the middle keeps the posterior so far and begins nothing else', async () => {
    const { result } = await train(`epochs = 5, batch = 3, ${STILL}`, 'evaluate on train { rmse }', {
      hostOf: stopAfter(3),
    });
    expect(result.status).toBe('interrupted');
    const [infer, ...others] = result.steps;
    expect(others).toEqual([]);
    expect(infer!.details.steps).toBeGreaterThan(0);
    expect(infer!.details.steps).toBeLessThan(15);
  });
});
