/** Faults that are still about something: their source and their test are there, and every record has at least one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimators } from '../../src/inference/estimators/index.ts';
import { gateEstimators } from '../../src/inference/gate-estimators/index.ts';
import { engines, moveKernels } from '../../src/inference/index.ts';
import { optimizers } from '../../src/inference/optimizers/index.ts';
import { steinKernels } from '../../src/inference/stein-kernels/index.ts';
import { divergences } from '../../src/model/divergences/index.ts';
import { faults } from './faults.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the fault', () => {
  it.each(faults)('$name: can be made, and has a test', ({ file, find, test, title }) => {
    expect(readFileSync(join(ROOT, 'src', file), 'utf8').split(find)).toHaveLength(2);
    expect(readFileSync(join(ROOT, 'test', test), 'utf8')).toContain(title);
  });
});

describe('faults', () => {
  it('have names of their own', () => {
    expect(new Set(faults.map((fault) => fault.name)).size).toBe(faults.length);
  });

  it.each([
    ['engine', engines],
    ['Stein kernel', steinKernels],
    ['estimator', estimators],
    ['gate estimator', gateEstimators],
    ['kernel of moves', moveKernels],
    ['divergence', divergences],
    ['optimizer', optimizers],
  ] as const)('reach every %s', (_, records) => {
    const reached = new Set(faults.flatMap((fault) => fault.of ?? []));
    expect([...records].map((r) => r.name).filter((name) => !reached.has(name))).toEqual([]);
  });
});
