/** What selectors reach in a network with blocks: whole lists of paths, worked out by hand. */
import { describe, expect, it } from 'vitest';
import { checkText } from '../../helpers/golden.ts';

/** Paths whose prior the selector sets, of a network with two stages of one and two blocks. */
function reached(selector: string): readonly string[] {
  const text = `
data d = csv("d.csv", test = "t.csv") {
  x: real[4]
  y: class[3]
}
block cell(n) {
  a = dense(n)
  dense(n)
}
block stage(n) {
  for i in 1..n { cell(4) }
}
network net {
  input real[4]
  first = dense(4)
  stage(1)
  stage(2)
  out = dense(3)
}
model m {
  * ~ Normal(0, 1)
  override ${selector} ~ Normal(0, 2)
  y ~ Categorical(logits = net(x))
}`;
  const { result, diagnostics } = checkText('p', text);
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  return result.models[0]!.sites.flatMap((s) => (s.prior.args[1]!.value === 2 ? [s.path] : []));
}

const both = (...layers: string[]) => layers.flatMap((l) => [`${l}.weight`, `${l}.bias`]);

describe('selectors below blocks', () => {
  it.each<[string, readonly string[]]>([
    ['stage[1].cell[1].a.weight', ['stage[1].cell[1].a.weight']],
    ['stage[2].cell[*].a.bias', ['stage[2].cell[1].a.bias', 'stage[2].cell[2].a.bias']],
    ['stage[2].cell[2..9].a.bias', ['stage[2].cell[2].a.bias']],
    ['stage[2].cell.a.bias', ['stage[2].cell[1].a.bias', 'stage[2].cell[2].a.bias']],
    [
      'stage[*].**.weight',
      ['stage[1].cell[1]', 'stage[2].cell[1]', 'stage[2].cell[2]'].flatMap((c) => [
        `${c}.a.weight`,
        `${c}.dense[2].weight`,
      ]),
    ],
    ['**.cell[2].dense[2]', both('stage[2].cell[2].dense[2]')],
    ['stage[1].*', both('stage[1].cell[1].a', 'stage[1].cell[1].dense[2]')],
    ['stage[1]', both('stage[1].cell[1].a', 'stage[1].cell[1].dense[2]')],
    ['stage[1].cell.dense.weight', ['stage[1].cell[1].a.weight', 'stage[1].cell[1].dense[2].weight']],
    ['fi*.weight, out', ['first.weight', 'out.weight', 'out.bias']],
    ['*.a.weight except stage[1].**', ['stage[2].cell[1].a.weight', 'stage[2].cell[2].a.weight']],
    ['first.*, dense.bias except stage.**.bias', ['first.weight', 'first.bias', 'out.bias']],
  ])('%s', (selector, paths) => {
    expect(reached(selector)).toEqual(paths);
  });

  it('a kind reaches every depth', () => {
    expect(reached('dense.weight')).toHaveLength(8);
    expect(reached('*.weight')).toHaveLength(8);
    expect(reached('**.weight')).toHaveLength(8);
  });
});
