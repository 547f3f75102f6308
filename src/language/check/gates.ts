/** `gate GROUPS with VALUE`: which layers are multiplied, on which side, by what. */
import type { GateLine } from '../syntax/ast.ts';
import type { CheckedGate, CheckedNetwork } from './checked.ts';
import { close, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { type Latents, piecesOf } from './latents.ts';
import { sayUnavailable } from './later.ts';
import type { ModelName } from './model-names.ts';
import { placedExpr } from './placement.ts';
import { typeOf } from './types.ts';

const SIDES: Readonly<Record<string, CheckedGate['side']>> = {
  unit: 'outputs',
  filter: 'outputs',
  output: 'outputs',
  input: 'inputs',
};

/** One gate for each layer that the line reaches; none after a report. */
export function checkGate(
  ctx: Context,
  line: GateLine,
  scope: Scope,
  network: CheckedNetwork,
  latents: Latents,
  names: ReadonlyMap<string, ModelName>,
): readonly CheckedGate[] {
  const { include, except, span } = line.groups;
  const kept = new Set(piecesOf(ctx, except, '', network).map((p) => p.path));
  const reached = piecesOf(ctx, include, '', network).filter((p) => !kept.has(p.path));
  const value = close(ctx, line.value, scope);
  const { type } = typeOf(ctx, value, scope);
  if (type === 'unknown') return [];
  if (type !== 'number' && type !== 'boolean') {
    ctx.report.say(
      'BP2008',
      line.value.span,
      `a gate is a number, or a latent of 0 and 1, but not \`${formatExpr(line.value)}\``,
      {
        hint: 'name a latent: `z[fc1.unit] ~ Bernoulli(0.5)`, `gate fc1.unit with z`',
      },
    );
    return [];
  }
  return reached.flatMap((piece): CheckedGate[] => {
    const side = SIDES[piece.group ?? ''];
    if (side === undefined || piece.layer === null) {
      sayUnavailable(ctx.report, span, `a gate for each \`${piece.group}\``);
      return [];
    }
    const placed = placedExpr(ctx, value, piece, latents.pieces, names);
    return [{ layer: piece.layer.path, side, value: placed, span: line.span }];
  });
}
