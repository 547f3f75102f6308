/** Short forms of trees, so that tests read like the language. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argument, Expr } from '../../../src/base/expr.ts';
import type { Selector, Selectors } from '../../../src/language/syntax/ast.ts';

export function program(name: string): string {
  return readFileSync(join(import.meta.dirname, 'programs', `${name}.bprune`), 'utf8');
}

/** The expression with every bracket written out. */
export function show(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return `${expr.value}${expr.percent ? 'p' : ''}${expr.unit === null ? '' : ` ${expr.unit}`}`;
    case 'string':
      return JSON.stringify(expr.value);
    case 'boolean':
      return String(expr.value);
    case 'name':
      return expr.name;
    case 'list':
      return `[${expr.items.map(show).join(', ')}]`;
    case 'unary':
      return `(${expr.op} ${show(expr.operand)})`;
    case 'binary':
      return `(${show(expr.left)} ${expr.op} ${show(expr.right)})`;
    case 'conditional':
      return `(if ${show(expr.condition)} then ${show(expr.then)} else ${show(expr.else)})`;
    case 'call':
      return `${show(expr.callee)}(${expr.args.map(showArgument).join(', ')})`;
    case 'index':
      return `${show(expr.object)}[${expr.indices.map(show).join(', ')}]`;
    case 'member':
      return `${show(expr.object)}.${expr.name}`;
    case 'error':
      return '<error>';
  }
}

function showArgument(arg: Argument): string {
  if (arg.weight !== null) return `${show(arg.weight)}: ${show(arg.value)}`;
  return arg.name === null ? show(arg.value) : `${arg.name} = ${show(arg.value)}`;
}

export function showSelectors(selectors: Selectors): string {
  const list = (all: readonly Selector[]) => all.map(showSelector).join(', ');
  return list(selectors.include) + (selectors.except.length === 0 ? '' : ` except ${list(selectors.except)}`);
}

function showSelector(selector: Selector): string {
  return selector.segments
    .map((segment) => {
      const indices = segment.indices.map((i) => (i.kind === 'selector' ? showSelector(i) : show(i)));
      const args = segment.args.length === 0 ? '' : `(${segment.args.map(showArgument).join(', ')})`;
      return segment.pattern + (indices.length === 0 ? '' : `[${indices.join(', ')}]`) + args;
    })
    .join('.');
}

/** A copy without places. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'span')
      .map(([key, inner]) => [key, withoutSpans(inner)]),
  );
}
