/** The contract of what may stand behind `NAME =` in a data declaration, and what these functions share. */
import type { ColumnType, OptionSpec, OptionValues } from '../../../../base/catalogue.ts';
import type { Amount, DerivedRequest, SeenColumn } from '../../../../base/data.ts';
import type { Argument, Expr } from '../../../../base/expr.ts';
import { replacement } from '../../../../base/fix.ts';
import type { Named, Registry } from '../../../../base/registry.ts';
import type { DerivedLine } from '../../../syntax/ast.ts';
import { formatColumnType } from '../../column-types.ts';
import { formatExpr } from '../../format.ts';
import { argumentsAsOptions, plainOptions } from '../../options.ts';
import { listed, suggestedAt } from '../../report.ts';
import { numberIn, wholeIn } from '../../values.ts';
import type { DataBody } from '../body.ts';

export type Call = Extract<Expr, { kind: 'call' }>;

export interface DataFunction extends Named {
  /** True where `y = f(y, ...)` changes what is there, false where the name is new. */
  readonly changes: boolean;
  /** The request of a line `NAME = f(...)`; null after a report. */
  check(body: DataBody, line: DerivedLine, call: Call): DerivedRequest | null;
}

/** A number of rows, or a share of them; null after a report. */
export function amountOf({ ctx, scope }: DataBody, written: Expr, what: string): Amount | null {
  const amount = numberIn(ctx, written, scope, what);
  if (amount === null) return null;
  const share = (written.kind === 'number' && written.percent) || (amount > 0 && amount < 1);
  if (amount <= 0 || (!share && !Number.isInteger(amount))) {
    ctx.report.say('BP2015', written.span, `${what} cannot be ${amount}`, {
      hint: 'write a number of rows, such as `5_000`, or a share, such as `10%`',
    });
    return null;
  }
  return share ? { kind: 'share', share: amount } : { kind: 'rows', rows: amount };
}

/** 0 where none is given; null after a report. */
export function seedOf({ ctx, scope }: DataBody, argument: Argument | undefined): number | null {
  return argument === undefined ? 0 : wholeIn(ctx, argument.value, scope, '`seed`', 0);
}

/** False after a report: what is changed keeps its name. */
export function keepsName({ ctx }: DataBody, line: DerivedLine, call: Call, subject: string): boolean {
  const { name, span } = line.name;
  if (name === subject) return true;
  const message = `\`${formatExpr(call.callee)}\` changes \`${subject}\`, which keeps its name, but the line is about \`${name}\``;
  ctx.report.say('BP7011', span, message, {
    hint: `write \`${subject} = ${formatExpr(call)}\``,
    fix: replacement(span, subject),
  });
  return false;
}

/** The column that an argument names, of one of these types; null after a report, now or at its own line. */
export function columnNamed(
  { ctx, seen, incomplete }: DataBody,
  written: Expr,
  verb: string,
  kinds: readonly ColumnType['kind'][],
): SeenColumn | null {
  if (written.kind === 'error') return null;
  const column = written.kind === 'name' ? seen.get(written.name) : undefined;
  if (column === null) return null;
  if (column !== undefined && kinds.includes(column.type.kind)) return column;
  const fitting = [...seen.values()].flatMap((c) => (c !== null && kinds.includes(c.type.kind) ? [c.name] : []));
  const wanted = `${verb} is about a column of type ${listed(kinds)}`;
  const hint = suggestedAt(written.span, formatExpr(written), fitting, 'the columns of such a type above are', {
    none: 'declare one above this line',
  });
  if (column === undefined) {
    if (incomplete) return null;
    ctx.report.say('BP7010', written.span, `${wanted}, and no column above is called \`${formatExpr(written)}\``, hint);
    return null;
  }
  const { name, type, span } = column;
  ctx.report.say('BP7010', written.span, `${wanted}, but \`${name}\` is ${formatColumnType(type)}`, {
    labels: [{ span, message: 'declared here' }],
    ...hint,
  });
  return null;
}

/** `uniform_label(20%)`: a record with its options by position or name; null after a report. */
export function recordCall<T extends Named & { readonly options: readonly OptionSpec[] }>(
  { ctx, scope }: DataBody,
  written: Expr,
  records: Registry<T>,
  noun: string,
): { readonly record: T; readonly options: OptionValues | null } | null {
  if (written.kind === 'error') return null;
  const callee = written.kind === 'call' ? written.callee : written;
  const record = callee.kind === 'name' ? records.get(callee.name) : undefined;
  if (record === undefined) {
    const shown = formatExpr(callee);
    ctx.report.say('BP2001', callee.span, `there is no ${noun} \`${shown}\``, {
      ...suggestedAt(callee.span, shown, records.names, 'there is'),
    });
    return null;
  }
  const owner = { what: `\`${record.name}\``, span: written.span };
  const order = record.options.map((o) => o.name);
  const given = argumentsAsOptions(ctx, written.kind === 'call' ? written.args : [], order, owner);
  return { record, options: given === null ? null : plainOptions(ctx, given, record.options, owner, scope) };
}
