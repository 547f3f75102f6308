/** The syntax tree from the parser's tree. What recovery left incomplete becomes an error node, which later stages pass in silence. */
import type { CstNode } from 'chevrotain';
import { type Span, span } from '../../base/span.ts';
import type {
  BlockDeclaration,
  ConstDeclaration,
  DataDeclaration,
  Declaration,
  ErrorNode,
  GuideDeclaration,
  ModelDeclaration,
  NetworkDeclaration,
  NetworkLine,
  Parameter,
  Program,
  RunDeclaration,
  Selectors,
  SiteLine,
  UnavailableDeclaration,
} from './ast.ts';
import type { DocComments } from './comments.ts';
import { isBroken, needNode, needToken, node, nodeSpan, nodes, onlyNode, token, tokens } from './cst.ts';
import type { Report } from './report.ts';
import { StepBuilder } from './to-step.ts';
import type { Token } from './tokens.ts';

/** Builds the tree of a whole file. Never throws: broken nodes are not looked into. */
export function buildProgram(cst: CstNode, report: Report, docs: DocComments): Program {
  const { name, text } = report.source;
  const declarations = nodes(cst, 'declaration').flatMap((d) => new AstBuilder(report, docs).declaration(d));
  return { kind: 'program', source: name, declarations, span: span(name, 0, text.length) };
}

class AstBuilder extends StepBuilder {
  private readonly docs: DocComments;

  constructor(report: Report, docs: DocComments) {
    super(report);
    this.docs = docs;
  }

  declaration(cst: CstNode): Declaration[] {
    const place = nodeSpan(this.source, cst);
    if (isBroken(cst)) return [this.error(cst)];
    const inner = onlyNode(cst);
    const doc = this.docs.above(place.start);
    switch (inner.name) {
      case 'constDeclaration':
        return nodes(inner, 'constBinding').map((binding, i) =>
          this.constant(binding, i === 0 ? place.start : null, doc),
        );
      case 'defDeclaration':
        return [
          {
            kind: 'def',
            name: this.identifier(needToken(inner, 'Ident')),
            parameters: this.parameters(inner),
            body: this.expr(needNode(inner, 'expression')),
            doc,
            span: place,
          },
        ];
      case 'dataDeclaration':
        return [this.data(inner, doc, place)];
      case 'networkDeclaration':
        return [this.network(inner, doc, place)];
      case 'blockDeclaration':
        return [this.block(inner, doc, place)];
      case 'modelDeclaration':
        return [this.model(inner, doc, place)];
      case 'guideDeclaration':
        return [this.guide(inner, doc, place)];
      case 'runDeclaration':
        return [this.run(inner, doc, place)];
      default:
        return [this.skipped(inner)];
    }
  }

  /** The first binding begins at the word `const`. */
  private constant(cst: CstNode, start: number | null, doc: string | null): ConstDeclaration {
    const place = nodeSpan(this.source, cst);
    return {
      kind: 'const',
      name: this.declared(needToken(cst, 'Ident')),
      value: this.expr(needNode(cst, 'expression')),
      doc,
      span: start === null ? place : span(this.source, start, place.end),
    };
  }

  private parameters(cst: CstNode): Parameter[] {
    const list = node(cst, 'parameterList');
    if (list === null) return [];
    return nodes(list, 'parameter').map((parameter) => ({
      name: this.declared(needToken(parameter, 'Ident')),
      default: this.optional(node(parameter, 'expression')),
      span: nodeSpan(this.source, parameter),
    }));
  }

  private data(cst: CstNode, doc: string | null, place: Span): DataDeclaration {
    return {
      kind: 'data',
      name: this.identifier(needToken(cst, 'Ident')),
      parameters: this.parameters(cst),
      reader: this.expr(needNode(cst, 'expression')),
      lines: nodes(needNode(cst, 'dataBody'), 'dataLine').map((line) => this.dataLine(line)),
      doc,
      span: place,
    };
  }

