/** `x = augment(x, flip(), shift(4))`: images of training batches are changed at random, in the order of the arguments. */
import type { AugmentRequest } from '../../../../base/data.ts';
import { columnNamed, type DataFunction, keepsName, recordCall } from './data-function.ts';

const HINT = 'write `x = augment(x, flip(), shift(2))`';

export const augment: DataFunction = {
  name: 'augment',
  doc: 'images of training batches changed at random; other rows are never changed',
  changes: true,
  check(body, line, call): AugmentRequest | null {
    const [first, ...others] = call.args;
    const odd = call.args.find((a) => a.name !== null || a.weight !== null);
    if (odd !== undefined || first === undefined || others.length === 0) {
      const message = '`augment` takes a column and then one change or more, without names';
      body.ctx.report.say('BP2007', odd?.span ?? call.span, message, { hint: HINT });
      return null;
    }
    const column = columnNamed(body, first.value, '`augment`', ['image']);
    const changes = others.flatMap(({ value }) => {
      const made = recordCall(body, value, body.ctx.catalogue.augmentations, 'augmentation');
      return made === null || made.options === null ? [] : [{ name: made.record.name, options: made.options }];
    });
    if (column === null || changes.length < others.length || !keepsName(body, line, call, column.name)) return null;
    return { kind: 'augment', column: column.name, changes, span: line.span };
  },
};
