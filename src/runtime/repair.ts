/** Makes the changes of the hints: those that `load` tried, all at once where that works, until none is left. */
import type { FileAccess } from '../base/data.ts';
import type { Diagnostic, Fix } from '../base/diagnostic.ts';
import { areApart, withEdits } from '../base/fix.ts';
import { positionAt, type Source } from '../base/span.ts';
import { editsOf } from '../base/trial.ts';
import { type Loaded, loadSource } from './load.ts';

/** One mistake that was mended. */
export interface Repair {
  readonly code: string;
  readonly message: string;
  /** Places are those of the text in which it was found. */
  readonly changes: readonly {
    readonly line: number;
    readonly column: number;
    readonly before: string;
    readonly after: string;
  }[];
}

export interface Repaired {
  /** The program as it is now. */
  readonly loaded: Loaded;
  readonly repairs: readonly Repair[];
}

type Mistake = Diagnostic & { readonly fix: Fix };

/** Only `source` is changed, never what it imports. Repairing what comes out changes nothing. */
export async function repairSource(
  files: FileAccess,
  source: Source,
  settings: ReadonlyMap<string, string>,
): Promise<Repaired> {
  const repairs: Repair[] = [];
  const seen = new Set([source.text]);
  let loaded = await loadSource(files, source, settings);
  for (;;) {
    const mistakes = mendable(loaded);
    const changed = await changedBy(mistakes, loaded, files, settings);
    // A text that was there before would come again and again.
    if (changed === null || seen.has(changed.loaded.source.text)) return { loaded, repairs };
    seen.add(changed.loaded.source.text);
    repairs.push(...changed.mended.map((m) => repairOf(m, loaded.source)));
    loaded = changed.loaded;
  }
}

/** Mistakes whose changes lie in the program itself and touch no place twice. */
function mendable({ diagnostics, source }: Loaded): readonly Mistake[] {
  const chosen: Mistake[] = [];
  for (const d of diagnostics) {
    if (d.fix === null || d.fix.edits.some((e) => e.span.source !== source.name)) continue;
    if (areApart(d.fix.edits, editsOf(chosen))) chosen.push({ ...d, fix: d.fix });
  }
  return chosen;
}

/** All at once; each was tried alone, so that where together they leave more mistakes than they mend, one is made first. */
async function changedBy(
  mistakes: readonly Mistake[],
  before: Loaded,
  files: FileAccess,
  settings: ReadonlyMap<string, string>,
): Promise<{ readonly loaded: Loaded; readonly mended: readonly Mistake[] } | null> {
  if (mistakes.length === 0) return null;
  const source = { name: before.source.name, text: withEdits(before.source.text, editsOf(mistakes)) };
  const loaded = await loadSource(files, source, settings);
  const isWorse = loaded.diagnostics.length > before.diagnostics.length;
  if (!isWorse || mistakes.length === 1) return { loaded, mended: mistakes };
  return changedBy(mistakes.slice(0, 1), before, files, settings);
}

function repairOf({ code, message, fix }: Mistake, source: Source): Repair {
  const changes = fix.edits.map(({ span, text }) => {
    const { line, column } = positionAt(source, span.start);
    return { line, column, before: source.text.slice(span.start, span.end), after: text };
  });
  return { code, message, changes };
}
