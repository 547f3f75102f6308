/** The steps of a run from the parser's tree. */
import type { CstNode } from 'chevrotain';
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import type { Span } from '../../base/span.ts';
import type {
  Budget,
  CutRule,
  ErrorNode,
  EveryOption,
  Identifier,
  MoveOption,
  Options,
  Selectors,
  SiteSetting,
  Step,
  SweepAxis,
  ValueStep,
} from './ast.ts';
import { isBroken, needNode, needToken, node, nodeSpan, nodes, onlyNode, token } from './cst.ts';
import { ExprBuilder } from './to-expr.ts';

const BUDGETS: readonly Budget['word'][] = ['lowest', 'highest', 'keep', 'sample', 'gap', 'until', 'while'];

export class StepBuilder extends ExprBuilder {
  error(cst: CstNode): ErrorNode {
    return { kind: 'error', span: nodeSpan(this.source, cst) };
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

  steps(cst: CstNode): Step[] {
    return nodes(needNode(cst, 'runBody'), 'step').map((step) => this.step(step));
  }

  private step(cst: CstNode): Step {
    if (isBroken(cst)) return this.error(cst);
    const written = token(cst, 'name');
    const name = written === null ? null : this.declared(written);
    const inner = onlyNode(cst);
    const tail = node(inner, 'stepTail');
    const state = tail === null ? { from: null, options: null } : this.tail(tail);
    const base = { name, ...state, span: nodeSpan(this.source, cst) };
    if (inner.name === 'changeStep') return this.change(onlyNode(inner), base);
    return this.nested(inner, base) ?? this.plain(inner, base);
  }

  private plain(cst: CstNode, base: StepBaseParts): Step {
    switch (cst.name) {
      case 'inferStep': {
        const engine = this.identifier(needToken(cst, 'Ident'));
        return { kind: 'infer', engine, ...this.subject(needNode(cst, 'subject')), ...base };
      }
      case 'pruneStep':
      case 'growStep': {
        const kind = cst.name === 'pruneStep' ? 'prune' : 'grow';
        const groups = this.selectors(needNode(cst, 'selectorList'));
        return { kind, groups, rule: this.cutRule(needNode(cst, 'cutRule')), ...base };
      }
      case 'evaluateStep':
        return { kind: 'evaluate', on: this.optional(node(cst, 'expression')), ...base };
      case 'requireStep':
        return { kind: 'require', condition: this.expr(needNode(cst, 'expression')), ...base };
      case 'exportStep':
        return { kind: 'export', formats: this.exprs(cst), ...base };
      case 'compareStep':
        return { kind: 'compare', criteria: this.exprs(cst), ...base };
      case 'fixStep': {
        const of = node(cst, 'selectorList');
        const target = this.identifier(needToken(cst, 'Ident'));
        const value = this.expr(needNode(cst, 'expression'));
        return { kind: 'fix', target, of: of === null ? null : this.selectors(of), value, ...base };
      }
      case 'valueStep':
        return this.valueStep(cst, base);
      default:
        throw new Error(`no step is built from rule ${cst.name}`);
    }
  }

  private change(cst: CstNode, base: StepBaseParts): Step {
    switch (cst.name) {
      case 'rewritePart': {
        const layers = this.selectors(needNode(cst, 'selectorList'));
        return { kind: 'rewrite', layers, as: this.expr(needNode(cst, 'expression')), ...base };
      }
      case 'quantisePart': {
        const groups = this.selectors(needNode(cst, 'selectorList'));
        return { kind: 'quantise', groups, by: this.expr(needNode(cst, 'expression')), ...base };
      }
      case 'initialisePart':
        return { kind: 'initialise', groups: this.selectors(needNode(cst, 'selectorList')), ...base };
      case 'rewindPart':
        return { kind: 'rewind', to: this.identifier(needToken(cst, 'Ident')), ...base };
      default: {
        const kind = token(cst, 'word_compensate') === null ? 're_estimate' : 'compensate';
        return { kind, what: this.identifier(needToken(cst, 'Ident')), ...base };
      }
    }
  }

  /** Steps that hold steps; null for all others. */
  private nested(cst: CstNode, base: StepBaseParts): Step | null {
    switch (cst.name) {
      case 'repeatStep':
        return { kind: 'repeat', count: this.expr(needNode(cst, 'expression')), steps: this.steps(cst), ...base };
      case 'forStep': {
        const variable = this.declared(needToken(cst, 'Ident'));
        const values = this.expr(needNode(cst, 'expression'));
        return { kind: 'for', variable, values, steps: this.steps(cst), ...base };
      }
      case 'sweepStep': {
        const where = node(cst, 'wherePart');
        const condition = where === null ? null : this.expr(needNode(where, 'expression'));
        const axes = nodes(cst, 'sweepAxis').map((axis) => this.sweepAxis(axis));
        return { kind: 'sweep', axes, condition, steps: this.steps(cst), ...base };
      }
      case 'attemptStep': {
        const condition = this.expr(needNode(cst, 'expression'));
        return { kind: 'attempt', steps: this.steps(cst), condition, ...base };
      }
      default:
        return null;
    }
  }

  private sweepAxis(cst: CstNode): SweepAxis {
    return {
      name: this.declared(needToken(cst, 'Ident')),
      sign: needToken(cst, 'sign').image as SweepAxis['sign'],
      value: this.expr(needNode(cst, 'expression')),
      span: nodeSpan(this.source, cst),
    };
  }

  private cutRule(cst: CstNode): CutRule {
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
        fix: replacement(this.report.at(per), 'layer'),
      });
    }
    const amount = this.optional(node(cst, 'expression'));
    return { word, amount, perLayer: per !== null, span: nodeSpan(this.source, cst) };
  }

  /** Plain values have a name; calls of declared steps may have one. */
  private valueStep(cst: CstNode, base: StepBaseParts): ValueStep | ErrorNode {
    const value = this.expr(needNode(cst, 'expression'));
    if (base.name !== null || value.kind === 'call' || value.kind === 'error') return { kind: 'value', value, ...base };
    this.reportUselessValue(value);
    return { kind: 'error', span: base.span };
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
          ? 'a step begins with a word such as `infer`, `prune`, `evaluate`, `require` or `export`'
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
    const items = nodes(cst, 'optionsLine')
      .flatMap((line) => nodes(line, 'optionItem'))
      .filter((item) => !isBroken(item))
      .map(onlyNode);
    const of = (rule: string) => items.filter((item) => item.name === rule);
    return {
      settings: of('setting').map((item) => this.setting(item)),
      items: of('expression').map((item) => this.expr(item)),
      ofSites: of('siteSetting').map((item) => this.siteSetting(item)),
      every: of('everyOption').map((item) => this.everyOption(item)),
      moves: of('moveOption').map((item) => this.moveOption(item)),
      span: nodeSpan(this.source, cst),
    };
  }

  private siteSetting(cst: CstNode): SiteSetting {
    return {
      kind: 'site-setting',
      name: this.identifier(needToken(cst, 'Ident')),
      site: this.selector(needNode(cst, 'selector')),
      value: this.settingValue(needNode(cst, 'settingValue')),
      span: nodeSpan(this.source, cst),
    };
  }

  private everyOption(cst: CstNode): EveryOption {
    const period = this.expr(needNode(cst, 'expression'));
    return { kind: 'every', period, steps: this.steps(cst), span: nodeSpan(this.source, cst) };
  }

  private moveOption(cst: CstNode): MoveOption {
    const [value, period] = this.exprs(cst);
    return {
      kind: 'move',
      target: this.identifier(needToken(cst, 'Ident')),
      sign: needToken(cst, 'sign').image as MoveOption['sign'],
      value: value!,
      period: period!,
      span: nodeSpan(this.source, cst),
    };
  }
}

interface StepBaseParts {
  readonly name: Identifier | null;
  readonly from: Identifier | null;
  readonly options: Options | null;
  readonly span: Span;
}
