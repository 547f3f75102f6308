/** The syntax tree from the parser's tree. What recovery left incomplete becomes an error node, which later stages pass in silence. */
import type { CstNode } from 'chevrotain';
import { type Span, span } from '../../base/span.ts';
import type {
  BlockDeclaration,
  ConstDeclaration,
  DataDeclaration,
  Declaration,
  ImportDeclaration,
  NetworkDeclaration,
  NetworkLine,
  RunDeclaration,
  StepsDeclaration,
} from './ast.ts';
import type { DocComments } from './comments.ts';
import { isBroken, needNode, needToken, node, nodeSpan, nodes, onlyNode, token } from './cst.ts';
import type { Report } from './report.ts';
import { unquoted } from './to-expr.ts';
import { type DeclarationParts, ModelBuilder } from './to-model.ts';

/** Builds the declarations of a file. Never throws: broken nodes are not looked into. */
export class AstBuilder extends ModelBuilder {
  private readonly docs: DocComments;

  constructor(report: Report, docs: DocComments) {
    super(report);
    this.docs = docs;
  }

  /** A node of rule `declaration`; `const a = 1, b = 2` declares two. */
  declaration(cst: CstNode): Declaration[] {
    const place = nodeSpan(this.source, cst);
    if (isBroken(cst)) return [this.error(cst)];
    const inner = onlyNode(cst);
    const doc = this.docs.above(place.start);
    const parts = { doc, span: place };
    switch (inner.name) {
      case 'importDeclaration':
        return [this.imported(inner, parts)];
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
        return [this.model(inner, parts)];
      case 'guideDeclaration':
        return [this.guide(inner, parts)];
      case 'densityDeclaration':
        return [this.density(inner, parts)];
      case 'criterionDeclaration':
        return [this.criterion(inner, parts)];
      case 'stepsDeclaration':
        return [this.namedSteps(inner, parts)];
      default:
        return [this.run(inner, parts)];
    }
  }

  private imported(cst: CstNode, parts: DeclarationParts): ImportDeclaration {
    const path = needToken(cst, 'Text');
    return { kind: 'import', name: null, path: unquoted(path.image), pathSpan: this.report.at(path), ...parts };
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

  private layerArgument(arg: ReturnType<ModelBuilder['args']>[number], line: CstNode, i: number) {
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

  private namedSteps(cst: CstNode, parts: DeclarationParts): StepsDeclaration {
    const name = this.identifier(needToken(cst, 'Ident'));
    return { kind: 'steps', name, parameters: this.parameters(cst), steps: this.steps(cst), ...parts };
  }

  private run(cst: CstNode, parts: DeclarationParts): RunDeclaration {
    const name = this.nameIn(cst, 'Ident');
    return { kind: 'run', name, ...this.subject(needNode(cst, 'subject')), steps: this.steps(cst), ...parts };
  }
}
