/** Expressions from the parser's tree: operators get their strength here, numbers and texts their values. */
import type { CstNode } from 'chevrotain';
import type { Argument, BinaryOp, Expr, UnaryOp } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { joinSpans, type Span } from '../../base/span.ts';
import type { Identifier, Selector, Setting } from './ast.ts';
import { needNode, needToken, node, nodeSpan, nodes, token, tokenSpan, tokens } from './cst.ts';
import type { Report } from './report.ts';
import type { Token } from './tokens.ts';
import { isJoining, UNITS } from './vocabulary.ts';

/** Longer chains of operators, calls or members would exhaust the stack of whatever walks the tree. */
const LONGEST_CHAIN = 400;

/** Weak to strong. Comparisons and `..` do not chain; `^` binds to the right and stronger than a sign before it. */
export const STRENGTH: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  ...{ '<': 4, '<=': 4, '>': 4, '>=': 4, '==': 4, '!=': 4 },
  '..': 5,
  ...{ '+': 6, '-': 6 },
  ...{ '*': 7, '/': 7 },
  '^': 9,
};
const PREFIX_STRENGTH: Readonly<Record<UnaryOp, number>> = { not: 3, '-': 8 };
const COMPARISON = 4;
const RANGE = 5;

type Item =
  | { readonly kind: 'prefix'; readonly op: UnaryOp; readonly span: Span }
  | { readonly kind: 'operator'; readonly op: BinaryOp; readonly span: Span }
  | { readonly kind: 'operand'; readonly expr: Expr };

export class ExprBuilder {
  readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  get source(): string {
    return this.report.source.name;
  }

  identifier(written: Token): Identifier {
    return { name: written.image, span: tokenSpan(this.source, written) };
  }

  /** A name that is declared here: joining words may stand before `=`, but could never be read again. */
  declared(written: Token): Identifier {
    if (isJoining(written.image)) {
      const place = this.report.at(written);
      this.report.say('BP1032', place, `\`${written.image}\` is a word of the language and cannot be a name.`, {
        hint: `choose another name, such as \`${written.image}_\``,
      });
    }
    return this.identifier(written);
  }

  optional(cst: CstNode | null): Expr | null {
    return cst === null ? null : this.expr(cst);
  }

  /** A node of rule `expression`. */
  expr(cst: CstNode): Expr {
    const operation = node(cst, 'operation');
    if (operation !== null) return this.operation(operation);
    const inner = needNode(cst, 'conditional');
    const [condition, then, otherwise] = nodes(inner, 'expression').map((e) => this.expr(e));
    return {
      kind: 'conditional',
      condition: condition!,
      // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
      then: then!,
      else: otherwise!,
      span: nodeSpan(this.source, inner),
    };
  }

  private operation(cst: CstNode): Expr {
    const operators = tokens(cst, 'operator');
    const items: Item[] = [];
    nodes(cst, 'operand').forEach((operand, i) => {
      const operator = operators[i - 1];
      if (operator !== undefined) {
        items.push({ kind: 'operator', op: operator.image as BinaryOp, span: tokenSpan(this.source, operator) });
      }
      for (const prefix of tokens(operand, 'prefix')) {
        items.push({ kind: 'prefix', op: prefix.image as UnaryOp, span: tokenSpan(this.source, prefix) });
      }
      items.push({ kind: 'operand', expr: this.postfix(needNode(operand, 'postfix')) });
    });
    if (items.length > LONGEST_CHAIN) return this.tooLong(nodeSpan(this.source, cst));
    return this.climb({ items, at: 0 }, 0);
  }

  private tooLong(place: Span): Expr {
    this.report.say('BP1013', place, `This expression is a chain of more than ${LONGEST_CHAIN} parts.`, {
      hint: 'name a part with `const` or `def`, or use a list and `sum`',
    });
    return { kind: 'error', span: place };
  }

