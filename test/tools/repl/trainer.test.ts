/** Training in a session: the first training is that of `bprune run`, and later ones go on from there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executors } from '../../../src/executors/index.ts';
import { loadSource, runPlan, silentReporter } from '../../../src/runtime/index.ts';
import { dataFolder, type Folder, hostIn, openSession } from './session.ts';

let folder: Folder;
beforeAll(() => {
  folder = dataFolder();
});
afterAll(() => folder.remove());

const program = (optimizer: string) => `data line = csv("line.csv") {
  x: real[1], columns = ["x"]
  y: real
}
network net {
  input real[1]
  slope = dense(1)
}
model fit {
  slope.* ~ Normal(0, 1)
  y ~ Normal(net(x), 0.1)
}
run fitting on line {
  infer sgvb { epochs = 3, batch = 16, optimizer = ${optimizer}, kl_weight = clamp(epoch / 4, 0, 1) }
}`;

async function open(text: string) {
  const session = openSession(folder.path);
  for (const line of text.split('\n')) await session.repl.feed(line);
  session.take();
  return async (line: string) => {
    await session.repl.feed(line);
    return session.take();
  };
}

describe('training', () => {
  it('does first what `bprune run` does with the same seed', async () => {
    const host = hostIn(folder.path);
    const source = { name: 'program', text: program('adam(0.05)') };
    const loaded = await loadSource(host, source, new Map());
    const request = {
      ...{ plan: loaded.checked.runs[0]!, source, seed: 1, executor: executors.get('reference')!, reason: '' },
      ...{
        settings: new Map(),
        out: 'record',
        overwrite: false,
        logSteps: 0,
        checkpointEvery: null,
        version: '',
        argv: [],
      },
    };
    await runPlan(request, host, silentReporter);
    const lines = readFileSync(join(folder.path, 'record/metrics.jsonl'), 'utf8').trim().split('\n');
    const nlls = lines.map((line) => (JSON.parse(line) as { nll: number }).nll.toFixed(4));
    const type = await open(source.text);
    const shown = [...(await type(':train 3')).matchAll(/nll (\S+)/g)].map((m) => m[1]);
    expect(shown).toHaveLength(3);
    expect(shown).toEqual(nlls);
  });

  it('shows about 40 lines of a long training, the last epoch among them', async () => {
    const type = await open(program('adam(0.05)'));
    const epochs = (text: string) => [...text.matchAll(/epoch (\d+)/g)].map((m) => Number(m[1]));
    expect(epochs(await type(':train 40'))).toHaveLength(40);
    const long = epochs(await type(':train 95'));
    expect(long).toEqual([...Array.from({ length: 31 }, (_, i) => 40 + 3 * (i + 1)), 135]);
  });

  it('goes on in the schedules where it was', async () => {
    const type = await open(program('sgd(if epoch < 1 then 1e-5 else 0)'));
    await type(':train');
    const before = await type(':eval');
    await type(':train 2');
    expect(await type(':eval')).toBe(before);
  });

  it('takes other random numbers in each training', async () => {
    const type = await open(program('sgd(0)'));
    const nll = async () => /nll (\S+)/.exec(await type(':train'))?.[1];
    expect(await nll()).not.toBe(await nll());
  });

  it('forgets a posterior when the sites change, and only then', async () => {
    const type = await open(program('adam(0.05)'));
    await type(':train');
    expect(await type('const unused = 3')).toBe('defined const unused\n');
    expect(await type(':eval')).toContain('rmse');
    await type('network net {');
    await type('  input real[1]');
    await type('  slope = dense(3)');
    await type('  last = dense(1)');
    expect(await type('}')).toMatch(/redefined network net\nmodel fit no longer fits; :check shows why\n/);
  });
});
