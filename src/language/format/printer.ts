/** The parser's tree as a document: one case for each construct that is laid out in a way of its own; statements follow `statements.ts`. */
import type { BinaryOp } from '../../base/expr.ts';
import { type CstNode, childrenInOrder, isNode, needNode, nodes, tokens } from '../syntax/cst.ts';
import { STRENGTH } from '../syntax/to-expr.ts';
import { is, T, type Token } from '../syntax/tokens.ts';
import { type Blanks, breakableGap, inlineGap } from './comments.ts';
import { type Break, type Doc, group, ifBroken, indent, line, soft } from './document.ts';
import type { Gaps } from './gaps.ts';

export type Child = CstNode | Token;

/** Rules that touch what stands before them. */
const SUFFIXES: ReadonlySet<string> = new Set([
  ...['argumentList', 'indexList', 'memberName', 'parameterList', 'selectorIndices'],
]);

export class Printer {
  private readonly gaps: Gaps;
  private readonly printers: Readonly<Record<string, (cst: CstNode) => Doc>> = {
    conditional: (cst) => this.conditional(cst),
    operation: (cst) => this.operation(cst),
    operand: (cst) => this.operand(cst),
    group: (cst) => this.bracketed(childrenInOrder(cst), false),
    interval: (cst) => this.bracketed(childrenInOrder(cst), false),
    list: (cst) => this.bracketed(childrenInOrder(cst)),
    argumentList: (cst) => this.bracketed(childrenInOrder(cst)),
    indexList: (cst) => this.bracketed(childrenInOrder(cst)),
    parameterList: (cst) => this.bracketed(childrenInOrder(cst)),
    selectorIndices: (cst) => this.bracketed(childrenInOrder(cst)),
    typeName: (cst) => this.typeName(cst),
    selectorList: (cst) => group(this.row(childrenInOrder(cst))),
    selector: (cst) => this.tight(cst),
    selectorSegment: (cst) => this.tight(cst),
    selectorIndex: (cst) => this.tight(cst),
    expression: (cst) => this.row(childrenInOrder(cst)),
    postfix: (cst) => this.row(childrenInOrder(cst)),
    atom: (cst) => this.row(childrenInOrder(cst)),
    quantity: (cst) => this.row(childrenInOrder(cst)),
    memberName: (cst) => this.tight(cst),
    argument: (cst) => this.row(childrenInOrder(cst)),
    plainArgument: (cst) => this.row(childrenInOrder(cst)),
    parameter: (cst) => this.row(childrenInOrder(cst)),
  };

  constructor(gaps: Gaps) {
    this.gaps = gaps;
  }

  /** True for rules that are laid out here; the others are parts of statements. */
  prints(cst: CstNode): boolean {
    return this.printers[cst.name] !== undefined;
  }

  print(child: Child): Doc {
    if (!isNode(child)) return child.image;
    const printer = this.printers[child.name];
    return printer === undefined ? this.row(childrenInOrder(child)) : printer(child);
  }

  /** Parts side by side, with a place for a line end behind each comma. */
  row(children: readonly Child[]): Doc {
    return children.map((child, i) => [this.before(children[i - 1], child), this.print(child)]);
  }

  /** What stands between two neighbours. */
  before(last: Child | undefined, child: Child): Doc {
    if (last === undefined || isComma(child)) return '';
    if (isComma(last)) return indent(this.breakable(line, child));
    return this.inline(touches(last, child) ? '' : ' ', child);
  }

  inline(between: '' | ' ', next: Child): Doc {
    return inlineGap(this.gaps.ahead(next), between);
  }

  breakable(place: Break, next: Child, blanks: Blanks = 'none', closes = false): Doc {
    return breakableGap(this.gaps.ahead(next), place, blanks, closes);
  }

  private tight(cst: CstNode): Doc {
    return childrenInOrder(cst).map((child, i) => [i === 0 ? '' : this.inline('', child), this.print(child)]);
  }

