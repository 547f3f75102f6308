/** Distributions behind columns, `y: real ~ Normal(2 * x[1] - x[3], 0.5)`: which ones, and arguments of the columns above. */
import type { ColumnType, DistributionParam, DistributionSignature, ReaderSignature } from '../../base/catalogue.ts';
import type { ColumnDraw } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { formatShape, type Shape, sameShape } from '../../base/host-array.ts';
import { holdsError } from '../evaluate/constant.ts';
import type { ColumnLine } from '../syntax/ast.ts';
import { inRange } from './argument-range.ts';
import { literal } from './closing.ts';
import { formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { distributionCall } from './distribution.ts';
import { type Above, columnScope } from './draw-scope.ts';
import { foldConstants } from './fold-constants.ts';
import { formatExpr } from './format.ts';
import { asParameter, type GivenParameter, matchParameters } from './parameters.ts';
import { listed } from './report.ts';
import { supportsOf } from './supports.ts';
import { nounOf, truthAsNumber, typeOf, unitFree } from './types.ts';

/** Undefined for a column that is read; null after a report. */
export function columnDraw(
  ctx: Context,
  line: ColumnLine,
  type: ColumnType,
  reader: ReaderSignature,
  above: Above,
): ColumnDraw | null | undefined {
  const { distribution, name } = line;
  if (reader.draws === undefined) return distribution === null ? undefined : sayRead(ctx, line, distribution, reader);
  if (distribution === null) {
    const example = type.kind === 'class' ? 'Categorical(logits = 0)' : 'Normal(0, 1)';
    ctx.report.say('BP7004', line.span, `\`${name.name}\` is not said to be drawn from anything`, {
      hint: `write \`${name.name}: ${formatColumnType(type)} ~ ${example}\``,
    });
    return null;
  }
  return new DrawCheck(ctx, line, type, above).run(distribution, reader.draws);
}

function sayRead(ctx: Context, line: ColumnLine, distribution: Expr, reader: ReaderSignature): null {
  const before = [line.type, ...line.settings, ...line.flags].map((part) => part.span.end);
  const start = Math.max(...before.filter((end) => end <= distribution.span.start));
  const drawing = [...ctx.catalogue.readers].filter((r) => r.draws !== undefined).map((r) => r.name);
  ctx.report.say('BP7005', distribution.span, `\`${line.name.name}\` is read by \`${reader.name}\`, not drawn`, {
    hint: `leave out \`~ ${formatExpr(distribution)}\`; columns of ${listed(drawing)} are drawn`,
    fix: replacement({ ...distribution.span, start }, ''),
  });
  return null;
}

class DrawCheck {
  private readonly ctx: Context;
  private readonly line: ColumnLine;
  private readonly type: ColumnType;
  private readonly scope: ReturnType<typeof columnScope>;

  constructor(ctx: Context, line: ColumnLine, type: ColumnType, above: Above) {
    this.ctx = ctx;
    this.line = line;
    this.type = type;
    this.scope = columnScope(ctx, above);
  }

  run(distribution: Expr, drawable: readonly string[]): ColumnDraw | null {
    const fitting = drawable.filter((name) => this.suits(this.ctx.catalogue.distributions.get(name)));
    const found = distributionCall(this.ctx, distribution, this.scope, () => fitting[0]);
    if (found === null) return null;
    const { call, record } = found;
    if (!fitting.includes(record.name)) {
      const column = `\`${this.line.name.name}\`, which is ${formatColumnType(this.type)},`;
      this.ctx.report.say('BP7006', call.span, `${column} cannot be drawn from \`${record.name}\``, {
        hint: `use ${listed(fitting)}`,
      });
      return null;
    }
    const matched = matchParameters(this.ctx, call, record, (p) => p.default !== null);
    if (matched === null) return null;
    const args = record.params.map((param) => {
      const given = matched.get(param.name);
      const expr =
        given === undefined
          ? literal(param.default!, { kind: 'error', span: call.span })
          : this.argument(given, record);
      return { name: param.name, expr };
    });
    return args.some((a) => holdsError(a.expr)) ? null : { distribution: record.name, args, span: call.span };
  }

  /** Classes come from distributions of classes, or of 0 and 1 where there are two; numbers from all but those of classes. */
  private suits(record: DistributionSignature | undefined): boolean {
    if (record === undefined) return false;
    if (this.type.kind === 'class') return supportsOf(this.type).includes(record.support);
    return record.support !== 'class';
  }

  /** An error node after a report. */
  private argument({ argument: given, as }: GivenParameter, record: DistributionSignature): Expr {
    const { ctx, scope } = this;
    const wrong: Expr = { kind: 'error', span: given.span };
    const what = `\`${as.name}\` of \`${record.name}\``;
    if (unitFree(ctx, given.value, typeOf(ctx, given.value, scope)).type === 'unknown') return wrong;
    const expr = foldConstants(ctx, given.value, scope);
    if (holdsError(expr)) return wrong;
    const { type, shape } = typeOf(ctx, expr, scope);
    if (type === 'unknown') return wrong;
    if (type !== 'number' && type !== 'list') {
      const found = `\`${formatExpr(given.value)}\` is ${nounOf(type)}`;
      const hinted =
        type === 'boolean' && expr.kind !== 'boolean' ? truthAsNumber(given.value) : { hint: 'put a number here' };
      ctx.report.say('BP2008', given.value.span, `${what} is a number, but ${found}`, hinted);
      return wrong;
    }
    const each = this.shapeOf(as);
    if (shape.length > 0 && !sameShape(shape, each)) {
      const wanted = each.length === 0 ? 'a single number' : `one number, or ${formatShape(each)} of them`;
      const message = `${what} is ${wanted}, but this is of shape ${formatShape(shape)}`;
      const hint = shape.length === 1 ? 'take one element, counted from 1: `x[1]`' : 'give it a number';
      ctx.report.say('BP3006', given.value.span, message, { hint });
      return wrong;
    }
    const numbers = expr.kind === 'list' ? expr.items : [expr];
    const known = numbers.every((n) => n.kind !== 'number' || inRange(ctx, n.value, given.value, as, what));
    return known ? foldConstants(ctx, asParameter({ argument: given, as }, expr), scope) : wrong;
  }

  /** Numbers of one row that an argument may be made of. */
  private shapeOf({ constraint }: Pick<DistributionParam, 'constraint'>): Shape {
    if (this.type.kind === 'class') return constraint === 'vector' ? [this.type.classes] : [];
    return this.type.shape;
  }
}