  private dataLine(cst: CstNode): DataDeclaration['lines'][number] {
    if (isBroken(cst)) return this.error(cst);
    const later = node(cst, 'skippedStatement');
    if (later !== null) return this.skipped(later);
    const name = this.declared(needToken(cst, 'Ident'));
    const place = nodeSpan(this.source, cst);
    const derived = node(cst, 'derivedColumn');
    if (derived !== null) {
      return { kind: 'derived', name, value: this.expr(needNode(derived, 'expression')), span: place };
    }
    const column = needNode(cst, 'columnType');
    const all = nodes(column, 'columnSetting').map((setting) => ({
      name: this.identifier(needToken(setting, 'Ident')),
      value: this.optional(node(setting, 'expression')),
      span: nodeSpan(this.source, setting),
    }));
    return {
      kind: 'column',
      name,
      type: this.type(needNode(column, 'typeName')),
      settings: all.flatMap((s) => (s.value === null ? [] : [{ name: s.name, value: s.value, span: s.span }])),
      flags: all.filter((s) => s.value === null).map((s) => s.name),
      distribution: this.optional(node(column, 'expression')),
      span: place,
    };
  }

  private type(cst: CstNode) {
    return {
      name: this.identifier(needToken(cst, 'Ident')),
      sizes: this.exprs(cst),
      span: nodeSpan(this.source, cst),
    };
  }

  private network(cst: CstNode, doc: string | null, place: Span): NetworkDeclaration {
    return {
      kind: 'network',
      name: this.identifier(needToken(cst, 'Ident')),
      parameters: this.parameters(cst),
      lines: this.networkLines(needNode(cst, 'networkBody')),
      doc,
      span: place,
    };
  }

  private block(cst: CstNode, doc: string | null, place: Span): BlockDeclaration {
    return {
      kind: 'block',
      name: this.identifier(needToken(cst, 'Ident')),
      parameters: this.parameters(cst),
      lines: this.networkLines(needNode(cst, 'networkBody')),
      doc,
      span: place,
    };
  }

  private networkLines(body: CstNode): NetworkLine[] {
    return nodes(body, 'networkLine').map((line) => this.networkLine(line));
  }

  private networkLine(cst: CstNode): NetworkLine {
    if (isBroken(cst)) return this.error(cst);
    const line = onlyNode(cst);
    const place = nodeSpan(this.source, line);
    if (line.name === 'skippedStatement') return this.skipped(line);
    if (line.name === 'inputLine') return { kind: 'input', type: this.type(needNode(line, 'typeName')), span: place };
    if (line.name === 'forLines') return this.forLines(line, place);
    if (line.name === 'ifLines') return this.ifLines(line, place);
    const named = (label: string) => {
      const written = token(line, label);
      if (written === null) return null;
      return label === 'name' ? this.declared(written) : this.identifier(written);
    };
    return {
      kind: 'layer',
      name: named('name'),
      layer: named('layer')!,
      args: this.args(node(line, 'argumentList')).map((arg, i) => this.layerArgument(arg, line, i)),
      from: named('from'),
      span: place,
    };
  }

  private forLines(cst: CstNode, place: Span): NetworkLine {
    return {
      kind: 'for',
      variable: this.declared(needToken(cst, 'Ident')),
      values: this.expr(needNode(cst, 'expression')),
      lines: this.networkLines(needNode(cst, 'networkBody')),
      span: place,
    };
  }

  private ifLines(cst: CstNode, place: Span): NetworkLine {
    const next = node(cst, 'ifLines');
    const otherwise = node(cst, 'otherwise');
    return {
      kind: 'if',
      condition: this.expr(needNode(cst, 'expression')),
      chosen: this.networkLines(needNode(cst, 'chosen')),
      otherwise:
        next !== null
          ? [this.ifLines(next, nodeSpan(this.source, next))]
          : otherwise === null
            ? []
            : this.networkLines(otherwise),
      span: place,
    };
  }

