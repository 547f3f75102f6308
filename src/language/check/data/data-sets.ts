/**
 * Data declarations: the reader's call, the columns with their types and settings, and the lines that change what was read.
 * Data made from other data begin with what those end with. No file is looked at.
 */
import type { ReaderSignature } from '../../../base/catalogue.ts';
import type { DataRequest } from '../../../base/data.ts';
import type { Expr } from '../../../base/expr.ts';
import { holdsError } from '../../evaluate/constant.ts';
import type { DataDeclaration } from '../../syntax/ast.ts';
import { argumentValues, valueScope } from '../arguments.ts';
import { constantScope, type Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { headOf } from '../declarations.ts';
import { foldConstants } from '../fold-constants.ts';
import { formatExpr } from '../format.ts';
import { argumentsAsOptions, plainOptions } from '../options.ts';
import { PLANNED, sayPlanned } from '../planned.ts';
import { suggested } from '../report.ts';
import { DataBody, type Source } from './body.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The data of a program by declaration and arguments; each combination is checked once. */
export class DataSets {
  private readonly ctx: Context;
  private readonly known = new Map<DataDeclaration, Map<string, DataRequest | null>>();
  /** What is being worked out, so that a circle is seen. */
  private readonly open = new Set<DataDeclaration>();

  constructor(ctx: Context) {
    this.ctx = ctx;
    for (const declaration of ctx.declarations.data.values()) {
      if (ctx.live.has(declaration) && declaration.parameters.every((p) => p.default !== null)) this.plain(declaration);
    }
  }

  /** All that could be understood as a whole, with the arguments that somebody gave. */
  get requests(): readonly DataRequest[] {
    return [...this.known.values()].flatMap((made) => [...made.values()].flatMap((request) => request ?? []));
  }

  /** Without arguments: at its defaults. */
  plain(declaration: DataDeclaration, place = headOf(declaration)): DataRequest | null {
    return this.request(declaration, callOf({ kind: 'name', name: declaration.name.name, span: place }), constantScope);
  }

  /** `boston(fold)` with its arguments closed in `scope`; null after a report. */
  request(declaration: DataDeclaration, call: Call, scope: Scope): DataRequest | null {
    const { name } = declaration.name;
    const written = argumentValues(this.ctx, declaration, `data \`${name}\``, call, scope);
    if (written === null || [...written.values()].some(holdsError)) return null;
    const values = new Map([...written].map(([n, value]) => [n, foldConstants(this.ctx, value, constantScope)]));
    const made = this.known.get(declaration) ?? new Map<string, DataRequest | null>();
    this.known.set(declaration, made);
    const key = this.nameWith(declaration, values);
    const known = made.get(key);
    if (known !== undefined) return known;
    const request = this.check(declaration, key, values);
    made.set(key, request);
    return request;
  }

  /** The name with those arguments that are not the declared ones. */
  private nameWith(declaration: DataDeclaration, values: ReadonlyMap<string, Expr>): string {
    const changed = declaration.parameters.flatMap(({ name, default: standard }) => {
      const text = formatExpr(values.get(name.name)!);
      return standard !== null && formatExpr(standard) === text ? [] : [`${name.name} = ${text}`];
    });
    return changed.length === 0 ? declaration.name.name : `${declaration.name.name}(${changed.join(', ')})`;
  }

  private check(declaration: DataDeclaration, name: string, values: ReadonlyMap<string, Expr>): DataRequest | null {
    const { ctx } = this;
    const before = ctx.report.errors;
    if (this.open.has(declaration)) return this.sayCircle(declaration);
    this.open.add(declaration);
    const scope = valueScope(values);
    const source = this.source(declaration.reader, scope);
    this.open.delete(declaration);
    const { columns, seen, derived, broken } = new DataBody(ctx, declaration, source, scope).run();
    if (source === null || source.options === null || broken || ctx.report.errors > before) return null;
    if (columns.length === 0) {
      ctx.report.say('BP7003', headOf(declaration), `data \`${declaration.name.name}\` has no columns`, {
        hint: 'write at least a column that the network sees and one that it explains, such as `x: real[2]` and `y: real`',
      });
      return null;
    }
    const { reader, readerSpan } = source;
    const from = { reader: reader.name, options: source.options, readerSpan };
    return { name, ...from, columns, seen, derived, span: declaration.span };
  }

  private sayCircle(declaration: DataDeclaration): null {
    const names = [...this.open].map((d) => d.name.name);
    const { name, span } = declaration.name;
    const circle = [...names.slice(names.indexOf(name)), name].join(' -> ');
    this.ctx.report.say('BP2004', span, `data \`${name}\` are made from themselves: ${circle}`, {
      hint: 'make one of them with a reader, such as `csv("file.csv")`',
    });
    return null;
  }

  /** Where the rows come from: a reader's call, or other data; null after a report. */
  private source(expr: Expr, scope: Scope): Source | null {
    if (expr.kind === 'error') return null;
    const { ctx } = this;
    const { readers } = ctx.catalogue;
    const callee = expr.kind === 'call' ? expr.callee : expr;
    if (callee.kind !== 'name') {
      ctx.report.say('BP2005', expr.span, 'data come from a reader', {
        hint: `write \`${readers.names[0] ?? 'reader'}("path")\``,
      });
      return null;
    }
    const reader = readers.get(callee.name);
    const base = ctx.declarations.data.get(callee.name);
    if (reader !== undefined) return this.read(expr, reader, scope);
    if (base !== undefined) return this.derive(expr.kind === 'call' ? expr : callOf(callee), base, scope);
    if (sayPlanned(ctx.report, 'reader', callee.name, callee.span) || ctx.declarations.incomplete) return null;
    ctx.report.say('BP2001', callee.span, `there is no reader \`${callee.name}\``, {
      ...suggested(callee, [...readers.names, ...ctx.declarations.data.keys()], 'the readers are', {
        planned: PLANNED.reader ?? [],
      }),
    });
    return null;
  }

  private read(expr: Expr, reader: ReaderSignature, scope: Scope): Source {
    const owner = { what: `reader \`${reader.name}\``, span: expr.span };
    const order = reader.options.filter((o) => o.required).map((o) => o.name);
    const given = argumentsAsOptions(this.ctx, expr.kind === 'call' ? expr.args : [], order, owner);
    const options = given === null ? null : plainOptions(this.ctx, given, reader.options, owner, scope);
    return { reader, options, base: null, readerSpan: expr.span };
  }

  private derive(call: Call, declaration: DataDeclaration, scope: Scope): Source | null {
    this.ctx.used.add(declaration);
    const base = this.request(declaration, call, scope);
    if (base === null) return null;
    const reader = this.ctx.catalogue.readers.get(base.reader)!;
    return { reader, options: base.options, base, readerSpan: base.readerSpan };
  }
}

function callOf(callee: Extract<Expr, { kind: 'name' }>): Call {
  return { kind: 'call', callee, args: [], span: callee.span };
}
