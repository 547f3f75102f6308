/** `y = only(y, [0, 6])`, rows of these classes, which become 0 and 1; `train = only(train, 1_000, seed = 1)`, so many rows of a split. */
import type { ClassesRequest, RowsRequest, SeenColumn } from '../../../../base/data.ts';
import type { Expr, HostValue } from '../../../../base/expr.ts';
import type { DerivedLine } from '../../../syntax/ast.ts';
import { formatExpr } from '../../format.ts';
import { matchArguments } from '../../match-arguments.ts';
import { constantIn } from '../../values.ts';
import type { DataBody } from '../body.ts';
import { amountOf, type Call, columnNamed, type DataFunction, keepsName, seedOf } from './data-function.ts';

export const only: DataFunction = {
  name: 'only',
  doc: 'rows of some classes, or some rows of a split; the others are left out',
  changes: true,
  check(body, line, call) {
    const [first] = call.args;
    const subject = first?.name === null ? first.value : undefined;
    const list = call.args[1]?.value.kind === 'list';
    const ofColumn = list || (subject?.kind === 'name' && body.seen.has(subject.name));
    return ofColumn || subject === undefined ? classesRequest(body, line, call) : rowsRequest(body, line, call);
  },
};

function classesRequest(body: DataBody, line: DerivedLine, call: Call): ClassesRequest | null {
  const parameters = [
    { name: 'of', required: true },
    { name: 'classes', required: true },
  ];
  const args = matchArguments(body.ctx, call, parameters, '`only` of a column');
  const column = args === null ? null : columnNamed(body, args.get('of')!.value, '`only`', ['class']);
  if (args === null || column === null || !keepsName(body, line, call, column.name)) return null;
  const classes = classList(body, args.get('classes')!.value, column);
  if (classes === null) return null;
  body.seen.set(column.name, { ...column, type: { kind: 'class', classes: classes.length } });
  return { kind: 'classes', column: column.name, classes, span: line.span };
}

/** Two classes of the column at least, each once; null after a report. */
function classList({ ctx, scope }: DataBody, written: Expr, column: SeenColumn): readonly number[] | null {
  const value = constantIn(ctx, written, scope, 'the list of classes');
  if (value === null) return null;
  const problem = problemWith(value, column);
  if (problem === null) return value as readonly number[];
  ctx.report.say(
    'BP7012',
    written.span,
    `\`${formatExpr(written)}\` is no list of classes of \`${column.name}\`: ${problem}`,
    {
      labels: [{ span: column.span, message: 'the column' }],
      hint: 'write a list of class numbers, such as `[0, 1]`',
    },
  );
  return null;
}

function problemWith(value: HostValue, { type }: SeenColumn): string | null {
  const count = type.kind === 'class' ? type.classes : 0;
  if (!Array.isArray(value)) return 'it is no list';
  const wrong = value.find((k) => typeof k !== 'number' || !Number.isInteger(k) || k < 0 || k >= count);
  if (wrong !== undefined) return `its classes are the whole numbers 0 to ${count - 1}`;
  const twice = value.find((k, i) => value.indexOf(k) !== i);
  if (twice !== undefined) return `${twice} stands twice`;
  return value.length < 2 ? 'there must be at least two to tell apart' : null;
}

function rowsRequest(body: DataBody, line: DerivedLine, call: Call): RowsRequest | null {
  const parameters = [
    { name: 'of', required: true },
    { name: 'amount', required: true },
    { name: 'seed', required: false },
  ];
  const args = matchArguments(body.ctx, call, parameters, '`only` of a split');
  if (args === null) return null;
  const of = args.get('of')!.value;
  if (of.kind !== 'name') {
    body.ctx.report.say('BP7002', of.span, '`only` is about a column or a split that is named', {
      hint: 'write `y = only(y, [0, 1])`, or `train = only(train, 1_000, seed = 1)`',
    });
    return null;
  }
  if (!keepsName(body, line, call, of.name)) return null;
  const amount = amountOf(body, args.get('amount')!.value, 'the amount of rows');
  const seed = seedOf(body, args.get('seed'));
  return amount === null || seed === null ? null : { kind: 'rows', split: of.name, amount, seed, span: line.span };
}
