/** `require guarantee == bound`: which inference it asks about, and the words that it is compared with. */
import { describe, expect, it } from 'vitest';
import { formatExpr } from '../../../src/language/index.ts';
import { checkText } from '../../helpers/golden.ts';

function required(steps: string, before = '') {
  const { result, diagnostics } = checkText(
    'guarantee',
    `${before}
data d = simulate(n = 20) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 1) }
network net { input real[2]; dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { ${steps} }`,
  );
  const found = result.runs.flatMap((run) => run.steps.filter((step) => step.kind === 'require'));
  return { found, codes: diagnostics.map((d) => d.code) };
}

describe('the guarantee as a condition', () => {
  it('is that of the inference whose state it stands on', () => {
    const { found, codes } = required(
      'first = infer sgvb { steps = 3 }; infer map { steps = 3 }; require guarantee == not_a_bound; require guarantee == bound from first',
    );
    expect(codes).toEqual([]);
    expect(found.map((step) => [step.inference?.index, formatExpr(step.condition)])).toEqual([
      [2, 'guarantee == "not_a_bound"'],
      [1, 'guarantee == "bound"'],
    ]);
  });

  it('is asked by no other condition', () => {
    const { found } = required('infer sgvb { steps = 3 }; a = evaluate on train { rmse }; require a.rmse < 2');
    expect(found.map((step) => step.inference)).toEqual([null]);
  });

  it('needs an inference, and words', () => {
    expect(required('require guarantee == bound').codes).toContain('BP5003');
    expect(required('infer sgvb { steps = 3 }; require guarantee == 1').codes).toEqual(['BP2008']);
    expect(required('infer sgvb { steps = 3 }; require guarantee').codes).toEqual(['BP2008']);
  });

  it('leaves the words to constants of the same name', () => {
    const { found } = required(
      'infer sgvb { steps = 3 }; a = evaluate on train { rmse }; require a.rmse < bound',
      'const bound = 2',
    );
    expect(found.map((step) => formatExpr(step.condition))).toEqual(['a.rmse < 2']);
  });
});
