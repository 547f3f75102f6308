/** The syntax tree: what was written, with places, and nothing that was concluded from it. Never mutated, never throws. */
import type { Argument, Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';

export interface Identifier {
  readonly name: string;
  readonly span: Span;
}

export interface Program {
  readonly kind: 'program';
  readonly source: string;
  readonly declarations: readonly Declaration[];
  readonly span: Span;
}

export type Declaration =
  | ConstDeclaration
  | DefDeclaration
  | DataDeclaration
  | NetworkDeclaration
  | BlockDeclaration
  | ModelDeclaration
  | GuideDeclaration
  | RunDeclaration
  | UnavailableDeclaration
  | ErrorNode;

/** What could not be understood and was already reported. */
export interface ErrorNode {
  readonly kind: 'error';
  readonly span: Span;
}

/** A part of the language that this version can read past but not use; the checker says so by name. */
export interface UnavailableDeclaration {
  readonly kind: 'unavailable';
  /** The word that begins it: `import`, `density`, `criterion`, `steps`, `sweep` ... or the one that sets it apart: `extends`, `per`, `of`, `=`. */
  readonly word: string;
  /** What it would declare or name, so that a later use of the name needs no message of its own. */
  readonly name: Identifier | null;
  readonly span: Span;
}

export interface ConstDeclaration {
  readonly kind: 'const';
  readonly name: Identifier;
  readonly value: Expr;
  readonly doc: string | null;
  readonly span: Span;
}

export interface Parameter {
  readonly name: Identifier;
  readonly default: Expr | null;
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

/** `name = value` in options, arguments of types and data bodies. */
export interface Setting {
  readonly name: Identifier;
  readonly value: Expr;
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
  readonly lines: readonly (ColumnLine | DerivedLine | UnavailableDeclaration | ErrorNode)[];
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

export type NetworkLine = InputLine | LayerLine | ForLines | IfLines | UnavailableDeclaration | ErrorNode;

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

/** `dense.weight ~ LogUniform()`; a likelihood looks the same and is told apart by the checker. */
export interface SiteLine {
  readonly kind: 'site';
  readonly override: boolean;
  readonly target: Selectors;
  readonly distribution: Expr;
  readonly span: Span;
}

export interface ModelDeclaration {
  readonly kind: 'model';
  readonly name: Identifier | null;
  readonly parameters: readonly Parameter[];
  readonly lines: readonly (SiteLine | UnavailableDeclaration | ErrorNode)[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface GuideDeclaration {
  readonly kind: 'guide';
  readonly name: Identifier | null;
  /** `guide g for bbb { }`. */
  readonly model: Identifier | null;
  readonly lines: readonly (SiteLine | UnavailableDeclaration | ErrorNode)[];
  readonly doc: string | null;
  readonly span: Span;
}

/** `{ epochs = 20, batch = 100 }`: settings and bare words, and metrics in `evaluate`. */
export interface Options {
  readonly settings: readonly Setting[];
  /** Expressions that stand alone, such as `error` or `error(validation)`. */
  readonly items: readonly Expr[];
  /** `every 1 epoch { }`, `move lambda = ...`, `optimizer of theta = ...`. */
  readonly unavailable: readonly UnavailableDeclaration[];
  readonly span: Span;
}

interface StepBase {
  readonly name: Identifier | null;
  readonly from: Identifier | null;
  readonly options: Options | null;
  readonly span: Span;
}

/** `infer sgvb for m(net) with g on d { ... }`. */
export interface InferStep extends StepBase {
  readonly kind: 'infer';
  readonly engine: Identifier;
  readonly model: Expr | null;
  readonly guide: Identifier | null;
  readonly data: Expr | null;
}

export interface Budget {
  readonly word: 'lowest' | 'highest' | 'keep' | 'sample' | 'gap' | 'until' | 'while';
  readonly amount: Expr | null;
  readonly perLayer: boolean;
  readonly span: Span;
}

/** `prune G where P` or `prune G by C BUDGET`. */
export interface PruneStep extends StepBase {
  readonly kind: 'prune';
  readonly groups: Selectors;
  readonly rule:
    | { readonly kind: 'where'; readonly predicate: Expr }
    | { readonly kind: 'by'; readonly criterion: Expr; readonly budget: Budget };
}

export interface EvaluateStep extends StepBase {
  readonly kind: 'evaluate';
  /** `test`, `validation`; null means `test`. */
  readonly on: Expr | null;
}

export interface RequireStep extends StepBase {
  readonly kind: 'require';
  readonly condition: Expr;
}

export interface ExportStep extends StepBase {
  readonly kind: 'export';
  readonly formats: readonly Expr[];
}

export type Step = InferStep | PruneStep | EvaluateStep | RequireStep | ExportStep | UnavailableDeclaration | ErrorNode;

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
