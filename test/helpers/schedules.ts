/** A few lines that evaluate the scalars of engines: a second opinion beside `language/evaluate`, without mathjs. */
import type { Expr } from '../../src/base/expr.ts';

export function evaluateSchedule(expr: Expr, names: Readonly<Record<string, number>>): number {
  const go = (e: Expr): number => evaluateSchedule(e, names);
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'name':
      return names[expr.name]!;
    case 'call':
      if (expr.callee.kind === 'name' && expr.callee.name === 'sqrt') return Math.sqrt(go(expr.args[0]!.value));
      break;
    case 'conditional':
      return go(go(expr.condition) !== 0 ? expr.then : expr.else);
    case 'binary':
      switch (expr.op) {
        case '+':
          return go(expr.left) + go(expr.right);
        case '-':
          return go(expr.left) - go(expr.right);
        case '*':
          return go(expr.left) * go(expr.right);
        case '/':
          return go(expr.left) / go(expr.right);
        case '^':
          return go(expr.left) ** go(expr.right);
        case '==':
          return Number(go(expr.left) === go(expr.right));
      }
  }
  throw new Error(`the tests cannot evaluate ${expr.kind}`);
}
