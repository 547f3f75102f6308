/** The program of a session: takes declarations in, refuses what is wrong, remembers what the checker said. */
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import type { Source } from '../../base/span.ts';
import { parse } from '../../language/index.ts';
import type { Program } from '../../language/syntax/ast.ts';
import { type Host, type Loaded, loadSource } from '../../runtime/index.ts';
import { type Composition, compose, type Entry, entriesOf, PROGRAM, relocated, replaced } from './entries.ts';

export interface Declared {
  /** Null when something was wrong with it and nothing has changed. */
  readonly kept: readonly { readonly entry: Entry; readonly redefined: boolean }[] | null;
  /** What touches the new declarations, at the places where they were written. */
  readonly diagnostics: readonly Diagnostic[];
  /** Older declarations that have an error since then. */
  readonly broken: readonly Entry[];
}

interface State {
  readonly composition: Composition;
  readonly program: Program;
  readonly loaded: Loaded | null;
}

const EMPTY: State = { composition: compose([]), program: parse({ name: PROGRAM, text: '' }).program, loaded: null };

export class Workspace {
  /** The host that finds data files of loaded programs, too. */
  readonly files: Host;
  private readonly host: Host;
  private state: State = EMPTY;

  constructor(host: Host) {
    this.host = host;
    this.files = besideLoadedFiles(host, () => this.entries);
  }

  get entries(): readonly Entry[] {
    return this.state.composition.entries;
  }

  get composition(): Composition {
    return this.state.composition;
  }

  get program(): Program {
    return this.state.program;
  }

  /** Texts by name: the program and its imports. */
  get sources(): ReadonlyMap<string, string> {
    return this.state.loaded?.sources ?? new Map();
  }

  /** Null before the first declaration. */
  get checked(): Loaded['checked'] | null {
    return this.state.loaded?.checked ?? null;
  }

  /** Everything that the checker says about the whole, at the places where it was written. */
  get diagnostics(): readonly Diagnostic[] {
    return (this.state.loaded?.diagnostics ?? []).map((d) => relocated(d, this.composition.written));
  }

  reset(): void {
    this.state = EMPTY;
  }

  /** Takes the declarations of a text in, all or none. Those that came from a text of the same name before go. */
  async declare(origin: Source): Promise<Declared> {
    const syntax = parse(origin).diagnostics;
    if (hasErrors(syntax)) return { kept: null, diagnostics: syntax, broken: [] };
    const fresh = entriesOf(origin);
    const before = this.state;
    const old = this.entries.filter((e) => e.origin.name !== origin.name);
    this.state = await this.check(compose(replaced(old, fresh)));
    const found = this.state.loaded?.diagnostics ?? [];
    const entryOf = (d: Diagnostic) => (d.span?.source === PROGRAM ? this.composition.entryAt(d.span.start) : null);
    const own = found.filter((d) => {
      const entry = entryOf(d);
      return entry === null || fresh.includes(entry);
    });
    const diagnostics = own.map((d) => relocated(d, this.composition.written));
    if (hasErrors(own)) {
      this.state = before;
      return { kept: null, diagnostics, broken: [] };
    }
    const known = new Set(before.loaded?.diagnostics.map((d) => `${d.code} ${d.message}`));
    const worse = found.filter(
      (d) => d.severity === 'error' && !own.includes(d) && !known.has(`${d.code} ${d.message}`),
    );
    const broken = [...new Set(worse.flatMap((d) => entryOf(d) ?? []))];
    const kept = fresh.map((entry) => ({
      entry,
      redefined: before.composition.entries.some((e) => e.key === entry.key),
    }));
    return { kept, diagnostics, broken };
  }

  private async check(composition: Composition): Promise<State> {
    const { source } = composition;
    // Paths are looked for beside the files that the new text came from, before it is accepted.
    const host = besideLoadedFiles(this.host, () => composition.entries);
    const loaded = await loadSource(host, source, new Map());
    return { composition, program: loaded.program, loaded };
  }
}

/** Data of a loaded file lie beside that file; typed paths are relative to the working directory. */
function besideLoadedFiles(host: Host, entries: () => readonly Entry[]): Host {
  return {
    ...host,
    async locate(written, from) {
      const places = new Set([from, ...entries().map((e) => e.origin.name)]);
      for (const place of places) {
        const found = await host.locate(written, place);
        if (found !== null) return found;
      }
      return null;
    },
  };
}
