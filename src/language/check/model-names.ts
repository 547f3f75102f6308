/** What the lines of a model call by name beside parameters of the network: latents, `param`s, quantities that follow from others. */
import type { Expr } from '../../base/expr.ts';
import type { Identifier, ModelLine, Selector, SiteLine } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import type { Level } from './levels.ts';
import { namesIn } from './live.ts';

/** A name that a line of a model or of a guide declares. */
export interface NamedLine {
  readonly name: Identifier;
  readonly kind: 'latent' | 'param' | 'quantity';
  /** The groups for each of which there is one; none for a single number. */
  readonly groups: readonly (Expr | Selector)[];
  readonly line: ModelLine;
}

export interface ModelName extends NamedLine {
  readonly level: Level;
}

/** A line that gives a distribution to something that is neither a column nor a parameter of the network. */
export function latentOf(line: SiteLine): { readonly name: Identifier; readonly groups: ModelName['groups'] } | null {
  const [selector, ...others] = line.target.include;
  if (selector === undefined || others.length + line.target.except.length > 0) return null;
  return latentIn(selector);
}

/** A selector that may name a latent: one word, with groups or without. */
export function latentIn({
  segments: [segment, ...more],
}: Selector): { readonly name: Identifier; readonly groups: ModelName['groups'] } | null {
  if (segment === undefined || more.length > 0) return null;
  if (segment.args.length > 0 || !/^[A-Za-z_]\w*$/.test(segment.pattern)) return null;
  const span = { ...segment.span, end: segment.span.start + segment.pattern.length };
  return { name: { name: segment.pattern, span }, groups: segment.indices };
}

/**
 * `columns` are those of the data. A name without groups is a latent only when another line mentions it:
 * else it is a column or layer that was misspelt.
 */
export function modelNames(
  ctx: Context,
  levels: readonly Level[],
  columns: readonly string[],
): ReadonlyMap<string, ModelName> {
  const names = new Map<string, ModelName>();
  for (const level of levels) {
    const own = new Map<string, Identifier>();
    for (const line of level.lines) {
      const found = nameOf(line, levels, columns);
      if (found === null) continue;
      const earlier = own.get(found.name.name);
      if (earlier === undefined) own.set(found.name.name, found.name);
      else if (!(line.kind === 'site' && line.override)) {
        ctx.report.say('BP2002', found.name.span, `\`${found.name.name}\` stands twice in the model`, {
          labels: [{ span: earlier.span, message: 'first here' }],
          hint: 'give one of the two another name',
        });
        continue;
      }
      names.set(found.name.name, { ...found, line, level });
    }
  }
  return names;
}

function nameOf(
  line: ModelLine,
  levels: readonly Level[],
  columns: readonly string[],
): Omit<ModelName, 'line' | 'level'> | null {
  if (line.kind === 'param' || line.kind === 'quantity')
    return { name: line.name, kind: line.kind, groups: line.groups };
  const latent = line.kind === 'site' ? latentOf(line) : null;
  if (latent === null || columns.includes(latent.name.name)) return null;
  const mentioned = levels.some((l) => l.lines.some((other) => other !== line && mentions(other, latent.name.name)));
  return latent.groups.some(isPlate) || mentioned ? { ...latent, kind: 'latent' } : null;
}

/** `stage[2]` and `stage[*]` are blocks of a network, `tau[fc1.unit]` has a plate. */
function isPlate(group: Expr | Selector): boolean {
  return group.kind === 'selector' && group.segments.some((s) => !/^\*+$/.test(s.pattern));
}

/** In what it says, not in what it is about. */
export function mentions(line: ModelLine, name: string): boolean {
  switch (line.kind) {
    case 'site':
      return namesIn(line.distribution).has(name);
    case 'gate':
    case 'param':
    case 'quantity':
    case 'factor':
      return namesIn(line.value).has(name);
    case 'error':
      return false;
  }
}
