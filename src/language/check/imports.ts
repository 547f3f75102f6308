/** Joins a program with those that it imports: one space of names, each file once, places that say which file they are in. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { nearest } from '../../base/suggest.ts';
import type { Declaration, ImportDeclaration, Program } from '../syntax/ast.ts';
import { sayUnavailable } from './later.ts';
import { listed, Report } from './report.ts';

/** The program that an import names, or null where there is none; programs are told apart by the names of their sources. */
export type FindImport = (declaration: ImportDeclaration) => Program | null;

export interface Joined {
  /** The declarations of the imports, then the program's own. Runs of imported files are left out: they are theirs. */
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** `library` are the files that come with bprune (`bprune:lenet5`), for hints. */
export function joinImports(main: Program, find: FindImport, library: readonly string[]): Joined {
  const join = new Join(find, library);
  const declarations = join.open(main);
  const program = { ...main, declarations, damage: join.damage };
  return { program, diagnostics: join.report.diagnostics };
}

const OWN_PREFIX = 'bprune:';

/** Files that will come with bprune. */
const PLANNED_FILES: ReadonlySet<string> = new Set(['bprune:classifiers', 'bprune:common']);

class Join {
  readonly report = new Report();
  /** Of all files. */
  readonly damage: Span[] = [];
  private readonly find: FindImport;
  private readonly library: readonly string[];
  /** Sources that are being read, from the outermost in. */
  private readonly path: string[] = [];
  private readonly done = new Set<string>();

  constructor(find: FindImport, library: readonly string[]) {
    this.find = find;
    this.library = library;
  }

  open(program: Program): Declaration[] {
    this.path.push(program.source);
    this.damage.push(...program.damage);
    const imported = program.declarations.flatMap((d) => (d.kind === 'import' ? this.imported(d) : []));
    this.path.pop();
    this.done.add(program.source);
    return [...imported, ...program.declarations.filter((d) => d.kind !== 'import')];
  }

  private imported(declaration: ImportDeclaration): Declaration[] {
    const program = this.find(declaration);
    if (program === null && PLANNED_FILES.has(declaration.path)) {
      sayUnavailable(this.report, declaration.pathSpan, `\`${declaration.path}\``);
      return [{ kind: 'error', span: declaration.span }];
    }
    if (program === null) {
      this.report.say('BP2022', declaration.pathSpan, `there is no \`${declaration.path}\` to import`, {
        hint: declaration.path.startsWith(OWN_PREFIX)
          ? this.libraryHint(declaration.path)
          : 'paths are relative to the file that imports; `bprune:NAME` names a file that comes with bprune',
      });
      // Names that are missing may have been in it.
      return [{ kind: 'error', span: declaration.span }];
    }
    if (this.path.includes(program.source)) {
      this.sayCircle(declaration, program.source);
      return [];
    }
    if (this.done.has(program.source)) return [];
    return this.open(program).filter((d) => d.kind !== 'run');
  }

  /** Names are compared without what all of them begin with. */
  private libraryHint(path: string): string {
    const bare = (name: string) => name.slice(OWN_PREFIX.length);
    const near = nearest(bare(path), this.library.map(bare));
    if (near !== null) return `did you mean \`${OWN_PREFIX}${near}\`?`;
    return `with bprune come ${listed(this.library)}`;
  }

  private sayCircle(declaration: ImportDeclaration, source: string): void {
    const circle = [...this.path.slice(this.path.indexOf(source)), source];
    this.report.say('BP2023', declaration.span, `this file imports itself: ${circle.join(' -> ')}`, {
      hint: 'move what the files share into a third one that both import',
    });
  }
}
