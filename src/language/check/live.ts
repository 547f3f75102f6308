/** Which declarations a program needs: its own, and those of its imports that it mentions, also through others. */
import { onceForEach } from '../../base/once-for-each.ts';
import type { Declaration, Program } from '../syntax/ast.ts';

/** Every name that stands anywhere in a node. A line is asked for its names by each other line and for each site. */
export const namesIn = onceForEach((node: object): ReadonlySet<string> => {
  const found = new Set<string>();
  collectNames(node, found);
  return found;
});

function collectNames(node: object, found: Set<string>): void {
  for (const key in node) {
    // What a density of the program's own calls its parameters is its own affair.
    if (key === 'span' || key === 'doc' || key === 'own') continue;
    const value: unknown = node[key as keyof typeof node];
    if (typeof value === 'object' && value !== null) collectNames(value, found);
    else if (typeof value === 'string' && (key === 'name' || key === 'pattern')) found.add(value);
  }
}

export function liveDeclarations(program: Program): ReadonlySet<Declaration> {
  const live = new Set(program.declarations.filter((d) => d.span.source === program.source));
  const waiting = program.declarations.filter((d) => !live.has(d));
  if (waiting.length === 0) return live;
  // What stands alone of its kind needs no name to be meant.
  for (const kind of ['data', 'model'] as const) {
    const [only, ...others] = program.declarations.filter((d) => d.kind === kind);
    if (only !== undefined && others.length === 0) live.add(only);
  }
  const names = new Set([...live].flatMap((d) => [...namesIn(d)]));
  for (let before = -1; before < live.size; ) {
    before = live.size;
    for (const declaration of waiting) {
      if (live.has(declaration) || !isMeant(declaration, names)) continue;
      live.add(declaration);
      for (const name of namesIn(declaration)) names.add(name);
    }
  }
  return live;
}

/** A guide goes with its model. */
function isMeant(declaration: Declaration, names: ReadonlySet<string>): boolean {
  if (declaration.kind === 'error') return true;
  if (declaration.kind === 'guide' && declaration.model !== null && names.has(declaration.model.name)) return true;
  return declaration.name !== null && names.has(declaration.name.name);
}
