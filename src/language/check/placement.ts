/** Latents where they are mentioned: which of a latent's numbers belong to a parameter, to another latent, or to a likelihood. */
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import type { CheckedDistribution, CheckedLayer } from './checked.ts';
import type { Context } from './context.ts';
import type { NamedLine } from './model-names.ts';
import { listed } from './report.ts';

/** What there is one of: a single number has neither layer nor group. */
export interface Place {
  readonly path: string;
  readonly layer: CheckedLayer | null;
  /** `unit`, `input`, `layer`, ...; of a parameter its role. */
  readonly group: string | null;
}

/** One site of a latent. */
export interface Piece extends Place {
  readonly shape: Shape;
}

/** The distribution as it holds at one place: each latent that it mentions is the piece that lies there. Null after a report. */
export function placed(
  ctx: Context,
  distribution: CheckedDistribution,
  at: Place,
  latents: ReadonlyMap<string, readonly Piece[]>,
  names: ReadonlyMap<string, NamedLine>,
): CheckedDistribution | null {
  const before = ctx.report.errors;
  const within = (d: CheckedDistribution): CheckedDistribution => ({
    ...d,
    args: d.args.map((a) => (a.value === null ? { ...a, expr: placedExpr(ctx, a.expr, at, latents, names) } : a)),
    components: d.components.map((c) => ({ ...c, distribution: within(c.distribution) })),
  });
  const result = within(distribution);
  return ctx.report.errors > before ? null : result;
}

/** The same for an expression; what has no number here stays as it is, after a report. */
export function placedExpr(
  ctx: Context,
  expr: Expr,
  at: Place,
  latents: ReadonlyMap<string, readonly Piece[]>,
  names: ReadonlyMap<string, NamedLine>,
): Expr {
  if (expr.kind !== 'name') return mapParts(expr, (part) => placedExpr(ctx, part, at, latents, names));
  const pieces = latents.get(expr.name);
  if (pieces === undefined) return expr;
  const piece = pieces.find((p) => liesAt(p, at));
  if (piece !== undefined) return { ...expr, name: piece.path };
  sayNoPiece(ctx, expr, pieces, at, names.get(expr.name));
  return expr;
}

/** The same expression with its parts replaced; names of functions are no parts. */
export function mapParts(expr: Expr, change: (part: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'unary':
      return { ...expr, operand: change(expr.operand) };
    case 'binary':
      return { ...expr, left: change(expr.left), right: change(expr.right) };
    case 'conditional': {
      const [yes, no] = [change(expr.then), change(expr.else)];
      // biome-ignore lint/suspicious/noThenProperty: the field of the language's own tree; nobody awaits it.
      return { ...expr, condition: change(expr.condition), then: yes, else: no };
    }
    case 'call':
      return { ...expr, args: expr.args.map((a) => ({ ...a, value: change(a.value) })) };
    default:
      return expr;
  }
}

const OUTPUTS = ['unit', 'filter', 'output'];

/** Has the piece one number for each of what lies at `at`? */
function liesAt(piece: Piece, at: Place): boolean {
  if (piece.layer === null || piece.group === null) return true;
  if (piece.layer !== at.layer || at.group === null) return false;
  if (piece.group === 'layer' || piece.group === at.group) return true;
  if (at.group === 'weight') return true;
  // Biases, scales and shifts are one for each output.
  return OUTPUTS.includes(piece.group) && !['input', 'layer'].includes(at.group);
}

function sayNoPiece(
  ctx: Context,
  expr: Extract<Expr, { kind: 'name' }>,
  pieces: readonly Piece[],
  at: Place,
  name: NamedLine | undefined,
): void {
  // What is wrong with its plate has been said.
  if (pieces.length === 0) return;
  const own = pieces.find((p) => p.layer === at.layer);
  const there = listed(
    pieces.map((p) => p.path),
    4,
  );
  const fewer = `let the line reach fewer parameters, or declare \`${expr.name}\` for \`${at.layer?.path}\` too`;
  const other = `\`${own?.path}\` has one number for each ${own?.group}, and that is not what \`${at.path}\` is made of`;
  // A layer without any is said once, for all of its parameters.
  const what = own === undefined ? (at.layer?.path ?? at.path) : at.path;
  ctx.report.say('BP4013', expr.span, `\`${expr.name}\` has no number for \`${what}\``, {
    labels: name === undefined ? [] : [{ span: name.name.span, message: `declared here: ${there}` }],
    hint: at.layer === null ? 'mention a latent without groups here' : own === undefined ? fewer : other,
  });
}
