/** What is odd about data is said once, before the first step, and kept in the record. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { runFolder } from '../helpers/runs.ts';

const folder = runFolder();
afterAll(() => folder.remove());

const PROGRAM = `
data d = csv("d.csv") {
  x: real[3], columns = ["a", "b", "c"], standardise
  y: real
}
network net { input real[3]; dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { infer map { epochs = 1 }; infer map { epochs = 1 } }
`;

async function warningsOf(name: string, table: string) {
  folder.write('d.csv', table);
  const told: (readonly Diagnostic[])[] = [];
  const order: string[] = [];
  await folder.run(name, PROGRAM, {
    warned(warnings) {
      told.push(warnings);
      order.push('warned');
    },
    stepStarted: () => void order.push('step'),
  });
  return { told, order, kept: folder.record(name).data_warnings };
}

describe('a column that does not vary', () => {
  it('is told of before the first step, and kept', async () => {
    const { told, order, kept } = await warningsOf('one', 'a,b,c,y\n1,5,2,1\n2,5,1,2\n3,5,7,3\n');
    const message = '`x` (feature 2 of 3) has the same value in every training row and cannot be standardised';
    expect(told.map((all) => all.map((d) => [d.code, d.severity, d.message]))).toEqual([
      [['BP7151', 'warning', message]],
    ]);
    expect(order).toEqual(['warned', 'step', 'step']);
    expect(kept).toEqual([{ code: 'BP7151', message }]);
  });

  it('is told of once for all features that do not', async () => {
    const { told } = await warningsOf('two', 'a,b,c,y\n1,5,2,1\n2,5,2,2\n3,5,2,3\n');
    expect(told.flat().map((d) => d.message)).toEqual([
      '2 of the 3 features of `x` have the same value in every training row, the first of them is feature 2, and cannot be standardised',
    ]);
  });

  it('is not told of where all vary', async () => {
    const { told, kept } = await warningsOf('none', 'a,b,c,y\n1,5,2,1\n2,6,3,2\n3,5,2,3\n');
    expect([told, kept]).toEqual([[], []]);
  });
});
