/** The small parts that all nodes of the syntax tree are made of. */
import type { Argument, Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';

export interface Identifier {
  readonly name: string;
  readonly span: Span;
}

/** What could not be understood and was already reported. */
export interface ErrorNode {
  readonly kind: 'error';
  readonly span: Span;
}

export interface Parameter {
  readonly name: Identifier;
  readonly default: Expr | null;
  readonly span: Span;
}

/** `name = value` in options, arguments of types and data bodies. */
export interface Setting {
  readonly name: Identifier;
  readonly value: Expr;
  readonly span: Span;
}

/** One segment of a selector: `fc*`, `stage[*]`, `**`, `weight`. */
export interface SelectorSegment {
  /** The text as written without indices, `*` and `**` included. */
  readonly pattern: string;
  /** `[2]`, `[1..3]`, and the groups of a latent: `tau[fc*.unit]`, `stage[*]`. */
  readonly indices: readonly (Expr | Selector)[];
  /** `fc1.block(16, 16)`. */
  readonly args: readonly Argument[];
  readonly span: Span;
}

export interface Selector {
  readonly kind: 'selector';
  readonly segments: readonly SelectorSegment[];
  readonly span: Span;
}

/** `a, b.weight except fc3.weight`. */
export interface Selectors {
  readonly include: readonly Selector[];
  readonly except: readonly Selector[];
  readonly span: Span;
}
