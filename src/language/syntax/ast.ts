/** The syntax tree: what was written, with places, and nothing that was concluded from it. Never mutated, never throws. */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { ErrorNode, Identifier, Parameter, Selector, Selectors, Setting } from './ast-base.ts';
import type { Step } from './ast-steps.ts';

export type * from './ast-base.ts';
export type * from './ast-steps.ts';

export interface Program {
  readonly kind: 'program';
  readonly source: string;
  readonly declarations: readonly Declaration[];
  /** Lines that could not be read as they were written; their mistakes were reported. */
  readonly damage: readonly Span[];
  readonly span: Span;
}

export type Declaration =
  | ImportDeclaration
  | ConstDeclaration
  | DefDeclaration
  | DataDeclaration
  | NetworkDeclaration
  | BlockDeclaration
  | DensityDeclaration
  | CriterionDeclaration
  | ModelDeclaration
  | GuideDeclaration
  | StepsDeclaration
  | RunDeclaration
  | ErrorNode;

/** `import "common.bprune"`: its declarations join those of the file. */
export interface ImportDeclaration {
  readonly kind: 'import';
  readonly name: null;
  readonly path: string;
  /** The text with its quotation marks. */
  readonly pathSpan: Span;
  readonly doc: string | null;
  readonly span: Span;
}

export interface ConstDeclaration {
  readonly kind: 'const';
  readonly name: Identifier;
  readonly value: Expr;
  readonly doc: string | null;
  readonly span: Span;
}

export interface DefDeclaration {
  readonly kind: 'def';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly body: Expr;
  readonly doc: string | null;
  readonly span: Span;
}

/** `image[28, 28, 1]`, `class[10]`, `real`. */
export interface TypeNode {
  readonly name: Identifier;
  readonly sizes: readonly Expr[];
  readonly span: Span;
}

export interface ColumnLine {
  readonly kind: 'column';
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly settings: readonly Setting[];
  /** Bare words after the type, such as `standardise`. */
  readonly flags: readonly Identifier[];
  /** What the column is drawn from, behind `~`. */
  readonly distribution: Expr | null;
  readonly span: Span;
}

/** `validation = split(train, 5_000, seed = 1)`. */
export interface DerivedLine {
  readonly kind: 'derived';
  readonly name: Identifier;
  readonly value: Expr;
  readonly span: Span;
}

