/** Loops of a run from the command line: forks equal runs of their own, turns chain, and a run goes on from within a loop. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const HEAD = `
data d = simulate(n = 200, test = 100, seed = 1) {
  x: real[4] ~ Normal(0, 1)
  y: class[2] ~ Categorical(logits = [0, 2 * x[1] - 2 * x[2]])
}
network net { input real[4]; fc = dense(8); relu; out = dense(2) }
model m { *.weight ~ Normal(0, 1); *.bias ~ Flat(); y ~ Categorical(logits = net(x)) }
steps tune(epochs, rate = 0.01) { infer sgvb { epochs = epochs, batch = 50, optimizer = adam(rate) } }
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
});
afterAll(() => space.remove());

interface Document {
  readonly steps: { readonly text: string; readonly name: string | null; readonly metrics: Record<string, number> }[];
}
type Figures = readonly (readonly [string | null, Record<string, number>])[];

let programs = 0;
async function figuresOf(steps: string, ...flags: readonly string[]): Promise<Figures> {
  const name = `main${++programs}.bprune`;
  space.write(name, `${HEAD}run on d {\n${steps}\n}\n`);
  const { code, stdout, stderr } = await space.run('run', name, '--json', '--out', `out${programs}`, ...flags);
  expect(code, stderr).toBe(0);
  const measured = (JSON.parse(stdout) as Document).steps.filter((step) => step.text.includes('evaluate'));
  return measured.map(({ name, metrics }) => [name, metrics]);
}

const metricsIn = (figures: Figures) => figures.map(([, metrics]) => metrics);

describe('loops of a run', () => {
  it('gives each job of a sweep the figures of a run without the others', async () => {
    const body = (share: string) => `prune *.weight by snr lowest ${share}
      cut = evaluate on test { nll }
      tune(3)
      evaluate on test { nll, kept }`;
    const swept = await figuresOf(`tune(5)\npath = sweep share in [25%, 75%] {\n${body('share')}\n}
      after = evaluate on test { kept }
      require path[2].kept == 25% and max(path.kept) == 75% and after.kept == 100%
      require path[1].cut.nll > 0 and all(path.nll > 0) and increasing(path.share)
      require any(path.share >= 50% and path.nll > 0) and not all(path.share > 50% or path.nll < 0)`);
    expect(swept.map(([name]) => name)).toEqual(['path[1].cut', 'path[1]', 'path[2].cut', 'path[2]', 'after']);
    const alone = await Promise.all(['25%', '75%'].map((share) => figuresOf(`tune(5)\n${body(share)}`)));
    expect(metricsIn(swept).slice(0, 4)).toEqual(alone.flatMap(metricsIn));
  });

  it('gives the jobs of a sweep over seeds what runs with other seeds find', async () => {
    const swept = await figuresOf('sweep seed in [3, 4] { tune(3); evaluate on test { nll } }', '--seed', '9');
    const alone = await Promise.all(
      ['3', '4'].map((seed) => figuresOf('tune(3)\nevaluate on test { nll }', '--seed', seed)),
    );
    expect(metricsIn(swept)).toEqual(alone.flatMap(metricsIn));
    expect(metricsIn(swept)[0]).not.toEqual(metricsIn(swept)[1]);
  });

  it('chains the turns of `repeat` and `for` as if they were written one after the other', async () => {
    const written = await figuresOf(`tune(3)
      prune *.weight by snr lowest 50%
      prune *.weight by snr lowest 50%
      prune fc.weight by snr lowest 10%
      prune out.weight by snr lowest 10%
      evaluate on test { nll, kept }`);
    const looped = await figuresOf(`tune(3)
      repeat 2 { prune *.weight by snr lowest 50% }
      for l in [fc, out] { prune l.weight by snr lowest 10% }
      evaluate on test { nll, kept }`);
    expect(metricsIn(looped)).toEqual(metricsIn(written));
  });

  it('begins anew behind `from init`', async () => {
    const figuresAfter = async (first: string) =>
      metricsIn(
        await figuresOf(`${first}
          prune *.weight by snr lowest 50%
          infer sgvb from init { epochs = 3, batch = 50 }
          evaluate on test { nll, kept }`),
      ).at(-1)!;
    const [short, long] = [await figuresAfter('tune(1)'), await figuresAfter('tune(4)')];
    expect(short.kept).toBe(1);
    expect(long).toEqual(short);
  });

  it('goes on from within a sweep to the bytes of a run that was not stopped', async () => {
    const steps = `tune(3)
      sweep share in [25%, 50%], rate in [0.01, 0.02] {
        prune *.weight by snr lowest share
        tune(60, rate)
        evaluate on test { nll }
      }
      export safetensors`;
    space.write('sweep.bprune', `${HEAD}run on d {\n${steps}\n}\n`);
    const flags = ['sweep.bprune', '--seed', '5', '--checkpoint-every', '0', '--progress', 'none'];
    expect((await space.run('run', ...flags, '--out', 'whole')).code).toBe(0);
    const record = space.path('cut.partial/metrics.jsonl');
    // In the third job: its step is the 7th of 14.
    const inside = () => existsSync(record) && readFileSync(record).toString().includes('"step":8');
    await space.signal('SIGKILL', inside, 'run', ...flags, '--out', 'cut');
    const { code, stderr } = await space.run('resume', 'cut');
    expect(code, stderr).toBe(0);
    for (const file of ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'])
      expect(readFileSync(space.path(`cut/${file}`)).equals(readFileSync(space.path(`whole/${file}`))), file).toBe(
        true,
      );
  });
});
