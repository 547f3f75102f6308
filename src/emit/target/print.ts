/**
 * Prints the target tree as a person would format it: what fits stays on one line, what does not is broken into one item
 * for each line; brackets only where JavaScript needs them.
 */
import type { Block, Js, JsBinaryOp, Module, Pattern, Property, Statement } from './javascript.ts';
import { isIdentifier } from './names.ts';

const WIDTH = 100;
const STEP = '  ';

const STRENGTH: Readonly<Record<JsBinaryOp, number>> = {
  '??': 1.5,
  '||': 2,
  '&&': 3,
  ...{ '===': 4, '!==': 4 },
  ...{ '<': 5, '<=': 5, '>': 5, '>=': 5 },
  ...{ '+': 6, '-': 6 },
  ...{ '*': 7, '/': 7 },
  '**': 9,
};
const UNARY = 8;
const ATOM = 11;
/** The condition of `a ? b : c` takes everything but another condition and a function. */
const TEST = 1.5;

/**
 * How strong the two sides of an operator must be to stand without brackets. Most bind to the left; `**` binds to the right
 * and takes no sign before it; `??` stands beside no other logic.
 */
function sidesOf(op: JsBinaryOp): readonly [left: number, right: number] {
  if (op === '**') return [STRENGTH[op] + 1, UNARY];
  if (op === '??') return [STRENGTH['==='], STRENGTH['===']];
  return [STRENGTH[op], STRENGTH[op] + 1];
}

export function printModule(module: Module): string {
  const header = module.header.length === 0 ? [] : docLines(module.header, '');
  return `${[...header, ...statements(module.body, '')].join('\n')}\n`;
}

function statements(body: readonly Statement[], indent: string): string[] {
  return body.flatMap((statement) => (statement.kind === 'blank' ? [''] : printStatement(statement, indent)));
}

function printStatement(statement: Exclude<Statement, { kind: 'blank' }>, indent: string): string[] {
  switch (statement.kind) {
    case 'comment':
      return statement.lines.map((line) => indent + remark(line));
    case 'import':
      return [`${indent}import ${braced(statement.names, indent)} from ${quoted(statement.from)};`];
    case 'declare':
      return lead(`${statement.word} ${pattern(statement.target)} = `, statement.value, indent);
    case 'assign':
      return lead(`${expression(statement.target, indent, 0)} = `, statement.value, indent);
    case 'return':
      return lead('return ', statement.value, indent);
    case 'expression':
      return lead('', statement.value, indent);
    case 'if':
      return [
        `${indent}if (${expression(statement.test, indent, 4)}) {`,
        ...statements(statement.body, indent + STEP),
        `${indent}}`,
      ];
    case 'for-of':
      return [
        `${indent}for (const ${pattern(statement.target)} of ${expression(statement.values, indent, 16)}) {`,
        ...statements(statement.body, indent + STEP),
        `${indent}}`,
      ];
    case 'function':
      return [
        ...(statement.doc.length === 0 ? [] : docLines(statement.doc, indent)),
        `${indent}function ${statement.name}(${statement.parameters.map(pattern).join(', ')}) {`,
        ...statements(statement.body, indent + STEP),
        `${indent}}`,
      ];
  }
}

function lead(head: string, value: Js, indent: string): string[] {
  return [`${indent}${head}${expression(value, indent, head.length)};`];
}

/** Whatever JavaScript takes for the end of a line would end the comment. */
function remark(line: string): string {
  return `// ${line.replace(/[\n\r\u2028\u2029]+/g, ' ')}`.trimEnd();
}