export interface DataDeclaration {
  readonly kind: 'data';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  /** A call of a reader. */
  readonly reader: Expr;
  readonly lines: readonly (ColumnLine | DerivedLine | ErrorNode)[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface InputLine {
  readonly kind: 'input';
  readonly type: TypeNode;
  readonly span: Span;
}

/** `fc1 = dense(300)`, `relu`, `a = dense(3) from b`. */
export interface LayerLine {
  readonly kind: 'layer';
  readonly name: Identifier | null;
  readonly layer: Identifier;
  readonly args: readonly LayerArgument[];
  readonly from: Identifier | null;
  readonly span: Span;
}

export interface LayerArgument {
  readonly name: Identifier | null;
  readonly value: Expr;
  readonly span: Span;
}

/** `for i in 1..n { ... }`: the lines once for each value. */
export interface ForLines {
  readonly kind: 'for';
  readonly variable: Identifier;
  readonly values: Expr;
  readonly lines: readonly NetworkLine[];
  readonly span: Span;
}

/** `if stride > 1 { ... } else { ... }`; what follows `else if` is one line of `otherwise`. */
export interface IfLines {
  readonly kind: 'if';
  readonly condition: Expr;
  readonly chosen: readonly NetworkLine[];
  readonly otherwise: readonly NetworkLine[];
  readonly span: Span;
}

export type NetworkLine = InputLine | LayerLine | ForLines | IfLines | ErrorNode;

export interface NetworkDeclaration {
  readonly kind: 'network';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly lines: readonly NetworkLine[];
  readonly doc: string | null;
  readonly span: Span;
}

/** `block basic(c, stride = 1) { ... }`: lines that a network can use as one; `input` names what they are applied to. */
export interface BlockDeclaration {
  readonly kind: 'block';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly lines: readonly NetworkLine[];
  readonly doc: string | null;
  readonly span: Span;
}

/** `dense.weight ~ LogUniform()`; a likelihood looks the same and is told apart by the checker. */
export interface SiteLine {
  readonly kind: 'site';
  readonly override: boolean;
  readonly target: Selectors;
  readonly distribution: Expr;
  /** `GroupLaplace(1) per filter`: one anonymous latent for each group of this kind. */
  readonly per: Identifier | null;
  readonly span: Span;
}

/** `gate fc1.unit with z`. */
export interface GateLine {
  readonly kind: 'gate';
  readonly groups: Selectors;
  readonly value: Expr;
  readonly span: Span;
}

/** `[0, inf)`. */
export interface Interval {
  readonly low: Expr;
  readonly high: Expr;
  /** Whether the ends belong to it. */
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
  readonly span: Span;
}

/** `param theta[fc1.unit] = 0.5 in [0, 1]`: not random, set by inference or by a `move`. */
export interface ParamLine {
  readonly kind: 'param';
  readonly name: Identifier;
  /** The plate; empty for a single number. */
  readonly groups: readonly (Expr | Selector)[];
  readonly value: Expr;
  readonly range: Interval | null;
  readonly span: Span;
}

/** `r[fc1.unit] = s * tau`, `out = net(x)`: a name for what follows from the others. */
export interface QuantityLine {
  readonly kind: 'quantity';
  readonly name: Identifier;
  readonly groups: readonly (Expr | Selector)[];
  readonly value: Expr;
  readonly span: Span;
}

/** `factor -penalty`: a term that is no density. */
export interface FactorLine {
  readonly kind: 'factor';
  readonly value: Expr;
  readonly span: Span;
}

export type ModelLine = SiteLine | GateLine | ParamLine | QuantityLine | FactorLine | ErrorNode;

/** `log = ...` in a density, `score = ...` in a criterion. */
export interface Term {
  readonly kind: 'term';
  readonly name: Identifier;
  readonly value: Expr;
  readonly span: Span;
}

/** `density Hyperbolic(x | s) { log = ..., support = real }`. */
export interface DensityDeclaration {
  readonly kind: 'density';
  readonly name: Identifier;
  readonly variable: Identifier;
  readonly parameters: readonly Parameter[];
  readonly terms: readonly (Term | ErrorNode)[];
  readonly doc: string | null;
  readonly span: Span;
}

/** `criterion robust = E` has a value, `criterion shifted(t) { e = ..., score = ... }` has terms. */
export interface CriterionDeclaration {
  readonly kind: 'criterion';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly value: Expr | null;
  readonly terms: readonly (Term | ErrorNode)[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface ModelDeclaration {
  readonly kind: 'model';
  readonly name: Identifier | null;
  readonly parameters: readonly Parameter[];
  /** `extends classifier(net, Normal(0, 1))`. */
  readonly parent: Expr | null;
  readonly lines: readonly ModelLine[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface GuideDeclaration {
  readonly kind: 'guide';
  readonly name: Identifier | null;
  /** `guide g for bbb { }`. */
  readonly model: Identifier | null;
  readonly lines: readonly ModelLine[];
  readonly doc: string | null;
  readonly span: Span;
}

/** `steps train(e = 20) { infer map { epochs = e } }`. */
export interface StepsDeclaration {
  readonly kind: 'steps';
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface RunDeclaration {
  readonly kind: 'run';
  readonly name: Identifier | null;
  readonly model: Expr | null;
  readonly guide: Identifier | null;
  readonly data: Expr | null;
  readonly steps: readonly Step[];
  readonly doc: string | null;
  readonly span: Span;
}
