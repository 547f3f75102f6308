/** Lines of models and guides, densities and criteria from the parser's tree. */
import type { CstNode } from 'chevrotain';
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { type Span, span } from '../../base/span.ts';
import type {
  CriterionDeclaration,
  DensityDeclaration,
  ErrorNode,
  GuideDeclaration,
  Identifier,
  Interval,
  ModelDeclaration,
  ModelLine,
  Parameter,
  ParamLine,
  Selector,
  Selectors,
  Term,
} from './ast.ts';
import { isBroken, needNode, needToken, node, nodeSpan, nodes, onlyNode, token } from './cst.ts';
import { StepBuilder } from './to-step.ts';

/** What all declarations have in common. */
export interface DeclarationParts {
  readonly doc: string | null;
  readonly span: Span;
}

export class ModelBuilder extends StepBuilder {
  protected parameter(cst: CstNode): Parameter {
    return {
      name: this.declared(needToken(cst, 'Ident')),
      default: this.optional(node(cst, 'expression')),
      span: nodeSpan(this.source, cst),
    };
  }

  protected parameters(cst: CstNode): Parameter[] {
    const list = node(cst, 'parameterList');
    return list === null ? [] : nodes(list, 'parameter').map((parameter) => this.parameter(parameter));
  }

  protected model(cst: CstNode, parts: DeclarationParts): ModelDeclaration {
    return {
      kind: 'model',
      name: this.nameIn(cst, 'Ident'),
      parameters: this.parameters(cst),
      parent: this.optional(node(cst, 'expression')),
      lines: this.modelLines(cst),
      ...parts,
    };
  }

  protected guide(cst: CstNode, parts: DeclarationParts): GuideDeclaration {
    return {
      kind: 'guide',
      name: this.nameIn(cst, 'name'),
      model: this.nameIn(cst, 'model'),
      lines: this.modelLines(cst),
      ...parts,
    };
  }

  protected nameIn(cst: CstNode, label: string): Identifier | null {
    const written = token(cst, label);
    return written === null ? null : this.identifier(written);
  }

  private modelLines(cst: CstNode): ModelLine[] {
    return nodes(needNode(cst, 'modelBody'), 'modelLine').map((line) => this.modelLine(line));
  }

  private modelLine(cst: CstNode): ModelLine {
    if (isBroken(cst)) return this.error(cst);
    const line = onlyNode(cst);
    const place = nodeSpan(this.source, line);
    switch (line.name) {
      case 'gateLine':
        return {
          kind: 'gate',
          groups: this.selectors(needNode(line, 'selectorList')),
          value: this.expr(needNode(line, 'expression')),
          span: place,
        };
      case 'paramLine':
        return this.param(line, place);
      case 'factorLine':
        return { kind: 'factor', value: this.expr(needNode(line, 'expression')), span: place };
      default:
        return this.site(line, place);
    }
  }

  private param(cst: CstNode, place: Span): ParamLine {
    const groups = node(cst, 'selectorIndices');
    const range = node(cst, 'interval');
    return {
      kind: 'param',
      name: this.declared(needToken(cst, 'Ident')),
      groups: groups === null ? [] : this.indices(groups),
      value: this.expr(needNode(cst, 'expression')),
      range: range === null ? null : this.interval(range),
      span: place,
    };
  }

  private interval(cst: CstNode): Interval {
    const [low, high] = this.exprs(cst);
    return {
      low: low!,
      high: high!,
      lowClosed: needToken(cst, 'open').image === '[',
      highClosed: needToken(cst, 'close').image === ']',
      span: nodeSpan(this.source, cst),
    };
  }

  private site(cst: CstNode, place: Span): ModelLine {
    const target = this.selectors(needNode(cst, 'selectorList'));
    const override = token(cst, 'word_override');
    const site = node(cst, 'siteDistribution');
    if (site === null) return this.quantity(needNode(cst, 'derivedQuantity'), target, place);
    const distribution = this.expr(needNode(site, 'expression'));
    return {
      kind: 'site',
      override: override !== null,
      target,
      distribution,
      per: this.nameIn(site, 'Ident'),
      span: place,
    };
  }

  /** `r[fc1.unit] = sqrt(s)`. A distribution behind `=`, or a parameter before it, is a prior written with the wrong sign. */
  private quantity(cst: CstNode, target: Selectors, place: Span): ModelLine {
    const value = this.expr(needNode(cst, 'expression'));
    const named = plainName(target);
    if (named !== null && !isDistribution(value)) {
      const { pattern, indices, span: at } = named.segments[0]!;
      const name = { name: pattern, span: span(this.source, at.start, at.start + pattern.length) };
      return { kind: 'quantity', name, groups: indices, value, span: place };
    }
    if (value.kind !== 'error') this.reportSign(cst, target, value);
    return { kind: 'error', span: place };
  }

  private reportSign(cst: CstNode, target: Selectors, value: Expr): void {
    const sign = this.report.at(needToken(cst, 'Eq'));
    const { text } = this.report.source;
    const left = text.slice(target.span.start, target.span.end);
    const callee = value.kind === 'call' ? value.callee : value;
    if (callee.kind === 'name' && isDistribution(value)) {
      this.report.say('BP1022', sign, 'A distribution is given with `~`, not `=`.', {
        hint: `write \`${left} ~ ${callee.name}(...)\``,
        fix: replacement(sign, '~'),
      });
      return;
    }
    this.report.say('BP1022', sign, `\`${left}\` is no name for a value: parameters of a network have distributions.`, {
      hint: `write \`${left} ~ Normal(0, 1)\`, or name a quantity: \`r = ...\``,
    });
  }

  protected density(cst: CstNode, parts: DeclarationParts): DensityDeclaration {
    return {
      kind: 'density',
      name: this.identifier(needToken(cst, 'Ident')),
      variable: this.declared(needToken(cst, 'variable')),
      parameters: nodes(cst, 'parameter').map((parameter) => this.parameter(parameter)),
      terms: this.terms(needNode(cst, 'termsBody')),
      ...parts,
    };
  }

  protected criterion(cst: CstNode, parts: DeclarationParts): CriterionDeclaration {
    const body = node(cst, 'termsBody');
    return {
      kind: 'criterion',
      name: this.identifier(needToken(cst, 'Ident')),
      parameters: this.parameters(cst),
      value: this.optional(node(cst, 'expression')),
      terms: body === null ? [] : this.terms(body),
      ...parts,
    };
  }

  private terms(cst: CstNode): (Term | ErrorNode)[] {
    return nodes(cst, 'termsLine').flatMap((line): (Term | ErrorNode)[] => {
      if (isBroken(line)) return [this.error(line)];
      return nodes(line, 'term').map((term) => ({
        kind: 'term',
        name: this.declared(needToken(term, 'Ident')),
        value: this.expr(needNode(term, 'expression')),
        span: nodeSpan(this.source, term),
      }));
    });
  }
}

/** The one selector that is a name with or without a plate: `r`, `r[fc1.unit]`. */
function plainName(target: Selectors): Selector | null {
  const [only, ...others] = target.include;
  if (only === undefined || others.length + target.except.length > 0 || only.segments.length > 1) return null;
  const segment = only.segments[0]!;
  return /^\w+$/.test(segment.pattern) && segment.args.length === 0 ? only : null;
}

/** Known by the capital that all distributions have. */
function isDistribution(value: Expr): boolean {
  const callee = value.kind === 'call' ? value.callee : value;
  return callee.kind === 'name' && /^[A-Z]/.test(callee.name);
}