  private layerArgument(arg: ReturnType<StepBuilder['args']>[number], line: CstNode, i: number) {
    if (arg.weight !== null) {
      this.report.say('BP1021', arg.weight.span, 'A layer takes no weighted arguments.', {
        hint: 'weights such as `0.5: Normal(0, 1)` belong in `Mixture`',
      });
    }
    if (arg.name === null) return { name: null, value: arg.value, span: arg.span };
    const written = nodes(needNode(line, 'argumentList'), 'argument')[i]!;
    const name = this.identifier(needToken(needNode(written, 'setting'), 'Ident'));
    return { name, value: arg.value, span: arg.span };
  }

  private model(cst: CstNode, doc: string | null, place: Span): ModelDeclaration | UnavailableDeclaration {
    const written = token(cst, 'Ident');
    const name = written === null ? null : this.identifier(written);
    if (token(cst, 'word_extends') !== null) return { kind: 'unavailable', word: 'extends', name, span: place };
    return { kind: 'model', name, parameters: this.parameters(cst), lines: this.modelLines(cst), doc, span: place };
  }

  private guide(cst: CstNode, doc: string | null, place: Span): GuideDeclaration {
    const named = (label: string): Token | null => token(cst, label);
    const name = named('name');
    const model = named('model');
    return {
      kind: 'guide',
      name: name === null ? null : this.identifier(name),
      model: model === null ? null : this.identifier(model),
      lines: this.modelLines(cst),
      doc,
      span: place,
    };
  }

  private modelLines(cst: CstNode): ModelDeclaration['lines'] {
    return nodes(needNode(cst, 'modelBody'), 'modelLine').map((line) => this.modelLine(line));
  }

  private modelLine(cst: CstNode): SiteLine | UnavailableDeclaration | ErrorNode {
    if (isBroken(cst)) return this.error(cst);
    const line = onlyNode(cst);
    if (line.name === 'skippedStatement') return this.skipped(line);
    const place = nodeSpan(this.source, line);
    const target = this.selectors(needNode(line, 'selectorList'));
    const site = node(line, 'siteDistribution');
    if (site === null) return this.derivedQuantity(needNode(line, 'derivedQuantity'), target, place);
    if (token(site, 'word_per') !== null) return { kind: 'unavailable', word: 'per', name: null, span: place };
    const distribution = this.expr(needNode(site, 'expression'));
    return { kind: 'site', override: token(line, 'word_override') !== null, target, distribution, span: place };
  }

  /**
   * `r[fc1.unit] = sqrt(s)` is a quantity of a later version; `y = Categorical(...)` is a prior written with the wrong sign,
   * known by the capital that all distributions have.
   */
  private derivedQuantity(cst: CstNode, target: Selectors, place: Span): UnavailableDeclaration | ErrorNode {
    const value = this.expr(needNode(cst, 'expression'));
    const callee = value.kind === 'call' ? value.callee : value;
    if (callee.kind === 'name' && /^[A-Z]/.test(callee.name)) {
      const sign = this.report.at(needToken(cst, 'Eq'));
      const { text } = this.report.source;
      const left = text.slice(target.span.start, target.span.end);
      this.report.say('BP1022', sign, 'A distribution is given with `~`, not `=`.', {
        hint: `write \`${left} ~ ${callee.name}(...)\``,
        fix: { span: sign, text: '~' },
      });
      return { kind: 'error', span: place };
    }
    const [only, ...others] = target.include;
    const segment = others.length === 0 ? only?.segments[0] : undefined;
    const plain = segment !== undefined && only!.segments.length === 1 && /^\w+$/.test(segment.pattern);
    const name = plain
      ? {
          name: segment.pattern,
          span: span(this.source, segment.span.start, segment.span.start + segment.pattern.length),
        }
      : null;
    return { kind: 'unavailable', word: '=', name, span: place };
  }

  private run(cst: CstNode, doc: string | null, place: Span): RunDeclaration {
    const written = tokens(cst, 'Ident')[0];
    return {
      kind: 'run',
      name: written === undefined ? null : this.identifier(written),
      ...this.subject(needNode(cst, 'subject')),
      steps: nodes(needNode(cst, 'runBody'), 'step').map((step) => this.step(step)),
      doc,
      span: place,
    };
  }
}
