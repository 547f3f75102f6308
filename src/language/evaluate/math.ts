/**
 * From our expression trees to mathjs nodes, never through text. Comparisons are exact here (mathjs compares within a
 * tolerance), so that the host and the graph agree; the other functions are those of `base/functions.ts`.
 */
import { ConditionalNode, ConstantNode, FunctionNode, type MathNode, OperatorNode, SymbolNode } from 'mathjs/number';
import type { BinaryOp, Expr, HostValue } from '../../base/expr.ts';

/** What mathjs lacks or does differently; found by name in the scope of every evaluation. */
export const hostFunctions: Readonly<Record<string, (...args: never[]) => HostValue>> = {
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x: number) => Math.max(x, 0),
  clamp: (x: number, low: number, high: number) => Math.min(Math.max(x, low), high),
  less: (x: number, y: number) => x < y,
  lessEqual: (x: number, y: number) => x <= y,
  greater: (x: number, y: number) => x > y,
  greaterEqual: (x: number, y: number) => x >= y,
  same: (x: HostValue, y: HostValue) => x === y,
  different: (x: HostValue, y: HostValue) => x !== y,
  both: (x: boolean, y: boolean) => x && y,
  either: (x: boolean, y: boolean) => x || y,
  opposite: (x: boolean) => !x,
};

const operators: Readonly<Record<Exclude<BinaryOp, '..'>, (x: MathNode, y: MathNode) => MathNode>> = {
  '+': (x, y) => new OperatorNode('+', 'add', [x, y]),
  '-': (x, y) => new OperatorNode('-', 'subtract', [x, y]),
  '*': (x, y) => new OperatorNode('*', 'multiply', [x, y]),
  '/': (x, y) => new OperatorNode('/', 'divide', [x, y]),
  '^': (x, y) => new OperatorNode('^', 'pow', [x, y]),
  '<': (x, y) => call('less', [x, y]),
  '<=': (x, y) => call('lessEqual', [x, y]),
  '>': (x, y) => call('greater', [x, y]),
  '>=': (x, y) => call('greaterEqual', [x, y]),
  '==': (x, y) => call('same', [x, y]),
  '!=': (x, y) => call('different', [x, y]),
  and: (x, y) => call('both', [x, y]),
  or: (x, y) => call('either', [x, y]),
};

function call(name: string, args: MathNode[]): MathNode {
  return new FunctionNode(new SymbolNode(name), args);
}

/** The mathjs tree of a checked scalar expression. Lists, ranges, members and errors have none: null. */
export function toMath(expr: Expr): MathNode | null {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return new ConstantNode(expr.value as number);
    case 'name':
      return new SymbolNode(expr.name);
    case 'unary': {
      const x = toMath(expr.operand);
      if (x === null) return null;
      return expr.op === '-' ? new OperatorNode('-', 'unaryMinus', [x]) : call('opposite', [x]);
    }
    case 'binary': {
      const [x, y] = [toMath(expr.left), toMath(expr.right)];
      return x === null || y === null || expr.op === '..' ? null : operators[expr.op](x, y);
    }
    case 'conditional': {
      const [c, x, y] = [toMath(expr.condition), toMath(expr.then), toMath(expr.else)];
      return c === null || x === null || y === null ? null : new ConditionalNode(c, x, y);
    }
    case 'call': {
      const args = expr.args.map((a) => toMath(a.value));
      return expr.callee.kind !== 'name' || args.includes(null) ? null : call(expr.callee.name, args as MathNode[]);
    }
    default:
      return null;
  }
}