  /** `( a, b )` and its like: on one line, or one part on each line with a comma behind every one. */
  private bracketed(children: readonly Child[], list = true): Doc {
    const [open, ...inner] = children;
    const close = inner.pop()!;
    if (inner.length === 0)
      return group([this.print(open!), this.breakable(soft, close, 'none', true), this.print(close)]);
    const parts = inner.map((child, i): Doc => {
      if (isComma(child)) return ',';
      const place = i === 0 ? soft : isComma(inner[i - 1]!) ? line : null;
      return [place === null ? this.before(inner[i - 1], child) : this.breakable(place, child), this.print(child)];
    });
    const end = [list ? ifBroken(',') : '', this.breakable(soft, close, 'none', true)];
    return group([this.print(open!), indent(parts), ...end, this.print(close)]);
  }

  private typeName(cst: CstNode): Doc {
    const [name, ...sizes] = childrenInOrder(cst);
    if (sizes.length === 0) return this.print(name!);
    return [this.print(name!), this.inline('', sizes[0]!), this.bracketed(sizes)];
  }

  private conditional(cst: CstNode): Doc {
    const parts = childrenInOrder(cst).map((child, i) => {
      const place = i === 2 || i === 4 ? indent(this.breakable(line, child)) : i === 0 ? '' : this.inline(' ', child);
      return [place, this.print(child)];
    });
    return group(parts);
  }

  /** Weak operators are broken before strong ones, and the line ends with them. */
  private operation(cst: CstNode): Doc {
    const operands = nodes(cst, 'operand');
    const operators = tokens(cst, 'operator');
    if (operators.length === 1 && isTight(operators[0]!, operands)) {
      return [operands[0]!, operators[0]!, operands[1]!].map((child, i) => [
        i === 0 ? '' : this.inline('', child),
        this.print(child),
      ]);
    }
    return this.chain(operands, operators);
  }

  private chain(operands: readonly CstNode[], operators: readonly Token[]): Doc {
    if (operators.length === 0) return this.print(operands[0]!);
    const weakest = Math.min(...operators.map(strengthOf));
    const parts: Doc[] = [];
    let from = 0;
    for (let i = 0; i <= operators.length; i++) {
      const operator = operators[i];
      if (operator !== undefined && strengthOf(operator) > weakest) continue;
      if (from > 0) parts.push(indent(this.breakable(line, operands[from]!)));
      parts.push(this.chain(operands.slice(from, i + 1), operators.slice(from, i)));
      if (operator !== undefined) parts.push(this.inline(' ', operator), operator.image);
      from = i + 1;
    }
    return group(parts);
  }

  private operand(cst: CstNode): Doc {
    const children = childrenInOrder(cst);
    return children.map((child, i) => {
      const last = children[i - 1];
      if (last === undefined) return this.print(child);
      // A comment behind a sign ends the line there.
      const comments = this.gaps.ahead(child).comments.some((c) => !c.block);
      const between = is(last as Token, T.Minus) ? '' : ' ';
      const gap = comments ? indent(this.breakable(line, child)) : this.inline(between, child);
      return [gap, this.print(child)];
    });
  }
}

export function isComma(child: Child | undefined): boolean {
  return child !== undefined && !isNode(child) && is(child, T.Comma);
}

function touches(last: Child, child: Child): boolean {
  if (isNode(child)) return SUFFIXES.has(child.name);
  return is(child, T.LParen, T.RParen, T.Colon) || (!isNode(last) && is(last, T.LParen));
}

function strengthOf(operator: Token): number {
  return STRENGTH[operator.image as BinaryOp];
}

/** `1..n` and `1/255` are written without blanks: ranges and fractions of two plain numbers that stand alone. */
function isTight(operator: Token, operands: readonly CstNode[]): boolean {
  if (is(operator, T.DotDot)) return true;
  return is(operator, T.Slash) && operands.every(isNumber);
}

function isNumber(operand: CstNode): boolean {
  const [child, ...more] = childrenInOrder(operand);
  if (child === undefined || more.length > 0 || !isNode(child)) return false;
  const inner = childrenInOrder(child);
  if (inner.length !== 1) return false;
  const quantity = childrenInOrder(needNode(child, 'atom'))[0]!;
  return isNode(quantity) && quantity.name === 'quantity' && childrenInOrder(quantity).length === 1;
}
