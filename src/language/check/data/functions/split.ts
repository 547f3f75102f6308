/** `validation = split(train, 5_000, seed = 1)`: whole rows from 1 on, or a share below 1. */
import { matchArguments } from '../../match-arguments.ts';
import { amountOf, type DataFunction, seedOf } from './data-function.ts';

const PARAMETERS = [
  { name: 'of', required: true },
  { name: 'amount', required: true },
  { name: 'seed', required: false },
];

export const split: DataFunction = {
  name: 'split',
  doc: 'rows taken out of a split, as a new one',
  changes: false,
  check(body, line, call) {
    const args = matchArguments(body.ctx, call, PARAMETERS, '`split`');
    if (args === null) return null;
    const of = args.get('of')!.value;
    if (of.kind !== 'name') {
      body.ctx.report.say('BP7002', of.span, '`split` takes its rows from a split that is named', {
        hint: 'write `split(train, ...)`',
      });
      return null;
    }
    const amount = amountOf(body, args.get('amount')!.value, 'the amount of a split');
    const seed = seedOf(body, args.get('seed'));
    if (amount === null || seed === null) return null;
    return { kind: 'split', name: line.name.name, of: of.name, amount, seed, span: line.span };
  },
};