/** A closing star and slash inside would end the comment. */
function docLines(lines: readonly string[], indent: string): string[] {
  const safe = lines.map((line) => line.replaceAll('*/', '* /'));
  if (safe.length === 1) return [`${indent}/** ${safe[0]} */`];
  return [`${indent}/**`, ...safe.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

function pattern(target: Pattern): string {
  return target.kind === 'identifier' ? target.name : `{ ${target.names.join(', ')} }`;
}

function braced(names: readonly string[], indent: string): string {
  const flat = `{ ${names.join(', ')} }`;
  if (indent.length + flat.length + 30 <= WIDTH) return flat;
  return `{\n${names.map((name) => `${indent}${STEP}${name},\n`).join('')}${indent}}`;
}

/** `used` columns of the line are taken before the expression begins. */
function expression(js: Js, indent: string, used: number): string {
  const flat = flatten(js);
  if (flat !== null && indent.length + used + flat.length + 1 <= WIDTH) return flat;
  return broken(js, indent) ?? flat ?? '';
}

/** On one line; null where that cannot be: comments between properties, functions with statements. */
function flatten(js: Js): string | null {
  switch (js.kind) {
    case 'identifier':
      return js.name;
    case 'literal':
      return typeof js.value === 'string' ? quoted(js.value) : String(js.value).replace('e+', 'e');
    case 'array':
      return joined(js.items, '[', ']');
    case 'object':
      return flatObject(js.properties);
    case 'call': {
      const callee = inside(js.callee, ATOM);
      const args = joined(js.args, '(', ')');
      return callee === null || args === null ? null : callee + args;
    }
    case 'member': {
      const object = inside(js.object, ATOM);
      return object === null ? null : `${object}${access(js.name)}`;
    }
    case 'element': {
      const [object, index] = [inside(js.object, ATOM), flatten(js.index)];
      return object === null || index === null ? null : `${object}[${index}]`;
    }
    case 'unary': {
      const operand = inside(js.operand, ATOM);
      return operand === null ? null : `${js.op}${operand}`;
    }
    case 'await': {
      const operand = inside(js.operand, UNARY);
      return operand === null ? null : `await ${operand}`;
    }
    case 'binary':
      return flatBinary(js);
    case 'conditional': {
      const [test, then, otherwise] = [inside(js.test, TEST), inside(js.then, 1), inside(js.else, 1)];
      return test === null || then === null || otherwise === null ? null : `${test} ? ${then} : ${otherwise}`;
    }
    case 'arrow': {
      if (js.body.kind === 'block') return null;
      const body = flatten(js.body);
      const wrapped = js.body.kind === 'object' ? `(${body})` : body;
      return body === null ? null : `${arrowHead(js.parameters)} ${wrapped}`;
    }
  }
}

/** Over several lines, or null where there is nothing to break at. */
function broken(js: Js, indent: string): string | null {
  const deeper = indent + STEP;
  switch (js.kind) {
    case 'array':
      return listed(
        js.items.map((item) => expression(item, deeper, 1)),
        '[]',
        indent,
      );
    case 'object':
      return listed(
        js.properties.map((p) => printProperty(p, deeper)),
        '{}',
        indent,
      );
    case 'call':
      return part(js.callee, ATOM, indent) + brokenArguments(js.args, indent);
    case 'arrow':
      return js.body.kind === 'block'
        ? `${arrowHead(js.parameters)} ${printBlock(js.body, indent)}`
        : `${arrowHead(js.parameters)}\n${deeper}${expression(js.body, deeper, 0)}`;
    case 'binary': {
      const [ofLeft, ofRight] = sidesOf(js.op);
      return `${part(js.left, ofLeft, indent)} ${js.op}\n${deeper}${part(js.right, ofRight, deeper)}`;
    }
    case 'conditional':
      return `${part(js.test, TEST, indent)}\n${deeper}? ${part(js.then, 1, deeper)}\n${deeper}: ${part(js.else, 1, deeper)}`;
    case 'unary':
      return `${js.op}${part(js.operand, ATOM, indent)}`;
    case 'await':
      return `await ${part(js.operand, UNARY, indent)}`;
    case 'member':
      return `${part(js.object, ATOM, indent)}${access(js.name)}`;
    case 'element':
      return `${part(js.object, ATOM, indent)}[${expression(js.index, indent, 1)}]`;
    case 'identifier':
    case 'literal':
      return null;
  }
}

/** A last argument that is a function or an object hugs the bracket, as people write it. */
function brokenArguments(args: readonly Js[], indent: string): string {
  const last = args.at(-1);
  const before = args.slice(0, -1).map(flatten);
  if (last !== undefined && (last.kind === 'object' || last.kind === 'arrow') && !before.includes(null)) {
    const head = before.map((text) => `${text}, `).join('');
    if (head.length < WIDTH / 2) return `(${head}${broken(last, indent)})`;
  }
  return listed(
    args.map((arg) => expression(arg, indent + STEP, 1)),
    '()',
    indent,
  );
}

function listed(items: readonly string[], brackets: string, indent: string): string {
  const lines = items.map((item) => `${indent}${STEP}${item},\n`);
  return `${brackets[0]}\n${lines.join('')}${indent}${brackets[1]}`;
}

function printProperty({ name, value, comment }: Property, indent: string): string {
  const above = comment.map((line) => `${remark(line)}\n${indent}`).join('');
  if (isShort(name, value)) return above + name;
  const head = `${isIdentifier(name) ? name : quoted(name)}: `;
  return `${above}${head}${expression(value, indent, head.length + 1)}`;
}

function flatObject(list: readonly Property[]): string | null {
  if (list.length === 0) return '{}';
  const parts = list.map(({ name, value, comment }) => {
    if (comment.length > 0) return null;
    if (isShort(name, value)) return name;
    const text = flatten(value);
    return text === null ? null : `${isIdentifier(name) ? name : quoted(name)}: ${text}`;
  });
  return parts.includes(null) ? null : `{ ${parts.join(', ')} }`;
}

function isShort(name: string, value: Js): boolean {
  return value.kind === 'identifier' && value.name === name;
}

function flatBinary({ op, left, right }: Extract<Js, { kind: 'binary' }>): string | null {
  const [ofLeft, ofRight] = sidesOf(op);
  const [l, r] = [inside(left, ofLeft), inside(right, ofRight)];
  return l === null || r === null ? null : `${l} ${op} ${r}`;
}

function joined(items: readonly Js[], open: string, close: string): string | null {
  const parts = items.map(flatten);
  return parts.includes(null) ? null : `${open}${parts.join(', ')}${close}`;
}

/** On one line if it fits, with brackets where it is weaker than `weakest`. */
function part(js: Js, weakest: number, indent: string): string {
  const text = expression(js, indent, 2);
  return strengthOf(js) < weakest ? `(${text})` : text;
}

function inside(js: Js, weakest: number): string | null {
  const text = flatten(js);
  return text !== null && strengthOf(js) < weakest ? `(${text})` : text;
}

function strengthOf(js: Js): number {
  if (js.kind === 'binary') return STRENGTH[js.op];
  if (js.kind === 'unary' || js.kind === 'await') return UNARY;
  if (js.kind === 'conditional') return 1;
  return js.kind === 'arrow' ? 0 : ATOM;
}

function arrowHead(parameters: readonly Pattern[]): string {
  return `(${parameters.map(pattern).join(', ')}) =>`;
}

function printBlock({ body }: Block, indent: string): string {
  return `{\n${statements(body, indent + STEP).join('\n')}\n${indent}}`;
}

function access(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${quoted(name)}]`;
}

/** Single quotes, as in the rest of the project. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
