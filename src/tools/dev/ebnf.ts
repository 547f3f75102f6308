/** Writes `grammar/bprune.ebnf` from the parser itself, so that the written grammar cannot drift: `npx tsx src/tools/dev/ebnf.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '../../language/syntax/parser.ts';
import { ALL_TOKENS } from '../../language/syntax/tokens.ts';
import { BUDGET_WORDS, HEAD_WORDS, JOINING_WORDS } from '../../language/syntax/vocabulary.ts';

/** A part of a rule as the parser library serialises it. */
export interface Part {
  readonly type: string;
  readonly name?: string;
  readonly nonTerminalName?: string;
  readonly separator?: { readonly name: string };
  readonly definition?: readonly Part[];
}

/** Stands for statements that the layout pass has reported: no part of the language. */
export const HIDDEN = 'brokenStatement';

const LABELS = new Map(ALL_TOKENS.map((type) => [type.name, type.LABEL ?? type.name]));

export function terminal(name: string): string {
  if (name.startsWith('word_')) return `"${name.slice(5)}"`;
  const sign = /^`(.+)`$/.exec(LABELS.get(name) ?? '');
  return sign === null ? name : `"${sign[1]}"`;
}

function sequence(parts: readonly Part[]): string {
  return parts.map(part).join(' ');
}

function part(node: Part): string {
  const inner = node.definition ?? [];
  switch (node.type) {
    case 'Terminal':
      return terminal(node.name!);
    case 'NonTerminal':
      return node.nonTerminalName ?? node.name!;
    case 'Option':
      return `[ ${sequence(inner)} ]`;
    case 'Repetition':
      return `{ ${sequence(inner)} }`;
    case 'RepetitionWithSeparator':
      return `[ ${separated(node)} ]`;
    case 'RepetitionMandatoryWithSeparator':
      return separated(node);
    case 'Alternation':
      return alternatives(inner);
    default:
      return sequence(inner);
  }
}

function separated(node: Part): string {
  const item = sequence(node.definition ?? []);
  return `${item} { ${terminal(node.separator!.name)} ${item} }`;
}

function alternatives(parts: readonly Part[], between = ' | '): string {
  const all = parts.map((p) => sequence(p.definition ?? [])).filter((text) => text !== HIDDEN);
  if (between !== ' | ') return all.join(between);
  return all.length === 1 ? all[0]! : `( ${all.join(between)} )`;
}

/** A rule that is one choice has a line for each alternative. */
function rule(node: Part): string {
  const [first, second] = node.definition ?? [];
  const choice = first?.type === 'Alternation' && second === undefined;
  const text = choice ? alternatives(first.definition ?? [], '\n    | ') : sequence(node.definition ?? []);
  return `${node.name} =\n      ${text} ;`;
}

/** From the whole to its parts: each rule stands behind the first one that uses it. */
function inReadingOrder(all: readonly Part[]): readonly Part[] {
  const byName = new Map(all.map((r) => [r.name!, r]));
  const ordered = new Set<Part>();
  const visit = (name: string): void => {
    const found = byName.get(name)!;
    if (ordered.has(found)) return;
    ordered.add(found);
    for (const used of usedBy(found)) visit(used);
  };
  visit('program');
  for (const { name } of all) visit(name!);
  return [...ordered];
}

function usedBy(node: Part): readonly string[] {
  const own = node.type === 'NonTerminal' ? [node.nonTerminalName ?? node.name!] : [];
  return [...own, ...(node.definition ?? []).flatMap(usedBy)];
}

const LEXICAL = `Ident  = letter or "_", then letters, digits and "_" ;            (* ASCII *)
Number = digits [ "." digits ] [ ("e" | "E") [ "+" | "-" ] digits ] [ "%" ] ;  (* "_" between digits; "%" touches the number *)
Text   = '"' characters '"' ;                                   (* \\" \\\\ \\n \\t inside; ends on its line *)
Unit   = "epoch" | "epochs" | "step" | "steps" ;                (* only directly behind a number *)
Sep    = line end or ";" ;                                      (* see README.md: never doubled, leading or trailing *)`;

/** The rules of the parser as a reader meets them. */
export function grammarRules(): readonly Part[] {
  const all = parser().getSerializedGastProductions() as unknown as readonly Part[];
  return inReadingOrder(all).filter((r) => r.name !== HIDDEN);
}

/** The whole text of the file. */
export function ebnf(): string {
  const rules = grammarRules();
  const heads = Object.entries(HEAD_WORDS)
    .filter(([, words]) => words.length > 0)
    .map(([body, words]) => `   ${body}: ${words.join(' ')}`);
  return [
    '(* The grammar of bprune, written by src/tools/dev/ebnf.ts from the parser. Do not edit. *)',
    rules.map(rule).join('\n\n'),
    LEXICAL,
    `(* Joining words, reserved except behind "." and before "=":\n   ${JOINING_WORDS.join(' ')}\n   Only behind the "by" of a budget: ${BUDGET_WORDS.join(' ')} *)`,
    `(* Head words, keywords only at the head of a statement of their body:\n${heads.join('\n')} *)`,
  ]
    .join('\n\n')
    .concat('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../../../grammar/bprune.ebnf', import.meta.url)), ebnf());
}
