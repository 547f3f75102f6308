/** A run that was stopped goes on to the bytes of one that was not. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

const EPOCHS = 400;
/** Kept after each block of steps, so that there is always something behind the last checkpoint and something before it. */
const FLAGS = ['--set', `e=${EPOCHS}`, '--seed', '5', '--checkpoint-every', '0', '--progress', 'none'];

let space: Workspace;
beforeAll(async () => {
  space = workspace();
  writeTinyImages(space);
  space.write('main.bprune', TINY_PROGRAM);
  expect((await space.run('run', 'main.bprune', ...FLAGS, '--out', 'whole')).code).toBe(0);
}, 60_000);
afterAll(() => space.remove());

const bytes = (name: string) => readFileSync(space.path(name));
const json = (name: string) => JSON.parse(bytes(name).toString());

/** Training has gone on for a while: some epochs are in the record. */
const inTheMiddle = (out: string) => () => {
  const file = space.path(`${out}.partial/metrics.jsonl`);
  const checkpoint = space.path(`${out}.partial/checkpoint.safetensors`);
  return existsSync(checkpoint) && readFileSync(file).toString().split('\n').length > EPOCHS / 4;
};

function expectTheWholeRun(out: string): void {
  for (const file of ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'])
    expect(bytes(`${out}/${file}`).equals(bytes(`whole/${file}`)), file).toBe(true);
  const [found, whole] = [json(`${out}/run.json`), json('whole/run.json')];
  expect(found.status).toBe('finished');
  expect(found.steps).toEqual(whole.steps);
  expect(found.requirements).toEqual(whole.requirements);
  expect(existsSync(space.path(`${out}/checkpoint.safetensors`))).toBe(false);
  expect(existsSync(space.path(`${out}.partial`))).toBe(false);
}

const start = (out: string) => ['run', 'main.bprune', ...FLAGS, '--out', out];

describe('bprune resume', () => {
  it('goes on after the process was killed, twice', async () => {
    const killed = await space.signal('SIGKILL', inTheMiddle('killed'), ...start('killed'));
    expect(killed.code).toBeNull();
    const taken = bytes('killed.partial/metrics.jsonl').length;
    const grown = () => bytes('killed.partial/metrics.jsonl').length > taken + 2000;
    await space.signal('SIGKILL', grown, 'resume', 'killed.partial', '--checkpoint-every', '0', '--quiet');
    const { code, stderr } = await space.run('resume', 'killed');
    expect(stderr).toMatch(/0 of 8 steps are done, \d+ training steps of the next/);
    expect(code).toBe(0);
    expectTheWholeRun('killed');
  }, 60_000);

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'goes on after %s, which says how',
    async (name) => {
      const out = `after-${name}`;
      const stopped = await space.signal(name, inTheMiddle(out), ...start(out));
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toContain(`\`bprune resume ${out}\` goes on from here`);
      expect(json(`${out}/run.json`).status).toBe('interrupted');
      expect((await space.run('resume', out, '--quiet')).code).toBe(0);
      expectTheWholeRun(out);
    },
    60_000,
  );

  it.each(['wasm', 'onnx-web'])(
    'goes on with another backend, and says that its last digits differ: %s',
    async (backend) => {
      const out = `moved-${backend}`;
      await space.signal('SIGKILL', inTheMiddle(out), ...start(out));
      const { code, stderr } = await space.run('resume', out, '--backend', backend);
      expect(code).toBe(0);
      expect(stderr).toContain('another backend rounds differently');
      expect(json(`${out}/run.json`)).toMatchObject({ status: 'finished', backend });
    },
    60_000,
  );

  it('refuses what is finished, what is not there, and what never got far enough', async () => {
    const words = async (...args: string[]) => {
      const { code, stderr } = await space.run('resume', ...args);
      return `${code} ${stderr}`;
    };
    expect(await words('whole')).toMatch(/^2 error BP7403/);
    expect(await words('nowhere')).toMatch(/^4 error BP7402/);
    space.write('empty/run.json', '{ "status": "failed" }');
    expect(await words('empty')).toMatch(/^4 error BP7402/);
  });

  it('refuses a run whose program or data changed, and a checkpoint that is damaged', async () => {
    const stopped = await space.signal('SIGKILL', inTheMiddle('base'), ...start('base'));
    expect(stopped.code).toBeNull();
    const refused = async (change: (folder: string) => void) => {
      cpSync(space.path('base.partial'), space.path('copy.partial'), { recursive: true });
      change(space.path('copy.partial'));
      const { code, stderr } = await space.run('resume', 'copy');
      rmSync(space.path('copy.partial'), { recursive: true });
      return `${code} ${stderr}`;
    };
    const file = 'checkpoint.safetensors';
    expect(await refused((f) => writeFileSync(`${f}/model.bprune`, `${TINY_PROGRAM}// more`))).toMatch(
      /^4 error BP7404/,
    );
    expect(await refused((f) => writeFileSync(`${f}/${file}`, bytes(`base.partial/${file}`).subarray(0, 999)))).toMatch(
      /^4 error BP7401/,
    );
    expect(await refused((f) => rmSync(`${f}/model.bprune`))).toMatch(/^4 error BP7201/);
    const labels = bytes('tiny/train-labels-idx1-ubyte');
    const other = Buffer.from(labels);
    other[20] = (other[20]! + 1) % 3;
    writeFileSync(space.path('tiny/train-labels-idx1-ubyte'), other);
    expect(await refused(() => undefined)).toMatch(/^4 error BP7404/);
    writeFileSync(space.path('tiny/train-labels-idx1-ubyte'), labels);
  }, 60_000);
});