  /** Operator precedence climbing over the flat items. */
  private climb(cursor: { readonly items: readonly Item[]; at: number }, weakest: number): Expr {
    let left = this.prefixed(cursor);
    for (;;) {
      const item = cursor.items[cursor.at];
      if (item?.kind !== 'operator') return left;
      const strength = STRENGTH[item.op];
      if (strength < weakest) return left;
      cursor.at++;
      const right = this.climb(cursor, item.op === '^' ? PREFIX_STRENGTH['-'] : strength + 1);
      const span = joinSpans(left.span, right.span);
      const next = cursor.items[cursor.at];
      const chains =
        next?.kind === 'operator' && STRENGTH[next.op] === strength && this.refuseChain(item.op, next, right.span);
      left = chains ? { kind: 'error', span } : { kind: 'binary', op: item.op, left, right, span };
    }
  }

  private prefixed(cursor: { readonly items: readonly Item[]; at: number }): Expr {
    const item = cursor.items[cursor.at++]!;
    if (item.kind === 'operand') return item.expr;
    if (item.kind === 'operator') throw new Error('two operators side by side left the parser');
    const operand = this.climb(cursor, PREFIX_STRENGTH[item.op]);
    return { kind: 'unary', op: item.op, operand, span: joinSpans(item.span, operand.span) };
  }

  /** True after a report: what the chain would mean is not asked any more. */
  private refuseChain(first: BinaryOp, second: { readonly op: BinaryOp; readonly span: Span }, middle: Span): boolean {
    const strength = STRENGTH[first];
    const place = second.span;
    if (strength === COMPARISON) {
      const { text } = this.report.source;
      const gap = text.slice(middle.end, place.start) === '' ? ' ' : '';
      const again = `${gap}and ${text.slice(middle.start, middle.end)} `;
      this.report.say('BP1020', place, 'Comparisons do not chain.', {
        hint: `write \`a ${first} b and b ${second.op} c\``,
        fix: replacement({ ...place, end: place.start }, again),
      });
    } else if (strength === RANGE) {
      this.report.say('BP1020', place, 'A range has two ends.', { hint: 'write `a..b`' });
    }
    return strength === COMPARISON || strength === RANGE;
  }

  private postfix(cst: CstNode): Expr {
    const suffixes = nodes(cst, 'suffix');
    let value = this.atom(needNode(cst, 'atom'));
    if (suffixes.length > LONGEST_CHAIN) return this.tooLong(nodeSpan(this.source, cst));
    for (const suffix of suffixes) {
      const place = joinSpans(value.span, nodeSpan(this.source, suffix));
      if (suffix.name === 'argumentList') {
        value = { kind: 'call', callee: value, args: this.args(suffix), span: place };
      } else if (suffix.name === 'indexList') {
        value = { kind: 'index', object: value, indices: this.exprs(suffix), span: place };
      } else {
        value = { kind: 'member', object: value, name: needToken(suffix, 'Ident').image, span: place };
      }
    }
    return value;
  }

  exprs(cst: CstNode): Expr[] {
    return nodes(cst, 'expression').map((e) => this.expr(e));
  }

  /** A node of rule `argumentList`, or none. */
  args(cst: CstNode | null): Argument[] {
    return cst === null ? [] : nodes(cst, 'argument').map((a) => this.argument(a));
  }

  private argument(cst: CstNode): Argument {
    const place = nodeSpan(this.source, cst);
    const written = node(cst, 'setting');
    if (written !== null) {
      const setting = this.setting(written);
      return { name: setting.name.name, weight: null, value: setting.value, span: place };
    }
    const inner = needNode(cst, 'plainArgument');
    const [first, second] = this.exprs(inner);
    if (second === undefined) return { name: null, weight: null, value: first!, span: place };
    if (token(inner, 'Colon') !== null) return { name: null, weight: first!, value: second, span: place };
    const word = tokenSpan(this.source, needToken(inner, 'word_over'));
    return { name: null, weight: null, value: callOf('over', word, [first!, second], place), span: place };
  }

  /** A node of rule `setting`. */
  setting(cst: CstNode): Setting {
    return {
      name: this.identifier(needToken(cst, 'Ident')),
      value: this.settingValue(needNode(cst, 'settingValue')),
      span: nodeSpan(this.source, cst),
    };
  }

