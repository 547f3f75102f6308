/** `check --fix`: the changes of hints, in the program itself, until there is nothing left to change. */
import { describe, expect, it } from 'vitest';
import { repairSource } from '../../src/runtime/index.ts';
import { folderOf, TABLE } from '../../src/tools/explain/whole-program.ts';

const RIGHT = `data points = csv("d.csv") {
  x: real[2], columns = ["a", "b"], standardise
  y: class[3]
}

network net { input real[2]; fc1 = dense(8); relu; fc2 = dense(3) }

model bayes { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }

run on points {
  infer sgvb { epochs = 5 }
  prune fc1.weight where log_alpha > 3
  final = evaluate on train { error, nll }
  require final.error <= 90%
}
`;

const repaired = (text: string) => repairSource(folderOf(TABLE), { name: 'p.bprune', text }, new Map());

describe('the repair of a program', () => {
  it('leaves a right one as it is', async () => {
    const { loaded, repairs } = await repaired(RIGHT);
    expect([loaded.source.text, loaded.diagnostics, repairs]).toEqual([RIGHT, [], []]);
  });

  it.each<[string, [string, string][]]>([
    ['one slip', [['Normal', 'Noraml']]],
    [
      'several',
      [
        ['relu', 'rleu'],
        ['fc1.weight', 'fc1.wieght'],
        ['final.error', 'fnial.error'],
      ],
    ],
    [
      'a mistake of form and one of meaning',
      [
        ['error, nll', 'error nll'],
        ['standardise', 'standardize'],
      ],
    ],
    // The second is only seen once the first is mended.
    [
      'two on one line',
      [
        ['log_alpha > 3', 'log_alfa = 3'],
        ['prune fc1.weight', 'prune fc1.wegiht'],
      ],
    ],
  ])('mends %s, and then has nothing to do', async (_, slips) => {
    const wrong = slips.reduce((text, [right, slip]) => text.replace(right, slip), RIGHT);
    const { loaded, repairs } = await repaired(wrong);
    expect(loaded.diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
    expect(repairs.length).toBeGreaterThanOrEqual(slips.length);
    const again = await repaired(loaded.source.text);
    expect([again.loaded.source.text, again.repairs]).toEqual([loaded.source.text, []]);
  });

  it('says what was changed, and where', async () => {
    const { repairs } = await repaired(RIGHT.replace('relu', 'rleu'));
    const change = { line: 6, column: 46, before: 'rleu', after: 'relu' };
    expect(repairs).toEqual([{ code: 'BP2001', message: 'there is no layer `rleu`', changes: [change] }]);
  });

  it('changes nothing where no change helps', async () => {
    const wrong = RIGHT.replace('Normal(0, 1)', 'Normal(0, -1)');
    const { loaded, repairs } = await repaired(wrong);
    expect([loaded.source.text, repairs]).toEqual([wrong, []]);
    expect(loaded.diagnostics.map((d) => d.severity)).toContain('error');
  });
});
