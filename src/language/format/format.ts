/** The formatter: one text for each program, whatever the blanks and line ends that it was written with. `grammar/README.md` has its rules. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Source } from '../../base/span.ts';
import { type Parsed, parseWithTree } from '../syntax/parse.ts';
import { textOf } from './align.ts';
import { Gaps } from './gaps.ts';
import { linesOf } from './lines.ts';
import { saysTheSame } from './same.ts';
import { StatementPrinter } from './statements.ts';

export interface Formatted {
  /** Null when the program has mistakes of form, which are in `diagnostics`. */
  readonly text: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A comment where no line can end moves to the next line end; then it stands by something else, and may be put differently once more. */
const MOST_ROUNDS = 6;

export function format(source: Source): Formatted {
  const { name } = source;
  const original = parseWithTree(source);
  if (original.diagnostics.length > 0) return { text: null, diagnostics: original.diagnostics };
  let { text } = source;
  let parsed = original;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = print(text, parsed);
    if (next === text) return { text, diagnostics: [] };
    text = next;
    parsed = parseWithTree({ name, text });
    refuseChange(original, parsed, name);
  }
  throw new Error(`the formatter does not come to rest on ${name}`);
}

function print(text: string, { cst, comments }: ReturnType<typeof parseWithTree>): string {
  return textOf(linesOf(new StatementPrinter(new Gaps(text, cst, comments)).program(cst)));
}

/** A mistake of the formatter must not reach a file. */
function refuseChange(original: Parsed, now: Parsed, name: string): void {
  if (now.diagnostics.length > 0 || !saysTheSame(original, now)) {
    throw new Error(`the formatter would change what ${name} says`);
  }
}
