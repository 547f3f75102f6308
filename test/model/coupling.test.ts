/** Which channels go together, against what a person counts on small networks. */
import { describe, expect, it } from 'vitest';
import { type Cut, cutsOf } from '../../src/model/coupling.ts';
import { checkText } from '../helpers/golden.ts';

function cutsIn(lines: string, input = 'image[8, 8, 3]'): readonly Cut[] {
  const [network] = checkText('n', `network net { input ${input}\n${lines} }`).result.networks;
  if (network === undefined) throw new Error('the network of this test does not check');
  return cutsOf(network);
}

const cut = (size: number, outputs: string[], along: string[], fixed: Cut['fixed'] = null): Cut => ({
  outputs,
  along,
  size,
  fixed,
});
const LAST = 'feeds the likelihood';

describe('cuts', () => {
  it('of a chain: a unit goes with an input of the next layer, and the last layer has none to give', () => {
    expect(cutsIn('fc1 = dense(5); relu; fc2 = dense(4); tanh; fc3 = dense(2)', 'real[7]')).toEqual([
      cut(7, [], ['fc1.input']),
      cut(5, ['fc1.unit'], ['fc2.input']),
      cut(4, ['fc2.unit'], ['fc3.input']),
      cut(2, ['fc3.unit'], [], LAST),
    ]);
  });

  it('pass through norms, pools and flatten, and take the parameters of a norm and of a depthwise filter along', () => {
    expect(
      cutsIn('c = conv2d(4, 3); n = batch_norm; d = depthwise_conv2d(3); max_pool(2); flatten; out = dense(2)'),
    ).toEqual([
      cut(3, [], ['c.input']),
      cut(4, ['c.filter'], ['n.channel', 'd.channel', 'out.input']),
      cut(2, ['out.unit'], [], LAST),
    ]);
  });

  it('are one for filters that an add joins, however long the chain of blocks', () => {
    const block = (n: number) =>
      `a${n} = conv2d(6, 3, padding = same); b${n} = conv2d(4, 3, padding = same); s${n} = add(b${n}, s${n - 1})`;
    expect(cutsIn(`s0 = conv2d(4, 1)\n${block(1)}\n${block(2)}\nglobal_avg_pool\nout = dense(2)`)).toEqual([
      cut(3, [], ['s0.input']),
      cut(4, ['s0.filter', 'b1.filter', 'b2.filter'], ['a1.input', 'a2.input', 'out.input']),
      cut(6, ['a1.filter'], ['b1.input']),
      cut(6, ['a2.filter'], ['b2.input']),
      cut(2, ['out.unit'], [], LAST),
    ]);
  });

  it('stay where a mask stands beside two of them, and end at a reshape', () => {
    expect(
      cutsIn(
        'a = conv2d(2, 1); b = conv2d(3, 1) from a; both = concat(a, b); global_avg_pool; m = dense(5); g = gate(both, m); flatten; out = dense(2)',
      ),
    ).toEqual([
      cut(3, [], ['a.input']),
      cut(2, ['a.filter'], ['b.input', 'm.input', 'out.input'], 'cannot be matched one by one'),
      cut(3, ['b.filter'], ['m.input', 'out.input'], 'cannot be matched one by one'),
      cut(5, ['m.unit'], [], 'cannot be matched one by one'),
      cut(2, ['out.unit'], [], LAST),
    ]);
    expect(
      cutsIn('fc = dense(12); reshape([2, 2, 3]); c = conv2d(2, 1); flatten; out = dense(2)', 'real[4]')[1],
    ).toEqual(cut(12, ['fc.unit'], ['c.input'], 'cannot be followed through a reshape'));
  });

  it('are fixed wherever they reach the likelihood, also from the middle of the network', () => {
    const cuts = cutsIn('a = dense(3); b = dense(3); c = add(a, b)', 'real[2]');
    expect(cuts).toEqual([cut(2, [], ['a.input']), cut(3, ['a.unit', 'b.unit'], ['b.input'], LAST)]);
  });
});
