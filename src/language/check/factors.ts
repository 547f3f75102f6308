/** `factor E`: a term of the log joint, one number for each row or one for all. */
import { countOf } from '../../base/counts.ts';
import type { DataRequest, SeenColumn } from '../../base/data.ts';
import { type Expr, namesOf, partsOf } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import { holdsError } from '../evaluate/constant.ts';
import type { ModelLine } from '../syntax/ast.ts';
import type { OwnNames } from './bindings.ts';
import type { CheckedFactor, CheckedNetwork } from './checked.ts';
import { close, errorNode, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import type { Latents } from './latents.ts';
import type { Level } from './levels.ts';
import type { ModelName } from './model-names.ts';
import type { Networks } from './network.ts';
import { mapParts, type Piece, placedExpr } from './placement.ts';
import { reducedBy, reducingValue, withInner } from './reductions.ts';
import { suggestedAt } from './report.ts';
import { type Application, RowExpressions } from './row-expressions.ts';
import { truthAsNumber, typed, typeOf, UNKNOWN } from './types.ts';

type Line = Extract<ModelLine, { kind: 'factor' }>;
type Call = Extract<Expr, { kind: 'call' }>;
type Member = Extract<Expr, { kind: 'member' }>;

export interface FactorParts {
  readonly data: DataRequest;
  readonly rows: number | null;
  readonly own: OwnNames;
  readonly names: ReadonlyMap<string, ModelName>;
  readonly observed: SeenColumn | null;
  readonly application: Application | null;
  readonly latents: Latents;
}

/** The factors of all levels; those that something is wrong with are left out, after a report. */
export function checkFactors(
  ctx: Context,
  networks: Networks,
  parts: FactorParts,
  levels: readonly Level[],
): readonly CheckedFactor[] {
  return levels.flatMap((level) =>
    level.lines
      .filter((line): line is Line => line.kind === 'factor')
      .flatMap((line) => new FactorCheck(ctx, networks, parts, level).run(line) ?? []),
  );
}

class FactorCheck {
  private readonly ctx: Context;
  private readonly parts: FactorParts;
  private readonly rows: RowExpressions;
  private readonly inner: Scope;

  constructor(ctx: Context, networks: Networks, parts: FactorParts, { bindings }: Level) {
    this.ctx = ctx;
    this.parts = parts;
    this.rows = new RowExpressions(ctx, networks, { ...parts, bindings, mentionsObserved: true }, parts.application);
    this.inner = this.rows.scope();
  }

  run(line: Line): CheckedFactor | null {
    const { ctx } = this;
    const before = ctx.report.errors;
    const scope = this.scope();
    const value = close(ctx, line.value, scope);
    if (holdsError(value)) return null;
    const { type, shape } = typeOf(ctx, value, scope);
    if (type === 'unknown') return null;
    if (type !== 'number') return this.sayNoNumber(line.value, type === 'boolean');
    if (sizeOf(shape) !== 1) return this.sayMany(line.value, sizeOf(shape));
    const placed = this.placed(value);
    return ctx.report.errors > before ? null : { value: placed, perRow: this.hasRows(placed), span: line.span };
  }

  private scope(): Scope {
    return {
      ...this.inner,
      resolve: (expr, closePart) => {
        if (expr.kind === 'member') return this.part(expr, closePart);
        return reducingValue(this.ctx, expr, closePart) ?? this.inner.resolve(expr, closePart);
      },
      typeOf: (expr) => {
        const reduced = reducedBy(expr);
        if (reduced !== null) {
          const { type, stage } = typeOf(this.ctx, reduced.inner, this.scope());
          if (type === 'number' || type === 'list') return typed('number', stage);
          if (type !== 'unknown') this.sayNoNumber(reduced.inner, type === 'boolean');
          return UNKNOWN;
        }
        const layer = this.layerOf(expr);
        return layer === undefined ? this.inner.typeOf(expr) : typed('number', 'run', layer.outputShape);
      },
    };
  }

  /** `out.fc1`, the value of a layer within; `fc1.weight` has its prior to say it. Null for what is no part of either. */
  private part(expr: Member, closePart: (part: Expr) => Expr): Expr | null {
    const { object, name, span } = expr;
    const network = this.network();
    if (object.kind === 'name' && network?.layers.some((l) => l.path === object.name) === true) {
      this.ctx.report.say('BP4014', span, `\`${formatExpr(expr)}\` cannot stand in a factor`, {
        hint: `give \`${object.name}.${name}\` a prior that says it; a \`density\` of your own can say anything of a weight`,
      });
      return errorNode(span);
    }
    if (!this.isNetwork(object)) return null;
    const value = closePart(object);
    if (value.kind === 'error') return value;
    const paths = (this.network()?.layers ?? []).map((l) => l.path);
    // A block has the value of its last layer.
    const path = paths.includes(name) ? name : paths.findLast((p) => p.startsWith(`${name}.`));
    if (path !== undefined) return { ...expr, name: path, object: value };
    const place = { ...span, start: span.end - name.length };
    this.ctx.report.say('BP2001', place, `there is no layer \`${name}\` in \`${this.network()?.name}\``, {
      ...suggestedAt(place, name, paths, 'its layers are'),
    });
    return errorNode(span);
  }

  /** A call of a network, or a quantity that stands for one. */
  private isNetwork(expr: Expr): boolean {
    if (expr.kind === 'call') return this.rows.isNetwork(nameOf(expr));
    const line = expr.kind === 'name' ? this.parts.names.get(expr.name)?.line : undefined;
    return line?.kind === 'quantity' && this.isNetwork(line.value);
  }

  private network(): CheckedNetwork | null {
    return this.rows.application?.instance.network ?? null;
  }

  /** Of a closed `net(x).fc1`. */
  private layerOf(expr: Expr) {
    if (expr.kind !== 'member' || !this.rows.isApplied(expr.object)) return undefined;
    return this.network()?.layers.find((l) => l.path === expr.name);
  }

  private hasRows(expr: Expr): boolean {
    if (this.rows.isApplied(expr)) return true;
    if (expr.kind === 'name') return this.parts.data.seen.some((c) => c.name === expr.name);
    return partsOf(expr).some((part) => this.hasRows(part));
  }

  /** Latents under the paths of their sites; those with groups are summed piece by piece. */
  private placed(expr: Expr): Expr {
    const { pieces } = this.parts.latents;
    const reduced = reducedBy(expr);
    if (reduced !== null) {
      const several = plates(reduced.inner, pieces);
      return several.length === 0
        ? withInner(reduced.call, this.placed(reduced.inner))
        : this.overPieces(reduced.call, reduced.inner, several);
    }
    if (expr.kind !== 'name') return mapParts(expr, (part) => this.placed(part));
    const own = pieces.get(expr.name);
    if (own === undefined) return expr;
    const [single, ...more] = own;
    if (more.length === 0 && single?.layer === null) return { ...expr, name: single.path };
    this.ctx.report.say('BP4014', expr.span, `\`${expr.name}\` has a number for each of its groups, not one`, {
      hint: `write \`sum(${expr.name})\``,
      fix: replacement(expr.span, `sum(${expr.name})`),
    });
    return expr;
  }

  /** A sum over the pieces of the latent that has most numbers; others go with it as in priors. */
  private overPieces(call: Call, inner: Expr, several: readonly string[]): Expr {
    const { pieces } = this.parts.latents;
    if (this.hasRows(inner)) {
      const [name] = several;
      this.ctx.report.say('BP4014', call.span, `\`${name}\` has a number for each of its groups, and no row has one`, {
        hint: `take the two apart: \`sum(${name})\` and a sum over each row`,
      });
      return call;
    }
    const count = (name: string) => pieces.get(name)!.reduce((n, piece) => n + sizeOf(piece.shape), 0);
    const most = several.reduce((a, b) => (count(b) > count(a) ? b : a));
    const { span } = call;
    const sum = { ...call, callee: { kind: 'name', name: 'sum', span } } as const;
    const whole = pieces
      .get(most)!
      .map((at): Expr => withInner(sum, placedExpr(this.ctx, inner, at, pieces, this.parts.names)))
      .reduce((left, right): Expr => ({ kind: 'binary', op: '+', left, right, span }));
    if (nameOf(call) === 'sum') return whole;
    const right: Expr = { kind: 'number', value: count(most), unit: null, percent: false, span };
    return { kind: 'binary', op: '/', left: whole, right, span };
  }

  private sayNoNumber(expr: Expr, truth: boolean): null {
    const hint = truth ? truthAsNumber(expr) : { hint: 'write a number that is added to the log density' };
    this.ctx.report.say('BP2008', expr.span, `\`${formatExpr(expr)}\` is no number`, hint);
    return null;
  }

  private sayMany(expr: Expr, count: number): null {
    this.ctx.report.say('BP4014', expr.span, `a factor is one number, and this is ${countOf(count, 'number')}`, {
      hint: `write \`sum(${formatExpr(expr)})\`, or \`mean(...)\``,
      fix: around(expr.span, 'sum(', ')'),
    });
    return null;
  }
}

function around(span: Span, before: string, after: string) {
  const edits = [
    { span: { ...span, end: span.start }, text: before },
    { span: { ...span, start: span.end }, text: after },
  ];
  return { edits, otherwise: null };
}

function nameOf(expr: Expr): string {
  return expr.kind === 'call' && expr.callee.kind === 'name' ? expr.callee.name : '';
}

/** Latents with groups. */
function plates(expr: Expr, pieces: ReadonlyMap<string, readonly Piece[]>): readonly string[] {
  return [...new Set(namesOf(expr))].filter((name) => pieces.get(name)?.some((p) => p.layer !== null) === true);
}
