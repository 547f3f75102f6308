/** The target language as a small tree: the part of JavaScript that emitted programs are made of, and short makers for it. */

export type JsBinaryOp = '??' | '||' | '&&' | '<' | '<=' | '>' | '>=' | '===' | '!==' | '+' | '-' | '*' | '/' | '**';

export type Js =
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
  | { readonly kind: 'array'; readonly items: readonly Js[] }
  | { readonly kind: 'object'; readonly properties: readonly Property[] }
  | { readonly kind: 'call'; readonly callee: Js; readonly args: readonly Js[] }
  | { readonly kind: 'member'; readonly object: Js; readonly name: string }
  /** `object[index]`, for an index that is no name. */
  | { readonly kind: 'element'; readonly object: Js; readonly index: Js }
  | { readonly kind: 'unary'; readonly op: '-' | '!'; readonly operand: Js }
  | { readonly kind: 'await'; readonly operand: Js }
  | { readonly kind: 'binary'; readonly op: JsBinaryOp; readonly left: Js; readonly right: Js }
  | { readonly kind: 'conditional'; readonly test: Js; readonly then: Js; readonly else: Js }
  | { readonly kind: 'arrow'; readonly parameters: readonly Pattern[]; readonly body: Js | Block };

/** `name: value`; printed short when both are the same name. */
export interface Property {
  readonly name: string;
  readonly value: Js;
  /** Lines above it. */
  readonly comment: readonly string[];
}

/** `name`, or `{ name, name }`. */
export type Pattern =
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'fields'; readonly names: readonly string[] };

export interface Block {
  readonly kind: 'block';
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: 'import'; readonly names: readonly string[]; readonly from: string }
  | { readonly kind: 'declare'; readonly word: 'const' | 'let'; readonly target: Pattern; readonly value: Js }
  | { readonly kind: 'assign'; readonly target: Js; readonly value: Js }
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly parameters: readonly Pattern[];
      readonly doc: readonly string[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'return'; readonly value: Js }
  | { readonly kind: 'expression'; readonly value: Js }
  | { readonly kind: 'if'; readonly test: Js; readonly body: readonly Statement[] }
  | {
      readonly kind: 'for-of';
      readonly target: Pattern;
      readonly values: Js;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'comment'; readonly lines: readonly string[] }
  | { readonly kind: 'blank' };

/** A file: its header comment and its statements. */
export interface Module {
  readonly header: readonly string[];
  readonly body: readonly Statement[];
}

export type FunctionStatement = Extract<Statement, { kind: 'function' }>;

export const id = (name: string): Extract<Js, { kind: 'identifier' }> => ({ kind: 'identifier', name });
export const literal = (value: number | string | boolean | null): Js => ({ kind: 'literal', value });
export const array = (items: readonly Js[]): Js => ({ kind: 'array', items });
export const member = (object: Js, ...path: readonly string[]): Js =>
  path.reduce<Js>((inner, name) => ({ kind: 'member', object: inner, name }), object);
export const call = (callee: Js | string, ...args: readonly Js[]): Js => ({
  kind: 'call',
  callee: typeof callee === 'string' ? id(callee) : callee,
  args,
});
/** `tf.relu(x)`. */
export const tf = (name: string, ...args: readonly Js[]): Js => call(member(id('tf'), name), ...args);
export const binary = (left: Js, op: JsBinaryOp, right: Js): Js => ({ kind: 'binary', op, left, right });
export const unary = (op: '-' | '!', operand: Js): Js => ({ kind: 'unary', op, operand });
export const conditional = (test: Js, then: Js, otherwise: Js): Js => ({
  kind: 'conditional',
  test,
  then,
  else: otherwise,
});
export const arrow = (parameters: readonly Pattern[], body: Js | Block): Js => ({ kind: 'arrow', parameters, body });
export const block = (body: readonly Statement[]): Block => ({ kind: 'block', body });
export const property = (name: string, value: Js, comment: readonly string[] = []): Property => ({
  name,
  value,
  comment,
});
/** An object from its properties; those without a value are left out. */
export const object = (entries: Readonly<Record<string, Js | undefined>>): Js => ({
  kind: 'object',
  properties: Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : [property(name, value)])),
});
export const properties = (list: readonly Property[]): Js => ({ kind: 'object', properties: list });

export const fields = (...names: readonly string[]): Pattern => ({ kind: 'fields', names });
export const constant = (target: string | Pattern, value: Js): Statement => ({
  kind: 'declare',
  word: 'const',
  target: typeof target === 'string' ? id(target) : target,
  value,
});
export const variable = (name: string, value: Js): Statement => ({
  kind: 'declare',
  word: 'let',
  target: id(name),
  value,
});
export const assign = (target: Js, value: Js): Statement => ({ kind: 'assign', target, value });
export const give = (value: Js): Statement => ({ kind: 'return', value });
export const run = (value: Js): Statement => ({ kind: 'expression', value });
export const comment = (...lines: readonly string[]): Statement => ({ kind: 'comment', lines });
export const blank: Statement = { kind: 'blank' };
export const forOf = (target: Pattern, values: Js, body: readonly Statement[]): Statement => ({
  kind: 'for-of',
  target,
  values,
  body,
});
export const fn = (
  name: string,
  parameters: readonly Pattern[],
  doc: readonly string[],
  body: readonly Statement[],
): FunctionStatement => ({ kind: 'function', name, parameters, doc, body });

/** Numbers, texts, lists and records as they are. */
export function plainValue(value: unknown): Js {
  if (Array.isArray(value)) return array(value.map(plainValue));
  if (typeof value === 'object' && value !== null) {
    return object(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)])));
  }
  if (typeof value === 'number' && value < 0) return unary('-', literal(-value));
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) return literal(value as number);
  throw new Error(`internal: a ${typeof value} has no place in an emitted program`);
}
