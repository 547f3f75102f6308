/** The front door of the language: text in, tree and diagnostics out. Nothing here throws, whatever the text. */

import { type Diagnostic, sortDiagnostics } from '../../base/diagnostic.ts';
import type { Expr } from '../../base/expr.ts';
import { joinSpans, lineStarts, positionAt, type Source, type Span, span } from '../../base/span.ts';
import { explainFaults } from '../messages/faults.ts';
import type { Declaration, Program } from './ast.ts';
import { type Comment, commentsOf, DocComments } from './comments.ts';
import { type CstNode, needNode, nodes } from './cst.ts';
import { layOut } from './layout.ts';
import { repairMistakes } from './mistakes.ts';
import { declarationsIn, readDeclaration, readExpression, readProgram } from './read.ts';
import { Report } from './report.ts';
import { carriesOn } from './separators.ts';
import { AstBuilder } from './to-ast.ts';
import { ExprBuilder } from './to-expr.ts';
import { is, lexer, T, type Token } from './tokens.ts';
import { classifyWords } from './words.ts';

export interface Parsed {
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

const UNCLOSED = 'BP1008';
const CARRIED_ON = 'BP1034';

/** A file that is mostly not bprune would otherwise bury its reader. */
const MOST_MESSAGES = 50;

/** Reads a file. `program` holds all that could be understood. */
export function parse(source: Source): Parsed {
  const text = laidOut(source);
  return parseDeclarations(text) ?? parseWhole(text);
}

/** The same with the parser's own tree, which still has every token as it was written: for the formatter. */
export function parseWithTree(source: Source): Parsed & { readonly cst: CstNode } {
  return parseWhole(laidOut(source));
}

/** A text as the parser gets it, with what was reported of it on the way. */
interface LaidOut {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly report: Report;
}

function laidOut(source: Source): LaidOut {
  const report = new Report(source);
  const lexed = lexer.tokenize(source.text);
  const tokens = layOut(lexed.tokens, report);
  return { source, tokens, comments: commentsOf(source, lexed.groups.comments ?? []), report };
}

/**
 * One declaration after the other, so that the parser's tree of each, some hundred times its text, is gone before the next one
 * is read. Null when the parser meets a mistake: what is said of it depends on what stands around it.
 */
function parseDeclarations(text: LaidOut): Parsed | null {
  const report = new Report(text.source);
  const builder = new AstBuilder(report, new DocComments(text.source, text.comments));
  const declarations: Declaration[] = [];
  for (const tokens of declarationsIn(text.tokens)) {
    const cst = readDeclaration(tokens);
    if (cst === null) return null;
    declarations.push(...builder.declaration(cst));
  }
  text.report.diagnostics.push(...report.diagnostics);
  return parsed(text, declarations);
}

function parseWhole(text: LaidOut): Parsed & { readonly cst: CstNode } {
  const { cst, faults } = readProgram(text.tokens);
  explainFaults(faults, text.report);
  const builder = new AstBuilder(text.report, new DocComments(text.source, text.comments));
  const declarations = nodes(cst, 'declaration').flatMap((declaration) => builder.declaration(declaration));
  return { ...parsed(text, declarations), cst };
}

function parsed({ source, comments, report }: LaidOut, declarations: readonly Declaration[]): Parsed {
  const { name, text } = source;
  const damage = damageOf(report);
  const program: Program = { kind: 'program', source: name, declarations, damage, span: span(name, 0, text.length) };
  return { program, comments, diagnostics: finish(report) };
}

/**
 * The lines of each mistake; of a bracket that is not closed, all up to where it should have been; of a line that begins in the
 * middle of a statement, also the one before.
 */
function damageOf({ source, diagnostics }: Report): readonly Span[] {
  const starts = lineStarts(source.text);
  return diagnostics.map((d) => {
    const places = [d.span!, ...(d.code === UNCLOSED ? d.labels.map((l) => l.span) : [])];
    const { start, end } = places.reduce(joinSpans);
    const first = starts.findLastIndex((s) => s <= start) - (d.code === CARRIED_ON ? 1 : 0);
    return span(source.name, starts[Math.max(0, first)]!, starts.find((s) => s > end) ?? source.text.length);
  });
}

export interface ParsedExpression {
  readonly expr: Expr;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads one expression, such as the value of `--set name=value`. */
export function parseExpression(source: Source): ParsedExpression {
  const report = new Report(source);
  const tokens = layOut(lexer.tokenize(source.text).tokens, report, true);
  const { cst, faults } = readExpression(tokens);
  explainFaults(faults, report);
  const nothing: Expr = { kind: 'error', span: span(source.name, 0, source.text.length) };
  const expr = cst === null ? nothing : new ExprBuilder(report).expr(needNode(cst, 'expression'));
  return { expr, diagnostics: finish(report) };
}

/** True when more lines must follow: brackets are open, a comment is open, or an operator or comma stands last. */
export function isIncomplete(text: string): boolean {
  const report = new Report({ name: '', text });
  const lexed = lexer.tokenize(text).tokens;
  if (lexed.some((token) => is(token, T.OpenComment))) return true;
  let depth = 0;
  for (const token of lexed) {
    if (is(token, T.LParen, T.LBracket, T.LBrace)) depth++;
    else if (is(token, T.RParen, T.RBracket, T.RBrace)) depth--;
  }
  if (depth > 0) return true;
  const tokens = classifyWords(repairMistakes(lexed, report), report, true);
  return carriesOn(tokens.filter((token) => !is(token, T.NewLine)));
}

/** In the order of the text, one for each line, and not too many. */
function finish(report: Report): Diagnostic[] {
  const { source } = report;
  const spoken = new Set<number>();
  const once = sortDiagnostics(report.diagnostics).filter((d) => {
    const line = positionAt(source, d.span?.start ?? 0).line;
    return spoken.has(line) ? false : spoken.add(line);
  });
  return once.slice(0, MOST_MESSAGES);
}
