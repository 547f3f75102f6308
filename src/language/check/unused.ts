/**
 * Declarations on which nothing stands. Only said of files that have a run and no errors (a name may be unused because of one),
 * and of names that are mentioned nowhere else.
 */
import type { Declaration, Identifier } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';

const NOUN: Readonly<Record<string, string>> = {
  const: 'constant',
  def: 'function',
  data: 'data set',
  network: 'network',
  block: 'block',
  model: 'model',
  guide: 'guide',
};

export function warnUnused(ctx: Context): void {
  if (ctx.declarations.runs.length === 0 || ctx.declarations.incomplete || ctx.report.errors > 0) return;
  const mentioned = mentions(ctx);
  for (const declaration of ctx.program.declarations) {
    const noun = NOUN[declaration.kind];
    if (noun === undefined || declaration.kind === 'error') continue;
    const { name } = declaration;
    const own: Identifier | null = name;
    if (own !== null && mentioned(own.name, declaration)) continue;
    if (declaration.kind !== 'const' && declaration.kind !== 'def' && ctx.used.has(declaration)) continue;
    const shown = own === null ? `the ${noun}` : `${noun} \`${own.name}\``;
    ctx.report.say('BP2019', own?.span ?? headOf(declaration), `${shown} is not used`, {
      severity: 'warning',
      hint: 'remove it, or use it',
    });
  }
}

/** Is a name mentioned anywhere outside its own declaration? Texts of the tree are compared: places do not matter. */
function mentions(ctx: Context): (name: string, own: Declaration) => boolean {
  const words = ctx.program.declarations.map((d) => [d, wordsOf(d)] as const);
  return (name, own) => words.some(([d, inside]) => d !== own && inside.has(name));
}

function wordsOf(node: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(node)) for (const item of node) wordsOf(item, found);
  else if (node !== null && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'span' || key === 'doc') continue;
      if ((key === 'name' || key === 'pattern') && typeof value === 'string') found.add(value);
      else wordsOf(value, found);
    }
  }
  return found;
}
