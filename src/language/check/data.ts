/** Data declarations: the reader's call, the columns with their types and settings, the splits. No file is looked at. */
import type { ReaderSignature } from '../../base/catalogue.ts';
import type { ColumnRequest, DataRequest, SplitRequest } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import { nearest } from '../../base/suggest.ts';
import type { ColumnLine, DataDeclaration, DerivedLine, Identifier } from '../syntax/ast.ts';
import { constantScope, matchArguments } from './closing.ts';
import { columnType } from './column-types.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import type { Above } from './draw-scope.ts';
import { columnDraw } from './draws.ts';
import { sayUnavailable } from './later.ts';
import { argumentsAsOptions, type Given, plainOptions } from './options.ts';
import { PLANNED, sayPlanned } from './planned.ts';
import { suggestion } from './report.ts';
import { numberIn, wholeIn } from './values.ts';

/** All data declarations that could be understood as a whole. */
export function checkData(ctx: Context): ReadonlyMap<string, DataRequest> {
  const requests = new Map<string, DataRequest>();
  for (const declaration of ctx.declarations.data.values()) {
    if (!ctx.live.has(declaration)) continue;
    const request = dataRequest(ctx, declaration);
    if (request !== null) requests.set(request.name, request);
  }
  return requests;
}

function dataRequest(ctx: Context, declaration: DataDeclaration): DataRequest | null {
  const before = ctx.report.errors;
  const [parameter] = declaration.parameters;
  if (parameter !== undefined) {
    ctx.report.say('BP2003', parameter.span, 'data with parameters are not available yet in this version', {
      hint: 'leave the brackets out and write the values into the declaration',
    });
    return null;
  }
  const reader = readerOf(ctx, declaration.reader);
  const options = reader === null ? null : readerOptions(ctx, declaration.reader, reader);
  const { columns, splits, broken } = bodyOf(ctx, declaration, reader);
  if (reader === null || options === null || broken || ctx.report.errors > before) return null;
  if (columns.length === 0) {
    ctx.report.say('BP7003', headOf(declaration), `data \`${declaration.name.name}\` has no columns`, {
      hint: 'write at least a column that the network sees and one that it explains, such as `x: real[2]` and `y: real`',
    });
    return null;
  }
  const { name, span } = declaration;
  return { name: name.name, reader: reader.name, options, columns, splits, readerSpan: declaration.reader.span, span };
}

function readerOf(ctx: Context, call: Expr): ReaderSignature | null {
  if (call.kind === 'error') return null;
  const callee = call.kind === 'call' ? call.callee : call;
  const { declarations } = ctx;
  const { readers } = ctx.catalogue;
  if (callee.kind !== 'name') {
    ctx.report.say('BP2005', call.span, 'data come from a reader', {
      hint: `write \`${readers.names[0] ?? 'reader'}("path")\``,
    });
    return null;
  }
  const reader = readers.get(callee.name);
  if (reader === undefined) {
    if (sayPlanned(ctx.report, 'reader', callee.name, callee.span)) return null;
    const base = declarations.data.get(callee.name);
    if (base !== undefined) {
      ctx.used.add(base);
      sayUnavailable(ctx.report, call.span, `a data set made from \`${callee.name}\``);
      return null;
    }
    ctx.report.say('BP2001', callee.span, `there is no reader \`${callee.name}\``, {
      hint: suggestion(callee.name, [...readers.names, ...declarations.data.keys()], 'the readers are', PLANNED.reader),
    });
    return null;
  }
  return reader;
}

function readerOptions(ctx: Context, call: Expr, reader: ReaderSignature) {
  const owner = { what: `reader \`${reader.name}\``, span: call.span };
  const order = reader.options.filter((o) => o.required).map((o) => o.name);
  const given = argumentsAsOptions(ctx, call.kind === 'call' ? call.args : [], order, owner);
  return given === null ? null : plainOptions(ctx, given, reader.options, owner, constantScope);
}

