/** `y = corrupt(y, uniform_label(20%), on = train, seed = 1)`: noise put into a column on purpose, in the named splits alone. */
import type { Expr } from '../../../../base/expr.ts';
import { matchArguments } from '../../match-arguments.ts';
import type { DataBody } from '../body.ts';
import { columnNamed, type DataFunction, keepsName, recordCall, seedOf } from './data-function.ts';

const PARAMETERS = [
  { name: 'of', required: true },
  { name: 'by', required: true },
  { name: 'on', required: false },
  { name: 'seed', required: false },
];

export const corrupt: DataFunction = {
  name: 'corrupt',
  doc: 'noise put into a column, in `train` alone where no split is named',
  changes: true,
  check(body, line, call) {
    const args = matchArguments(body.ctx, call, PARAMETERS, '`corrupt`');
    if (args === null) return null;
    const by = recordCall(body, args.get('by')!.value, body.ctx.catalogue.corruptions, 'corruption');
    if (by === null) return null;
    const { record, options } = by;
    const column = columnNamed(body, args.get('of')!.value, `\`${record.name}\``, record.columnTypes);
    const on = splitsNamed(body, args.get('on')?.value);
    const seed = seedOf(body, args.get('seed'));
    if (column === null || options === null || on === null || seed === null) return null;
    if (!keepsName(body, line, call, column.name)) return null;
    const { name, type } = column;
    return { kind: 'corrupt', column: name, type, corruption: record.name, options, on, seed, span: line.span };
  },
};

/** `train`, or `[train, validation]`. Whether there are such splits is known once the files are. */
function splitsNamed({ ctx }: DataBody, written: Expr | undefined): readonly string[] | null {
  if (written === undefined) return ['train'];
  const items = written.kind === 'list' ? written.items : [written];
  const names = items.flatMap((item) => (item.kind === 'name' ? [item.name] : []));
  if (names.length === items.length && names.length > 0) return names;
  ctx.report.say('BP7002', written.span, '`on` names the splits whose rows are changed', {
    hint: 'write `on = train`, or `on = [train, validation]`',
  });
  return null;
}
