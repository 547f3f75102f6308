/**
 * The parser library checks alternatives for ambiguity, but never an optional part against what may follow it: those are greedy.
 * This walk over FIRST and FOLLOW finds them all; each one that is left is decided by a second token or by a gate, and is listed.
 */
import { type ISerializedGast, Lexer, type TokenType } from 'chevrotain';
import { describe, expect, it } from 'vitest';
import { BpruneParser, parser } from '../../../src/language/syntax/parser.ts';
import { ALL_TOKENS, keyword, LEXING, lexer } from '../../../src/language/syntax/tokens.ts';
import { ALL_WORDS, BUDGET_WORDS, HEAD_WORDS } from '../../../src/language/syntax/vocabulary.ts';

interface Node {
  readonly type: ISerializedGast['type'];
  readonly name?: string;
  readonly nonTerminalName?: string;
  readonly separator?: { readonly name: string };
  readonly definition?: readonly Node[];
}

interface Start {
  readonly first: Set<string>;
  readonly nullable: boolean;
}

const rules = parser().getSerializedGastProductions() as unknown as readonly Node[];
const starts = new Map<string, Start>(rules.map((r) => [r.name!, { first: new Set(), nullable: false }]));
const follows = new Map<string, Set<string>>(rules.map((r) => [r.name!, new Set()]));

function startOf(node: Node): Start {
  switch (node.type) {
    case 'Terminal':
      return { first: new Set([node.name!]), nullable: false };
    case 'NonTerminal':
      return starts.get(node.nonTerminalName ?? node.name!)!;
    case 'Alternation': {
      const all = node.definition!.map((a) => startOfAll(a.definition!));
      return { first: new Set(all.flatMap((s) => [...s.first])), nullable: all.some((s) => s.nullable) };
    }
    case 'Option':
    case 'Repetition':
    case 'RepetitionWithSeparator':
      return { first: startOfAll(node.definition!).first, nullable: true };
    default:
      return startOfAll(node.definition!);
  }
}

function startOfAll(nodes: readonly Node[]): Start {
  const first = new Set<string>();
  for (const node of nodes) {
    const start = startOf(node);
    for (const name of start.first) first.add(name);
    if (!start.nullable) return { first, nullable: false };
  }
  return { first, nullable: true };
}

/** Grows `starts` and `follows` until nothing changes, then calls `visit` for each optional part. */
function walk(
  nodes: readonly Node[],
  after: ReadonlySet<string>,
  visit: (node: Node, follow: Set<string>) => void,
): void {
  nodes.forEach((node, i) => {
    const rest = startOfAll(nodes.slice(i + 1));
    const follow = new Set([...rest.first, ...(rest.nullable ? after : [])]);
    if (node.type === 'NonTerminal') {
      for (const name of follow) follows.get(node.nonTerminalName ?? node.name!)!.add(name);
      return;
    }
    if (node.definition === undefined) return;
    visit(node, follow);
    if (node.type === 'Alternation') {
      for (const alternative of node.definition) walk(alternative.definition!, follow, visit);
      return;
    }
    const inner = new Set(follow);
    if (node.separator !== undefined) inner.add(node.separator.name);
    else if (node.type.startsWith('Repetition')) for (const name of startOfAll(node.definition).first) inner.add(name);
    walk(node.definition, inner, visit);
  });
}

function fixpoint(step: () => void, size: () => number): void {
  for (let before = -1; before !== size(); ) {
    before = size();
    step();
  }
}

fixpoint(
  () => {
    for (const rule of rules) starts.set(rule.name!, startOfAll(rule.definition!));
  },
  () => [...starts.values()].reduce((n, s) => n + s.first.size + (s.nullable ? 1 : 0), 0),
);
fixpoint(
  () => {
    for (const rule of rules) walk(rule.definition!, follows.get(rule.name!)!, () => {});
  },
  () => [...follows.values()].reduce((n, s) => n + s.size, 0),
);

