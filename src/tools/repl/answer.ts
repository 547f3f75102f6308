/** What the REPL says to an expression: its value, or the text of what it names. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Expr } from '../../base/expr.ts';
import { inspectExpression } from '../../language/index.ts';
import { catalogue } from '../../runtime/index.ts';
import type { Session } from './commands/command.ts';
import { valueText } from './figures.ts';

export function inspect(session: Session, expr: Expr) {
  const inputs = { catalogue, facts: new Map(), overrides: new Map() };
  return inspectExpression(session.workspace.program, inputs, expr);
}

export function answer(session: Session, expr: Expr): readonly Diagnostic[] {
  const named = session.workspace.entries.find((e) => expr.kind === 'name' && e.name === expr.name);
  if (named !== undefined && named.kind !== 'const') {
    session.say(named.text);
    return [];
  }
  const { type, value, closed, diagnostics } = inspect(session, expr);
  if (type !== null) session.say(value === null ? closed : valueText(value));
  return diagnostics;
}
