/** The steps of a run from the parser's tree. */
import type { CstNode } from 'chevrotain';
import type { Expr } from '../../base/expr.ts';
import { type Span, span } from '../../base/span.ts';
import type {
  Budget,
  ErrorNode,
  Identifier,
  Options,
  PruneStep,
  Selectors,
  Setting,
  Step,
  UnavailableDeclaration,
} from './ast.ts';
import { isBroken, needNode, needToken, node, nodeSpan, nodes, onlyNode, token } from './cst.ts';
import { ExprBuilder } from './to-expr.ts';

const BUDGETS: readonly Budget['word'][] = ['lowest', 'highest', 'keep', 'sample', 'gap', 'until', 'while'];

export class StepBuilder extends ExprBuilder {
  error(cst: CstNode): ErrorNode {
    return { kind: 'error', span: nodeSpan(this.source, cst) };
  }

  /** A node of rule `skippedStatement` that is not broken. */
  skipped(cst: CstNode): UnavailableDeclaration {
    const later = needToken(cst, 'Later');
    const { word, name } = later.skipped!;
    return {
      kind: 'unavailable',
      word,
      name: name === null ? null : this.identifier(name),
      span: nodeSpan(this.source, cst),
    };
  }

  selectors(cst: CstNode): Selectors {
    return {
      include: nodes(cst, 'include').map((s) => this.selector(s)),
      except: nodes(cst, 'except').map((s) => this.selector(s)),
      span: nodeSpan(this.source, cst),
    };
  }

  /** What stands between the head and the body of `run` and `infer`. */
  subject(cst: CstNode): { model: Expr | null; guide: Identifier | null; data: Expr | null } {
    const guide = token(cst, 'guide');
    return {
      model: this.optional(node(cst, 'model')),
      guide: guide === null ? null : this.identifier(guide),
      data: this.optional(node(cst, 'data')),
    };
  }

  step(cst: CstNode): Step {
    if (isBroken(cst)) return this.error(cst);
    const written = token(cst, 'name');
    const name = written === null ? null : this.declared(written);
    const inner = onlyNode(cst);
    const place = nodeSpan(this.source, cst);
    if (inner.name === 'skippedStatement') return this.skipped(inner);
    if (inner.name === 'valueStep') return this.valueStep(inner, name, place);
    return this.knownStep(inner, { name, ...this.tail(needNode(inner, 'stepTail')), span: place });
  }

  private knownStep(cst: CstNode, base: StepBaseParts): Step {
    switch (cst.name) {
      case 'inferStep': {
        const engine = this.identifier(needToken(cst, 'Ident'));
        return { kind: 'infer', engine, ...this.subject(needNode(cst, 'subject')), ...base };
      }
      case 'pruneStep': {
        const groups = this.selectors(needNode(cst, 'selectorList'));
        return { kind: 'prune', groups, rule: this.pruneRule(cst), ...base };
      }
      case 'evaluateStep':
        return { kind: 'evaluate', on: this.optional(node(cst, 'expression')), ...base };
      case 'requireStep':
        return { kind: 'require', condition: this.expr(needNode(cst, 'expression')), ...base };
      case 'exportStep':
        return { kind: 'export', formats: this.exprs(cst), ...base };
      default:
        throw new Error(`no step is built from rule ${cst.name}`);
    }
  }

  private pruneRule(cst: CstNode): PruneStep['rule'] {
    const where = node(cst, 'wherePart');
    if (where !== null) return { kind: 'where', predicate: this.expr(needNode(where, 'expression')) };
    const by = needNode(cst, 'byPart');
    return {
      kind: 'by',
      criterion: this.expr(needNode(by, 'expression')),
      budget: this.budget(needNode(by, 'budget')),
    };
  }

  private budget(cst: CstNode): Budget {
    const word = BUDGETS.find((w) => token(cst, `word_${w}`) !== null)!;
    const per = token(cst, 'Ident');
    if (per !== null && per.image !== 'layer') {
      this.report.say('BP1023', this.report.at(per), `A budget holds \`per layer\`, not per \`${per.image}\`.`, {
        hint: 'write `per layer`, or leave it out for one budget over all groups',
        fix: { span: this.report.at(per), text: 'layer' },
      });
    }
    const amount = this.optional(node(cst, 'expression'));
    return { word, amount, perLayer: per !== null, span: nodeSpan(this.source, cst) };
  }

  /** Plain values and calls of declared steps: both belong to a later version. */
  private valueStep(cst: CstNode, name: Identifier | null, place: Span): UnavailableDeclaration | ErrorNode {
    const value = this.expr(needNode(cst, 'expression'));
    if (name === null && value.kind !== 'call' && value.kind !== 'error') {
      this.reportUselessValue(value);
      return { kind: 'error', span: place };
    }
    return { kind: 'unavailable', word: value.kind === 'call' ? 'steps' : '=', name, span: place };
  }

  /** `sgvb { ... }` or a condition that stands alone: the verb is missing. */
  private reportUselessValue(value: Expr): void {
    const text = this.report.source.text.slice(value.span.start, value.span.end);
    const condition = value.kind === 'binary' || value.kind === 'unary';
    const verb = condition ? 'require' : value.kind === 'name' ? 'infer' : null;
    const short = text.length <= 40 && !text.includes('\n') ? text : `${text.slice(0, 30).replace(/\s+/g, ' ')}...`;
    this.report.say('BP1030', value.span, 'This step has no verb.', {
      hint:
        verb === null
          ? 'a step begins with `infer`, `prune`, `evaluate`, `require` or `export`'
          : `perhaps \`${verb} ${short}\` is meant`,
    });
  }

  private tail(cst: CstNode): { from: Identifier | null; options: Options | null } {
    const from = token(cst, 'Ident');
    const body = node(cst, 'optionsBody');
    return {
      from: from === null ? null : this.identifier(from),
      options: body === null ? null : this.options(body),
    };
  }

  private options(cst: CstNode): Options {
    const settings: Setting[] = [];
    const items: Expr[] = [];
    const unavailable: UnavailableDeclaration[] = [];
    for (const item of nodes(cst, 'optionsLine').flatMap((line) => nodes(line, 'optionItem'))) {
      if (isBroken(item)) continue;
      const inner = onlyNode(item);
      if (inner.name === 'setting') settings.push(this.setting(inner));
      else if (inner.name === 'expression') items.push(this.expr(inner));
      else if (inner.name === 'skippedStatement') unavailable.push(this.skipped(inner));
      else unavailable.push({ kind: 'unavailable', word: 'of', name: null, span: nodeSpan(this.source, inner) });
    }
    const place = nodeSpan(this.source, cst);
    return { settings, items, unavailable, span: span(this.source, place.start, place.end) };
  }
}

interface StepBaseParts {
  readonly name: Identifier | null;
  readonly from: Identifier | null;
  readonly options: Options | null;
  readonly span: Span;
}