function collisions(): string[] {
  const found: string[] = [];
  for (const rule of rules) {
    walk(rule.definition!, follows.get(rule.name!)!, (node, follow) => {
      if (node.type !== 'Option' && !node.type.startsWith('Repetition')) return;
      const begins = node.separator === undefined ? startOfAll(node.definition!).first : new Set([node.separator.name]);
      const both = [...begins].filter((name) => follow.has(name));
      if (both.length > 0) found.push(`${rule.name}: ${both.join(' ')}`);
    });
  }
  return found.sort();
}

describe('the tokens', () => {
  it('are what the library wants of them', () => {
    const checked = new Lexer(ALL_TOKENS, LEXING);
    expect(checked.lexerDefinitionErrors).toEqual([]);
  });

  it('begin with the characters that the table of first characters lists', () => {
    const { ensureOptimizations: _, ...plain } = LEXING;
    const withoutTable = new Lexer(ALL_TOKENS, { ...plain, safeMode: true });
    const kinds = (by: Lexer, text: string) => {
      const { tokens, groups, errors } = by.tokenize(text);
      return [...tokens, ...Object.values(groups).flat()]
        .map((t) => t.tokenType.name)
        .concat(errors.map(() => 'error'));
    };
    for (let code = 0; code <= 0xffff; code++) {
      const text = `${String.fromCharCode(code)} `;
      expect(kinds(lexer, text), `U+${code.toString(16)}`).toEqual(kinds(withoutTable, text));
    }
  });
});

describe('the grammar', () => {
  it('is what the library wants of it: no ambiguous alternatives, no left recursion', () => {
    expect(() => new BpruneParser(true)).not.toThrow();
  });

  it('has no optional part that what follows could also begin, apart from those that are decided otherwise', () => {
    expect(collisions()).toEqual([
      // `NAME =` before a layer or a step: decided by the second token.
      'layerLine: Ident',
      'step: Ident',
    ]);
  });

  it('needs a second token only where it is listed', () => {
    const found: string[] = [];
    for (const rule of rules) {
      walk(rule.definition!, new Set(), (node) => {
        if (node.type !== 'Alternation') return;
        const seen = new Set<string>();
        for (const alternative of node.definition!) {
          for (const name of startOfAll(alternative.definition!).first) {
            if (seen.has(name)) found.push(`${rule.name}: ${name}`);
            seen.add(name);
          }
        }
      });
    }
    // `name = value` and `name of site = value` against an expression.
    expect([...new Set(found)].sort()).toEqual(['argument: Ident', 'optionItem: Ident']);
  });

  it('reaches each rule', () => {
    const used = new Set<string>(['program', 'loneExpression']);
    for (const rule of rules) {
      const visit = (node: Node): void => {
        if (node.type === 'NonTerminal') used.add(node.nonTerminalName ?? node.name!);
        for (const inner of node.definition ?? []) visit(inner);
      };
      visit(rule);
    }
    expect(rules.map((r) => r.name).filter((name) => !used.has(name!))).toEqual([]);
  });
});

describe('the vocabulary', () => {
  it('gives each word of the language one token type', () => {
    const types = ALL_WORDS.map((word): TokenType => keyword(word));
    expect(new Set(types).size).toBe(ALL_WORDS.length);
    expect(BUDGET_WORDS.every((word) => ALL_WORDS.includes(word))).toBe(true);
  });

  it('has a rule for each head word', () => {
    const terminals = new Set<string>();
    const visit = (node: Node): void => {
      if (node.type === 'Terminal') terminals.add(node.name!);
      for (const inner of node.definition ?? []) visit(inner);
    };
    rules.forEach(visit);
    for (const [body, words] of Object.entries(HEAD_WORDS)) {
      for (const word of words) expect(terminals.has(`word_${word}`), `${body}: ${word}`).toBe(true);
    }
  });
});