function bodyOf(ctx: Context, declaration: DataDeclaration, reader: ReaderSignature | null) {
  const above = new Map<string, ColumnRequest | null>();
  const declared = declaration.lines.flatMap((line) => (line.kind === 'column' ? [line.name.name] : []));
  const splits: SplitRequest[] = [];
  const first = new Map<string, Identifier>();
  const incomplete = !ctx.isWhole(declaration);
  let broken = incomplete;
  for (const line of declaration.lines) {
    if (line.kind === 'error') continue;
    const earlier = first.get(line.name.name);
    if (earlier !== undefined) {
      ctx.report.say(
        'BP2002',
        line.name.span,
        `\`${line.name.name}\` stands twice in data \`${declaration.name.name}\``,
        {
          labels: [{ span: earlier.span, message: 'first here' }],
          hint: 'give one of the two another name',
        },
      );
      continue;
    }
    first.set(line.name.name, line.name);
    const column =
      line.kind === 'column' && reader !== null
        ? columnRequest(ctx, line, reader, { columns: above, declared, incomplete })
        : null;
    const split = line.kind === 'derived' ? splitRequest(ctx, line) : null;
    if (line.kind === 'column') above.set(line.name.name, column);
    if (split !== null) splits.push(split);
    broken ||= column === null && split === null;
  }
  return { columns: [...above.values()].filter((c) => c !== null), splits, broken };
}

function columnRequest(
  ctx: Context,
  line: ColumnLine,
  reader: ReaderSignature,
  above: Omit<Above, 'own'>,
): ColumnRequest | null {
  const type = columnType(ctx, line.type, reader.columnTypes);
  const settings = line.settings.map(
    (s): Given => ({ name: s.name.name, nameSpan: s.name.span, value: s.value, span: s.span }),
  );
  const flags = line.flags.map((f): Given => ({ name: f.name, nameSpan: f.span, value: null, span: f.span }));
  const owner = { what: `a column of reader \`${reader.name}\``, span: line.name.span };
  const options = plainOptions(ctx, [...settings, ...flags], reader.columnOptions, owner, constantScope);
  const draw = type === null ? null : columnDraw(ctx, line, type, reader, { ...above, own: line.name.name });
  if (type === null || options === null || draw === null) return null;
  const { name } = line.name;
  return { name, type, options, ...(draw === undefined ? {} : { draw }), span: line.span };
}

const SPLIT = [
  { name: 'of', required: true },
  { name: 'amount', required: true },
  { name: 'seed', required: false },
];

/** `split(train, 5_000, seed = 1)`: whole rows from 1 on, or a share below 1. */
function splitRequest(ctx: Context, line: DerivedLine): SplitRequest | null {
  const { value } = line;
  if (value.kind === 'error') return null;
  const word = value.kind === 'call' && value.callee.kind === 'name' ? value.callee.name : '';
  if (sayPlanned(ctx.report, 'data function', word, value.span)) return null;
  if (value.kind !== 'call' || word !== 'split') {
    const near = word === '' ? null : nearest(word, ['split', ...PLANNED['data function']]);
    const example = `write \`${line.name.name} = split(train, 10%, seed = 1)\`, or a column with \`:\``;
    ctx.report.say('BP7002', value.span, `\`${line.name.name}\` is neither a column nor a split`, {
      hint: near === null ? example : `write \`${near}(...)\``,
    });
    return null;
  }
  const args = matchArguments(ctx, value, SPLIT, '`split`');
  if (args === null) return null;
  const of = args.get('of')!.value;
  if (of.kind !== 'name') {
    ctx.report.say('BP7002', of.span, '`split` takes its rows from a split that is named', {
      hint: 'write `split(train, ...)`',
    });
    return null;
  }
  const written = args.get('amount')!.value;
  const amount = numberIn(ctx, written, constantScope, 'the amount of a split');
  const seedExpr = args.get('seed');
  const seed = seedExpr === undefined ? 0 : wholeIn(ctx, seedExpr.value, constantScope, '`seed`', 0);
  if (amount === null || seed === null) return null;
  const share = (written.kind === 'number' && written.percent) || (amount > 0 && amount < 1);
  if (amount <= 0 || (!share && !Number.isInteger(amount))) {
    ctx.report.say('BP2015', written.span, `the amount of a split cannot be ${amount}`, {
      hint: 'write a number of rows, such as `5_000`, or a share, such as `10%`',
    });
    return null;
  }
  return {
    name: line.name.name,
    of: of.name,
    amount: share ? { kind: 'share', share: amount } : { kind: 'rows', rows: amount },
    seed,
    span: line.span,
  };
}
