/** Each example in its quick setting: it ends well and its figures lie in the bands of its `expected.json`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workspace } from '../helpers/workspace.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const space = workspace();
afterAll(() => space.remove());

interface Expected {
  readonly settings: Readonly<Record<string, string>>;
  readonly bands: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
}

describe('examples', () => {
  it.each(readdirSync(EXAMPLES).filter((n) => existsSync(join(EXAMPLES, n, 'main.bprune'))))('%s', async (name) => {
    const expected = JSON.parse(readFileSync(join(EXAMPLES, name, 'expected.json'), 'utf8')) as Expected;
    const set = Object.entries(expected.settings).flatMap(([k, v]) => ['--set', `${k}=${v}`]);
    const { code, stdout, stderr } = await space.run(
      'run',
      join(EXAMPLES, name, 'main.bprune'),
      '--json',
      '--quiet',
      '--seed',
      '4',
      ...set,
    );
    expect(code, stderr).toBe(0);
    const { steps } = JSON.parse(stdout) as { steps: { name: string | null; metrics: Record<string, number> }[] };
    for (const [key, { low, high }] of Object.entries(expected.bands)) {
      const [step, metric] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      const value = steps.find((s) => s.name === step)?.metrics[metric];
      expect(value, key).toBeGreaterThanOrEqual(low);
      expect(value, key).toBeLessThanOrEqual(high);
    }
  });
});