  /** `every 1 epoch` is the call `every(1 epoch)`. */
  settingValue(cst: CstNode): Expr {
    const value = this.expr(needNode(cst, 'expression'));
    const every = token(cst, 'word_every');
    if (every === null) return value;
    return callOf('every', tokenSpan(this.source, every), [value], nodeSpan(this.source, cst));
  }

  private atom(cst: CstNode): Expr {
    const place = nodeSpan(this.source, cst);
    const name = token(cst, 'Ident');
    if (name !== null) return { kind: 'name', name: name.image, span: place };
    const quantity = node(cst, 'quantity');
    if (quantity !== null) return this.number(needToken(quantity, 'Number'), token(quantity, 'Unit'), place);
    const text = token(cst, 'Text');
    if (text !== null) return { kind: 'string', value: unquoted(text.image), span: place };
    if (token(cst, 'word_true') !== null) return { kind: 'boolean', value: true, span: place };
    if (token(cst, 'word_false') !== null) return { kind: 'boolean', value: false, span: place };
    const list = node(cst, 'list');
    if (list !== null) return { kind: 'list', items: this.exprs(list), span: place };
    // The brackets belong to the place of what they enclose, so that places of neighbours join to what was written.
    return { ...this.expr(needNode(needNode(cst, 'group'), 'expression')), span: place };
  }

  /** Percentages are multiplied by 0.01. */
  number(written: Token, unit: Token | null, place: Span): Expr {
    const digits = written.image.replace(/%$/, '');
    if (/__|_$|_[.eE]/.test(digits)) {
      this.report.say('BP1006', tokenSpan(this.source, written), '`_` stands between two digits of a number.', {
        hint: `write \`${written.image.replaceAll('_', '')}\``,
      });
    }
    const percent = written.image.endsWith('%');
    const value = Number(digits.replaceAll('_', ''));
    return {
      kind: 'number',
      value: percent ? percentOf(digits.replaceAll('_', '')) : value,
      unit: unit === null ? null : UNITS[unit.image]!,
      percent,
      span: place,
    };
  }

  /** A node of rule `selector`. */
  selector(cst: CstNode): Selector {
    return {
      kind: 'selector',
      segments: nodes(cst, 'selectorSegment').map((segment) => {
        const indices = node(segment, 'selectorIndices');
        const pattern = ['Ident', 'Star', 'StarStar'].flatMap((t) => tokens(segment, t).map((x) => x.image)).join('');
        return {
          pattern,
          indices: indices === null ? [] : this.indices(indices),
          args: this.args(node(segment, 'argumentList')),
          span: nodeSpan(this.source, segment),
        };
      }),
      span: nodeSpan(this.source, cst),
    };
  }

  /** A node of rule `selectorIndices`. */
  indices(cst: CstNode): (Expr | Selector)[] {
    return nodes(cst, 'selectorIndex').map((index) => this.index(index));
  }

  private index(cst: CstNode): Expr | Selector {
    const inner = node(cst, 'selector');
    if (inner !== null) return this.selector(inner);
    const [from, to] = tokens(cst, 'Number').map((n) => this.number(n, null, tokenSpan(this.source, n)));
    if (to === undefined) return from!;
    return { kind: 'binary', op: '..', left: from!, right: to, span: nodeSpan(this.source, cst) };
  }
}

function callOf(name: string, nameSpan: Span, values: readonly Expr[], place: Span): Expr {
  const args = values.map((value) => ({ name: null, weight: null, value, span: value.span }));
  return { kind: 'call', callee: { kind: 'name', name, span: nameSpan }, args, span: place };
}

/** Shifts the decimal exponent, so that `0.1%` is the double nearest to 0.001 and not 0.1 * 0.01. */
function percentOf(digits: string): number {
  const [mantissa, exponent] = digits.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(exponent ?? '0') - 2}`);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The value of a text as written; the closing quote may be missing. */
export function unquoted(image: string): string {
  const quote = image[0]!;
  const inner = image.length > 1 && image.endsWith(quote) ? image.slice(1, -1) : image.slice(1);
  return inner.replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);
}
