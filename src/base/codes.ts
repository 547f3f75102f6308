/**
 * The shape of the diagnostic catalogue. Each room keeps its own entries in `codes.ts`; `tools/cli/codes.ts` joins them.
 * BP1xxx syntax, BP2xxx names and types, BP3xxx shapes, BP4xxx priors and likelihoods, BP5xxx inference,
 * BP6xxx pruning and requirements, BP7xxx data and files, BP8xxx executors and export, BP9xxx command line and bugs.
 * An entry is a page of `bprune explain`: it cannot be written without an example of its mistake.
 */

/** What a process ends with. 2 usage, 3 program, 4 data or file, 5 training failed, 6 a requirement failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

/**
 * Where the mistake of an example lies. `file` is whole declarations, the other parts of a program are the lines of that body;
 * `table` is the content of a CSV file that a program reads; `command` is typed into a shell, for what no program shows:
 * flags, directories, binary files, and what happens while a run goes on.
 */
export type ExamplePlace = 'file' | 'data' | 'network' | 'model' | 'guide' | 'run' | 'table' | 'command';

/** The same with and without the mistake. All but commands are tried by a test: the bad one raises this code alone, the good one none. */
export interface Example {
  readonly place: ExamplePlace;
  readonly bad: string;
  readonly good: string;
}

export interface CodeEntry {
  readonly code: string;
  /** A few words that name the mistake. */
  readonly title: string;
  /** Two to four sentences: what it means, why it is refused, what to do. */
  readonly explanation: string;
  readonly example: Example;
  /** The exit code of a command that ends because of it. */
  readonly exit: ExitCode;
}

/** Entries that end a command with the same exit code, written without its name in each of them. */
export function entriesEnding(exit: ExitCode) {
  return (code: string, title: string, explanation: string, example: Example): CodeEntry => ({
    code,
    title,
    explanation,
    example,
    exit,
  });
}

export function example(place: ExamplePlace, bad: string, good: string): Example {
  return { place, bad, good };
}

/** Makes a room's table; a code that stands twice is a bug and throws. */
export function codeTable(entries: readonly CodeEntry[]): ReadonlyMap<string, CodeEntry> {
  const table = new Map<string, CodeEntry>();
  for (const entry of entries) {
    if (table.has(entry.code)) throw new Error(`diagnostic code ${entry.code} stands twice`);
    table.set(entry.code, entry);
  }
  return table;
}
