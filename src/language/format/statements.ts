/** Statements and bodies as documents. A statement is a row of parts with its bodies in between; a body is one line or one statement a line. */
import { type CstNode, childrenInOrder, isNode } from '../syntax/cst.ts';
import { is, T } from '../syntax/tokens.ts';
import { breakableGap, headGap, tailGap } from './comments.ts';
import { type Doc, group, hard, indent, line, mark, separator } from './document.ts';
import { firstToken, type Gaps } from './gaps.ts';
import { linesOf } from './lines.ts';
import { type Child, Printer } from './printer.ts';

/** Bodies whose statements are separated by commas or line ends; the others know `;` and line ends. */
const COMMA_BODIES: ReadonlySet<string> = new Set(['optionsBody', 'termsBody']);
const BODIES: ReadonlySet<string> = new Set([...COMMA_BODIES, 'dataBody', 'networkBody', 'modelBody', 'runBody']);

/** A part of a statement, or the place whose column neighbouring lines share. */
type Part = Child | 'mark';

export class StatementPrinter extends Printer {
  private readonly all: Gaps;

  constructor(gaps: Gaps) {
    super(gaps);
    this.all = gaps;
  }

  /** Declarations of one line may follow each other; those of several stand apart. */
  program(cst: CstNode): Doc {
    const declarations = childrenInOrder(cst).filter(isNode);
    const docs = declarations.map((declaration) => this.statement(declaration));
    const tall = docs.map((doc) => linesOf(doc).length > 1);
    const [first] = declarations;
    const head = first === undefined ? '' : headGap(this.all.ahead(first));
    const body = declarations.map((declaration, i): Doc => {
      if (i === 0) return docs[0]!;
      const apart = tall[i]! || tall[i - 1]!;
      return [breakableGap(this.all.ahead(declaration), hard(), 'all', false, apart), docs[i]!];
    });
    if (first === undefined) return headGap(this.all.atEnd);
    return [head, ...body, tailGap(this.all.atEnd)];
  }

  statement(cst: CstNode): Doc {
    const parts = this.partsOf(cst);
    // `if` and `else` are open both, or neither.
    const several = parts.filter((part) => part !== 'mark' && isBody(part)).length > 1;
    const out: Doc[] = [];
    let row: Doc[] = [];
    const endRow = () => {
      if (row.length > 0) out.push(group(row));
      row = [];
    };
    let last: Child | undefined;
    for (const part of parts) {
      if (part === 'mark' || isBody(part)) endRow();
      if (part === 'mark') out.push(mark);
      else {
        const body = isBody(part) ? this.body(part as CstNode) : null;
        const whole = [this.before(last, part), body ?? this.print(part)];
        if (body === null) row.push(whole);
        else out.push(several ? whole : group(whole));
        last = part;
      }
    }
    endRow();
    return several ? group(out) : out;
  }

  /** Rules without a form of their own give way to their parts. */
  private partsOf(cst: CstNode): Part[] {
    return childrenInOrder(cst).flatMap((child): Part[] => {
      if (!isNode(child) || isBody(child) || this.prints(child)) return [child];
      const parts = this.partsOf(child);
      return child.name === 'siteDistribution' ? ['mark', ...parts] : parts;
    });
  }

  /** A body that was written on one line stays there while it fits. */
  private body(cst: CstNode): Doc {
    const [open, ...inner] = childrenInOrder(cst);
    const close = inner.pop()!;
    const lines = this.linesIn(statementsIn(inner));
    if (lines.length === 0) return ['{', this.breakable(line, close, 'inner', true), '}'];
    const first = lines[0]![0]!;
    const start = this.all.ahead(first).lines > 0 ? hard() : line;
    const separate = COMMA_BODIES.has(cst.name) ? ',' : ';';
    const content = lines.map((statements, i): Doc => {
      const before =
        i === 0
          ? this.breakable(start, first, 'not-first')
          : this.breakable(separatorBefore(statements[0]!, separate), statements[0]!, 'all');
      return [before, this.line(statements, separate, cst.name === 'networkBody' || separate === ',')];
    });
    return [this.print(open!), indent(content), this.breakable(line, close, 'not-last', true), '}'];
  }

  /** Layers in a row, or options, that were written on one line stay together while they fit. */
  private line(statements: readonly CstNode[], separate: ',' | ';', together: boolean): Doc {
    const parts = statements.map((statement, i): Doc => {
      const before = i === 0 ? '' : this.breakable(separatorBefore(statement, separate), statement);
      return [before, this.statement(statement)];
    });
    return together ? group(parts) : parts;
  }

  /** The statements by the lines on which they were written. */
  private linesIn(statements: readonly CstNode[]): CstNode[][] {
    const lines: CstNode[][] = [];
    for (const statement of statements) {
      if (lines.length === 0 || this.all.ahead(statement).lines > 0) lines.push([statement]);
      else lines.at(-1)!.push(statement);
    }
    return lines;
  }
}

function isBody(child: Child): boolean {
  return isNode(child) && BODIES.has(child.name);
}

/** Options and terms stand in lines of the parser's own, which the printer does not need. */
function statementsIn(inner: readonly Child[]): CstNode[] {
  return inner.filter(isNode).flatMap((child) => {
    return child.name === 'optionsLine' || child.name === 'termsLine' ? childrenInOrder(child).filter(isNode) : [child];
  });
}

/** A line end can take the place of the comma, unless the next line would then begin with a sign. */
function separatorBefore(statement: CstNode, separate: ',' | ';') {
  return separator(separate, separate === ',' && is(firstToken(statement), T.Minus) ? ',' : '');
}
