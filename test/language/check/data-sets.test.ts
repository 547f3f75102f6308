/** Data made from other data, and data with arguments: what is asked of the reader, and what a model sees. */
import { describe, expect, it } from 'vitest';
import type { DataRequest } from '../../../src/base/data.ts';
import { checkText, FEW, stubFacts } from '../../helpers/golden.ts';

const PROGRAM = `
data d(rows = 100, slope = 1) = simulate(n = rows, test = 50) {
  x: real[1] ~ Normal(0, 1)
  y: class[3] ~ Categorical(logits = [slope * x[1], 0, 0])
}
data two = d(rows = 300) { y = only(y, [2, 0]); validation = split(train, 10) }
data noisy = two { y = corrupt(y, uniform_label(25%), seed = 3) }
network net(k) { input real[d]; dense(k) }
model m(net) { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
`;

function ask(runs: string) {
  const asked: DataRequest[] = [];
  const { result, diagnostics } = checkText('test.bprune', PROGRAM + runs, {}, (request) => {
    asked.push(request);
    return stubFacts(request, { train: Number(request.options.n), test: 50 });
  });
  return { asked, result, said: diagnostics.map((d) => `${d.code} ${d.message}`) };
}

describe('data made from other data', () => {
  const checked = (runs: string) => checkText('test.bprune', PROGRAM + runs, {}, (r) => stubFacts(r, FEW));

  it('ask the same reader, and do what the other data do first', () => {
    const { result } = checked('run for m(net(2)) on noisy { infer sgvb { epochs = 1 } }');
    expect(result.diagnostics).toEqual([]);
    const [plan] = result.runs;
    expect([plan!.data.name, plan!.data.reader, plan!.data.options.n]).toEqual(['noisy', 'simulate', 300]);
    expect(plan!.data.derived.map((d) => d.kind)).toEqual(['classes', 'split', 'corrupt']);
    expect(plan!.data.columns.map((c) => c.type)).toContainEqual({ kind: 'class', classes: 3 });
    expect(plan!.data.seen.map((c) => c.type)).toContainEqual({ kind: 'class', classes: 2 });
    expect(plan!.data.derived.at(-1)).toMatchObject({ type: { kind: 'class', classes: 2 }, on: ['train'], seed: 3 });
  });

  it('show models the classes that are left', () => {
    const { result } = checked('run for m(net(3)) on noisy { infer sgvb { epochs = 1 } }');
    expect(result.diagnostics.map((d) => d.code)).toEqual(['BP3003']);
  });
});

describe('data with arguments', () => {
  it('are asked for once for each set of arguments, and named by those that are not the declared ones', () => {
    const { asked } = ask(
      'run a for m on d(200) { }\nrun b for m on d(rows = 100 + 100, slope = 1) { }\nrun c for m on d { }',
    );
    expect(asked.map((r) => r.name)).toEqual(['d', 'd(rows = 300)', 'two', 'noisy', 'd(rows = 200)']);
  });
});
