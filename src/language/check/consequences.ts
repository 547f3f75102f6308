/**
 * Holds back messages that may only follow from lines that could not be read: the mistakes of those lines were reported.
 * Here is what can be told from the places alone; what stands on names of lost lines, `Context.isWhole` is asked where it is said.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Program } from '../syntax/ast.ts';

/** What a lost line of the same declaration would have given: another prior, a figure, a posterior with spread. */
const OF_THE_DECLARATION: ReadonlySet<string> = new Set(['BP4011', 'BP6002', 'BP6004']);
/** What a lost option of the same statement would have given. */
const OF_THE_STATEMENT: ReadonlySet<string> = new Set(['BP2016', 'BP6007']);

/** A guide or a run may name latents of a model; where those lines are lost, their names seem to be layers that do not exist. */
const OF_LATENTS = 'BP2020';

/** Without the messages that a reader of the repaired text might never see. */
export function withoutConsequences(program: Program, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (program.damage.length === 0) return diagnostics;
  return diagnostics.filter(({ code, span }) => {
    if (span === null || isDamaged(program, span)) return span === null;
    if (code === OF_LATENTS) return !program.declarations.some((d) => d.kind === 'model' && isDamaged(program, d.span));
    if (!OF_THE_DECLARATION.has(code) && !OF_THE_STATEMENT.has(code)) return true;
    const around = statementsAround(program.declarations, span);
    const bound = OF_THE_DECLARATION.has(code) ? around[0] : around.at(-1);
    return bound === undefined || !isDamaged(program, bound);
  });
}

/** A line that could not be read lies in `place`, at least in part. */
export function isDamaged(program: Program, place: Span): boolean {
  const end = Math.max(place.end, place.start + 1);
  return program.damage.some((d) => d.source === place.source && d.start < end && place.start < d.end);
}

interface Statement {
  readonly span: Span;
  /** Only statements with bodies have these. */
  readonly steps?: readonly Statement[];
}

/** The declaration and the steps that hold `place`, from the outermost in. */
function statementsAround(statements: readonly Statement[], { source, start, end }: Span): readonly Span[] {
  const found = statements.find(
    ({ span }) => span.source === source && span.start <= start && Math.max(end, start) <= span.end,
  );
  return found === undefined ? [] : [found.span, ...statementsAround(found.steps ?? [], { source, start, end })];
}
