/**
 * Each engine, killed twice on the way: the run goes on to the bytes of one that nobody killed, with all that a training carries from
 * step to step. The processes die here in one that lives on; `end-to-end/killed.slow.test.ts` kills real ones.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { engines } from '../../src/inference/index.ts';
import { resumedPrograms } from '../helpers/resumed-programs.ts';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const runs = stoppedRuns();
afterAll(() => runs.remove());

describe('a run that was killed goes on to the same bytes', () => {
  it('under every engine', () => {
    const named = [...engines].map((e) => e.name);
    expect([...new Set(resumedPrograms.map((p) => p.engine))].sort()).toEqual(named.sort());
  });

  it.each(resumedPrograms)('$name', async ({ text, deaths }) => {
    await runs.expectSurvives(text, deaths, await runs.run(text));
  });
});
