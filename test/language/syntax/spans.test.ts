/** The place of each node is exactly what was written for it: read alone, that text gives the same tree again. */
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/base/expr.ts';
import type { Span } from '../../../src/base/span.ts';
import { parse, parseExpression } from '../../../src/language/syntax/parse.ts';
import { program, withoutSpans } from './helpers.ts';

interface Placed {
  readonly kind?: string;
  readonly name?: unknown;
  readonly span: Span;
}

function placed(value: unknown, found: Placed[] = []): Placed[] {
  if (Array.isArray(value)) for (const item of value) placed(item, found);
  else if (value !== null && typeof value === 'object') {
    if ('span' in value) found.push(value as Placed);
    for (const [key, inner] of Object.entries(value)) if (key !== 'span') placed(inner, found);
  }
  return found;
}

const EXPRESSIONS = [
  'number',
  'string',
  'boolean',
  'name',
  'list',
  'unary',
  'binary',
  'conditional',
  'call',
  'index',
  'member',
];
const STEPS = [
  ...['infer', 'prune', 'grow', 'evaluate', 'require', 'export', 'rewrite', 'quantise', 'initialise', 'rewind'],
  ...['re_estimate', 'compensate', 'fix', 'compare', 'repeat', 'sweep', 'attempt', 'value'],
];
/** Around a line so that it reads alone. */
const BODIES: Readonly<Record<string, readonly [string, string]>> = {
  column: ['data d = csv("d") {', '}'],
  derived: ['data d = csv("d") {', '}'],
  input: ['network n {', '}'],
  layer: ['network n {', '}'],
  ...Object.fromEntries(['site', 'gate', 'param', 'quantity', 'factor'].map((kind) => [kind, ['model m {', '}']])),
  term: ['criterion c {', '}'],
  ...Object.fromEntries(STEPS.map((kind) => [kind, ['run {', '}']])),
  ...Object.fromEntries(['every', 'move', 'site-setting'].map((kind) => [kind, ['run { infer map {', '} }']])),
};

describe.each(['first', 'everything', 'whole'])('places in %s', (file) => {
  const text = program(file);
  const { program: tree } = parse({ name: 'p', text });
  const slice = (node: Placed) => text.slice(node.span.start, node.span.end);

  it('lie inside the text, without blanks at the ends, children inside parents', () => {
    const check = (value: unknown, outer: Span): void => {
      if (Array.isArray(value)) for (const item of value) check(item, outer);
      else if (value !== null && typeof value === 'object') {
        const own = 'span' in value ? (value as Placed).span : outer;
        expect(own.start).toBeGreaterThanOrEqual(outer.start);
        expect(own.end).toBeLessThanOrEqual(outer.end);
        if (own !== tree.span) expect(text.slice(own.start, own.end).trim()).toBe(text.slice(own.start, own.end));
        for (const [key, inner] of Object.entries(value)) if (key !== 'span') check(inner, own);
      }
    };
    check(tree, tree.span);
  });

  it('of names are the names', () => {
    const names = placed(tree).filter(
      (n) => n.kind === undefined && typeof n.name === 'string' && Object.keys(n).length === 2,
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(slice(name)).toBe(name.name);
  });

  it('of expressions read alone give the same expression', () => {
    const expressions = placed(tree).filter((n) => EXPRESSIONS.includes(n.kind ?? '')) as unknown as Expr[];
    expect(expressions.length).toBeGreaterThan(20);
    for (const expr of expressions) {
      // `every 1 epoch` and `x over units` read as calls and stand only where an argument or value may.
      if (expr.kind === 'call' && expr.callee.kind === 'name' && ['every', 'over'].includes(expr.callee.name)) continue;
      if (expr.kind === 'name' && ['every', 'over'].includes(expr.name)) continue;
      const again = parseExpression({ name: 'p', text: slice(expr) });
      expect(again.diagnostics, slice(expr)).toEqual([]);
      expect(withoutSpans(again.expr), slice(expr)).toEqual(withoutSpans(expr));
    }
  });

  it('of declarations read alone give the same declaration', () => {
    for (const declaration of tree.declarations) {
      const again = parse({ name: 'p', text: slice(declaration) }).program.declarations[0]!;
      if (declaration.kind === 'const' && !slice(declaration).startsWith('const')) continue;
      expect({ ...(withoutSpans(again) as object), doc: null }).toEqual({
        ...(withoutSpans(declaration) as object),
        doc: null,
      });
    }
  });

  it('of lines and steps read alone give the same line', () => {
    for (const line of placed(tree).filter((n) => BODIES[n.kind ?? ''] !== undefined)) {
      const [open, close] = BODIES[line.kind!]!;
      const again = parse({ name: 'p', text: `${open} ${slice(line)} ${close}` });
      expect(again.diagnostics, slice(line)).toEqual([]);
      const inner = placed(again.program).find((n) => n.kind === line.kind);
      expect(withoutSpans(inner), slice(line)).toEqual(withoutSpans(line));
    }
  });
});
