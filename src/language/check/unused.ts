/**
 * Declarations on which nothing stands. Only said of files that have a run and no errors (a name may be unused because of one),
 * and of names that are mentioned nowhere else.
 */
import type { Declaration, Identifier } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { namesIn } from './live.ts';

const NOUN: Readonly<Record<string, string>> = {
  const: 'constant',
  def: 'function',
  data: 'data set',
  network: 'network',
  block: 'block',
  model: 'model',
  guide: 'guide',
  density: 'density',
  criterion: 'criterion',
  steps: 'named steps',
};

export function warnUnused(ctx: Context): void {
  const { runs, incomplete } = ctx.declarations;
  if (runs.length === 0 || incomplete || ctx.program.damage.length > 0 || ctx.report.errors > 0) return;
  const mentioned = mentions(ctx);
  for (const declaration of ctx.program.declarations) {
    const noun = NOUN[declaration.kind];
    // A header may offer more than a program takes.
    if (declaration.span.source !== ctx.program.source) continue;
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
  const counts = new Map<string, number>();
  for (const declaration of ctx.program.declarations) {
    for (const name of namesIn(declaration)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (name, own) => (counts.get(name) ?? 0) > (namesIn(own).has(name) ? 1 : 0);
}
