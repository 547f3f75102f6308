/** The lines of a data declaration, one after the other: columns, and what is then done with rows and columns. */
import type { OptionValues, ReaderSignature } from '../../../base/catalogue.ts';
import type { ColumnRequest, DataRequest, DerivedRequest, SeenColumn } from '../../../base/data.ts';
import { replacement } from '../../../base/fix.ts';
import type { Span } from '../../../base/span.ts';
import type { ColumnLine, DataDeclaration, DerivedLine, Identifier } from '../../syntax/ast.ts';
import type { Scope } from '../closing.ts';
import { columnType } from '../column-types.ts';
import type { Context } from '../context.ts';
import { columnDraw } from '../draws.ts';
import { type Given, plainOptions } from '../options.ts';
import { dataFunctionOf } from './functions/index.ts';

/** What a declaration is made from. */
export interface Source {
  readonly reader: ReaderSignature;
  /** Null where one of them is wrong. */
  readonly options: OptionValues | null;
  /** The data that it begins with; null where a reader is called. */
  readonly base: DataRequest | null;
  /** The reader's call, of the other data where they call it. */
  readonly readerSpan: Span;
}

export interface CheckedBody {
  readonly columns: readonly ColumnRequest[];
  readonly seen: readonly SeenColumn[];
  readonly derived: readonly DerivedRequest[];
  /** A line is missing, so the rest means nothing. */
  readonly broken: boolean;
}

export class DataBody {
  readonly ctx: Context;
  readonly scope: Scope;
  /** Columns so far, as a model would see them; null for one that was wrong. */
  readonly seen = new Map<string, SeenColumn | null>();
  /** Splits that were declared so far. */
  readonly splits: string[] = [];
  /** Lines could not be read: there may be more columns. */
  readonly incomplete: boolean;
  private readonly declaration: DataDeclaration;
  private readonly source: Source | null;
  private readonly columns = new Map<string, ColumnRequest | null>();
  private readonly first = new Map<string, Identifier>();

  constructor(ctx: Context, declaration: DataDeclaration, source: Source | null, scope: Scope) {
    this.ctx = ctx;
    this.scope = scope;
    this.declaration = declaration;
    this.source = source;
    this.incomplete = !ctx.isWhole(declaration);
    for (const column of source?.base?.columns ?? []) this.columns.set(column.name, column);
    for (const column of source?.base?.seen ?? []) this.seen.set(column.name, column);
    for (const d of source?.base?.derived ?? []) if (d.kind === 'split') this.splits.push(d.name);
  }

  run(): CheckedBody {
    const derived: DerivedRequest[] = [...(this.source?.base?.derived ?? [])];
    let broken = this.incomplete;
    for (const line of this.declaration.lines) {
      if (line.kind === 'error') continue;
      if (line.kind === 'column') broken = !this.column(line) || broken;
      else {
        const request = this.derived(line);
        if (request === null) broken = true;
        else derived.push(request);
      }
    }
    const whole = <T>(found: ReadonlyMap<string, T | null>) => [...found.values()].filter((c) => c !== null);
    return { columns: whole(this.columns), seen: whole(this.seen), derived, broken };
  }

  /** False after a report. */
  private column(line: ColumnLine): boolean {
    if (!this.isNew(line.name)) return false;
    const { ctx, source, declaration } = this;
    if (source?.base != null) {
      const { name } = line.name;
      const isThere = this.seen.has(name);
      ctx.report.say(
        'BP7009',
        line.span,
        `data \`${declaration.name.name}\` take their columns from \`${source.base.name}\``,
        {
          labels: [{ span: declaration.reader.span, message: 'made from these' }],
          hint: isThere ? 'leave this line out' : 'declare the column there',
          fix: isThere ? replacement(line.span, '') : null,
        },
      );
      return false;
    }
    const request = source === null ? null : this.columnRequest(line, source.reader);
    this.columns.set(line.name.name, request);
    this.seen.set(line.name.name, request === null ? null : seenOf(request));
    return request !== null;
  }

  private columnRequest(line: ColumnLine, reader: ReaderSignature): ColumnRequest | null {
    const { ctx, scope } = this;
    const type = columnType(ctx, line.type, reader.columnTypes, scope);
    const settings = line.settings.map(
      (s): Given => ({ name: s.name.name, nameSpan: s.name.span, value: s.value, span: s.span }),
    );
    const flags = line.flags.map((f): Given => ({ name: f.name, nameSpan: f.span, value: null, span: f.span }));
    const owner = { what: `a column of reader \`${reader.name}\``, span: line.name.span };
    const options = plainOptions(ctx, [...settings, ...flags], reader.columnOptions, owner, scope);
    const declared = this.declaration.lines.flatMap((l) => (l.kind === 'column' ? [l.name.name] : []));
    const above = { columns: this.columns, declared, own: line.name.name, outer: scope, incomplete: this.incomplete };
    const draw = type === null ? null : columnDraw(ctx, line, type, reader, above);
    if (type === null || options === null || draw === null) return null;
    const { name } = line.name;
    return { name, type, options, ...(draw === undefined ? {} : { draw }), span: line.span };
  }

  /** Null after a report. */
  private derived(line: DerivedLine): DerivedRequest | null {
    const made = dataFunctionOf(this, line);
    if (made === null) return null;
    const { definition, call } = made;
    // A column may be changed more than once; a split is new.
    if (!definition.changes && !this.isNew(line.name)) return null;
    const request = definition.check(this, line, call);
    if (request?.kind === 'split') this.splits.push(request.name);
    return request;
  }

  private isNew(name: Identifier): boolean {
    const earlier = this.first.get(name.name);
    if (earlier === undefined) {
      this.first.set(name.name, name);
      return true;
    }
    const message = `\`${name.name}\` stands twice in data \`${this.declaration.name.name}\``;
    this.ctx.report.say('BP2002', name.span, message, {
      labels: [{ span: earlier.span, message: 'first here' }],
      hint: 'give one of the two another name',
    });
    return false;
  }
}

function seenOf({ name, type, span }: ColumnRequest): SeenColumn {
  return { name, type, span };
}
