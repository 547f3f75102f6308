/** Reads what a program imports, and what that imports, each file once. */
import type { FileAccess } from '../base/data.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Source } from '../base/span.ts';
import { joinImports, parse } from '../language/index.ts';
import type { ImportDeclaration, Program } from '../language/syntax/ast.ts';
import { decode } from './decode.ts';

export interface Assembled {
  readonly program: Program;
  /** The program, then its imports in the order in which they were met. */
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Files that come with bprune. */
const OWN_PREFIX = 'bprune:';
const ENDING = '.bprune';

/** `known` holds texts by name that are not read again. */
export async function assemble(
  files: FileAccess,
  main: Source,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<Assembled> {
  const sources = [main];
  const diagnostics: Diagnostic[] = [];
  /** By the place of the import. */
  const found = new Map<ImportDeclaration, Program>();
  const bySource = new Map<string, Program>();
  const read = async (source: Source): Promise<Program> => {
    const parsed = parse(source);
    diagnostics.push(...parsed.diagnostics);
    bySource.set(source.name, parsed.program);
    for (const declaration of parsed.program.declarations) {
      if (declaration.kind !== 'import') continue;
      const located = await locate(files, declaration.path, source.name);
      if (located === null) continue;
      const earlier = bySource.get(located.name);
      if (earlier !== undefined) {
        found.set(declaration, earlier);
        continue;
      }
      const text = known.get(located.name) ?? decode(await files.read(located.path), located.path);
      const imported = { name: located.name, text };
      sources.push(imported);
      found.set(declaration, await read(imported));
    }
    return parsed.program;
  };
  const program = await read(main);
  const joined = joinImports(program, (declaration) => found.get(declaration) ?? null, await libraryOf(files, main));
  return { program: joined.program, sources, diagnostics: [...diagnostics, ...joined.diagnostics] };
}

/** `bprune:lenet5` and the others. */
async function libraryOf(files: FileAccess, main: Source): Promise<readonly string[]> {
  const folder = await files.locate(OWN_PREFIX, main.name);
  const names = folder === null ? [] : await files.list(folder);
  return names.filter((name) => name.endsWith(ENDING)).map((name) => `${OWN_PREFIX}${name.slice(0, -ENDING.length)}`);
}

/** Where an import lies, and the name that its places are shown under: as short as the person's own path to the program. */
async function locate(files: FileAccess, written: string, from: string) {
  const path = written === OWN_PREFIX ? null : await files.locate(written, from);
  if (path === null) return null;
  return { name: written.startsWith(OWN_PREFIX) ? written : files.join(from, '..', written), path };
}
