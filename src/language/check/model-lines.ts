/** Lines of models beside priors and likelihoods: every name in them is looked at; what cannot be trained with yet is named. */
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import type { Identifier, ModelLine, Selector } from '../syntax/ast.ts';
import type { OwnNames } from './bindings.ts';
import type { CheckedNetwork } from './checked.ts';
import { close, type Origin, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { reachesGroups } from './groups.ts';
import { inferredRecord, isSite, latentRange, misspeltGroup } from './latents.ts';
import { sayUnavailable } from './later.ts';
import type { Level } from './levels.ts';
import { type ModelName, mentions, type NamedLine } from './model-names.ts';
import { isDrawn } from './start-draws.ts';
import { SUPPORT_NOUN } from './supports.ts';
import { typed, UNKNOWN } from './types.ts';

export interface ModelParts {
  readonly names: ReadonlyMap<string, ModelName>;
  /** Of the model and those that it extends. */
  readonly levels: readonly Level[];
  /** False where lines could not be read. */
  readonly whole: boolean;
  /** Null where it is not known. */
  readonly network: CheckedNetwork | null;
  scopeOf(level: Level): Scope;
}

export function checkModelLines(ctx: Context, parts: ModelParts): void {
  for (const known of parts.names.values()) {
    const { name, kind, groups, line, level } = known;
    if (line.kind === 'param') {
      // A range may be open to both sides.
      const scope = withInfinity(parts.scopeOf(level));
      for (const end of line.range === null ? [] : [line.range.low, line.range.high]) close(ctx, end, scope);
      if (!isDrawn(ctx, line.value)) close(ctx, line.value, parts.scopeOf(level));
    }
    if (line.kind === 'site') close(ctx, line.distribution, parts.scopeOf(level));
    checkPlate(ctx, groups, parts.network);
    if (kind === 'param' && parts.whole) warnIdle(ctx, name, parts.levels, 'in a prior or in the likelihood');
    // A quantity is put in where it is named.
    if (kind !== 'quantity' && !isSite(ctx, known) && !namesNoDistribution(ctx, line)) {
      sayUnavailable(ctx.report, name.span, `${kind} \`${name.name}\``);
    }
  }
}

/** A misspelt name has been told, and says nothing of the latent. */
function namesNoDistribution(ctx: Context, line: ModelLine): boolean {
  if (line.kind !== 'site' || line.distribution.kind !== 'call') return false;
  const { callee } = line.distribution;
  return callee.kind === 'name' && !ctx.isDistribution(callee.name);
}

/** Nothing depends on it, so that nothing would ever move it. */
export function warnIdle(
  ctx: Context,
  { name, span }: Identifier,
  levels: readonly Pick<Level, 'lines'>[],
  where: string,
): void {
  if (levels.some(({ lines }) => lines.some((line) => mentions(line, name)))) return;
  ctx.report.say('BP2019', span, `\`param\` \`${name}\` is not used`, {
    severity: 'warning',
    hint: `mention it ${where}, or remove it`,
  });
}

export function checkPlate(ctx: Context, groups: readonly (Expr | Selector)[], network: CheckedNetwork | null): void {
  if (network === null) return;
  for (const group of groups) {
    if (group.kind !== 'selector') continue;
    const meant = misspeltGroup(group);
    if (meant === null) reachesGroups(ctx, group, network);
    else sayGroup(ctx, group, meant);
  }
}

function sayGroup(ctx: Context, plate: Selector, meant: string): void {
  const { pattern, span } = plate.segments.at(-1)!;
  ctx.report.say('BP2020', span, `layers have no groups called \`${pattern}\``, {
    hint: `did you mean \`${meant}\`?`,
    fix: replacement(span, meant),
  });
}

function withInfinity(scope: Scope): Scope {
  const resolve: Scope['resolve'] = (expr, closePart) =>
    expr.kind === 'name' && expr.name === 'inf' ? expr : scope.resolve(expr, closePart);
  return { ...scope, resolve, names: [...scope.names, 'inf'] };
}

export function originOfParam({ name: { name }, line }: NamedLine): Origin {
  return { span: line.span, message: `\`${name}\` is declared here`, positive: `a \`${name}\` in \`(0, inf)\`` };
}

/** Names of a model's lines in its expressions: quantities are put in, the others stay. */
export function ownNames(ctx: Context, names: ReadonlyMap<string, ModelName>, incomplete: boolean): OwnNames {
  /** Quantities that are being put in. */
  const open = new Set<string>();
  return {
    has: (name) => names.has(name),
    typeOf(name) {
      const known = names.get(name);
      if (known?.kind === 'param') return typed('number', 'run');
      const record = known === undefined ? null : inferredRecord(ctx, known);
      if (record === null) return UNKNOWN;
      return typed(record.support === 'binary' || record.nested !== undefined ? 'boolean' : 'number', 'run');
    },
    rangeOf(name) {
      const known = names.get(name);
      return known === undefined ? null : latentRange(ctx, known);
    },
    originOf(name) {
      const known = names.get(name);
      if (known?.kind === 'param') return originOfParam(known);
      const record = known === undefined ? null : inferredRecord(ctx, known);
      if (known === undefined || record === null) return null;
      const message = `\`${record.name}\` is of ${SUPPORT_NOUN[record.support]}`;
      return { span: known.name.span, message, positive: `a \`${name}\` of \`HalfNormal\` or \`LogNormal\`` };
    },
    names: [...names.keys()],
    incomplete,
    resolve(expr, closePart) {
      const found = names.get(expr.name);
      if (found === undefined) return null;
      const { line } = found;
      if (line.kind !== 'quantity') return expr;
      if (open.has(expr.name)) {
        ctx.report.say('BP2004', found.name.span, `\`${expr.name}\` is defined by itself`, {
          hint: 'break the circle: a quantity follows from others',
        });
        return { kind: 'error', span: expr.span };
      }
      open.add(expr.name);
      const value = closePart(line.value);
      open.delete(expr.name);
      return { ...value, span: expr.span };
    },
  };
}
