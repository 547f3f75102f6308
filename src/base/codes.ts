/**
 * The shape of the diagnostic catalogue. Each room keeps its own entries in `codes.ts`; `tools/cli/codes.ts` joins them.
 * BP1xxx syntax, BP2xxx names and types, BP3xxx shapes, BP4xxx priors and likelihoods, BP5xxx inference,
 * BP6xxx pruning and requirements, BP7xxx data and files, BP8xxx executors and export, BP9xxx command line and bugs.
 */

/** What a process ends with. 2 usage, 3 program, 4 data or file, 5 training failed, 6 a requirement failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

export interface CodeEntry {
  readonly code: string;
  /** A few words that name the mistake. */
  readonly title: string;
  /** A paragraph: what it means, why it is refused, what to do. */
  readonly explanation: string;
  /** The exit code of a command that ends because of it. */
  readonly exit: ExitCode;
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
