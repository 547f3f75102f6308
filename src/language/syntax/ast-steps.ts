/** The part of the syntax tree that is about runs: steps and their options. */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { ErrorNode, Identifier, Selector, Selectors, Setting } from './ast-base.ts';

/** `{ epochs = 20, batch = 100 }`: settings and bare words, and metrics in `evaluate`. */
export interface Options {
  readonly settings: readonly Setting[];
  /** Expressions that stand alone, such as `error` or `error(validation)`. */
  readonly items: readonly Expr[];
  readonly ofSites: readonly SiteSetting[];
  readonly every: readonly EveryOption[];
  readonly moves: readonly MoveOption[];
  readonly span: Span;
}

/** `optimizer of theta = sgd(1e-3)`. */
export interface SiteSetting {
  readonly kind: 'site-setting';
  readonly name: Identifier;
  readonly site: Selector;
  readonly value: Expr;
  readonly span: Span;
}

/** `every 1 epoch { prune ... }`: steps inside a training. */
export interface EveryOption {
  readonly kind: 'every';
  readonly period: Expr;
  readonly steps: readonly Step[];
  readonly span: Span;
}

/** `move lambda = EXPR every 1 step`, or `by` a registered kernel. */
export interface MoveOption {
  readonly kind: 'move';
  readonly target: Identifier;
  readonly sign: '=' | 'by';
  readonly value: Expr;
  readonly period: Expr;
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

/** `where P` or `by C BUDGET`. */
export type CutRule =
  | { readonly kind: 'where'; readonly predicate: Expr }
  | { readonly kind: 'by'; readonly criterion: Expr; readonly budget: Budget };

export interface PruneStep extends StepBase {
  readonly kind: 'prune';
  readonly groups: Selectors;
  readonly rule: CutRule;
}

/** The inverse of `prune`. */
export interface GrowStep extends StepBase {
  readonly kind: 'grow';
  readonly groups: Selectors;
  readonly rule: CutRule;
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

/** `rewrite conv*, fc1 as kfac_basis(batches = 100)`: the same function with other parameters. */
export interface RewriteStep extends StepBase {
  readonly kind: 'rewrite';
  readonly layers: Selectors;
  readonly as: Expr;
}

/** `quantise *.weight by bits(4)`. */
export interface QuantiseStep extends StepBase {
  readonly kind: 'quantise';
  readonly groups: Selectors;
  readonly by: Expr;
}

export interface InitialiseStep extends StepBase {
  readonly kind: 'initialise';
  readonly groups: Selectors;
}

export interface RewindStep extends StepBase {
  readonly kind: 'rewind';
  readonly to: Identifier;
}

/** `re_estimate batch_norm`, `compensate batch_norm_shift`. */
export interface CorrectionStep extends StepBase {
  readonly kind: 're_estimate' | 'compensate';
  readonly what: Identifier;
}

/** `fix z = 1`, `fix gate of conv*.filter = mean(gate)`. */
export interface FixStep extends StepBase {
  readonly kind: 'fix';
  readonly target: Identifier;
  readonly of: Selectors | null;
  readonly value: Expr;
}

/** `compare with magnitude, random`. */
export interface CompareStep extends StepBase {
  readonly kind: 'compare';
  readonly criteria: readonly Expr[];
}

/** `repeat 14 { }`: one after the other. */
export interface RepeatStep extends StepBase {
  readonly kind: 'repeat';
  readonly count: Expr;
  readonly steps: readonly Step[];
}

/** `for l in [conv1, conv2] { }`: one after the other. */
export interface ForStep extends StepBase {
  readonly kind: 'for';
  readonly variable: Identifier;
  readonly values: Expr;
  readonly steps: readonly Step[];
}

/** `p in [50%, 75%]`, `a ~ Integer(3, 20)`, or a setting such as `count = 100`. */
export interface SweepAxis {
  readonly name: Identifier;
  readonly sign: 'in' | '~' | '=';
  readonly value: Expr;
  readonly span: Span;
}

/** Independent forks of the state before it. */
export interface SweepStep extends StepBase {
  readonly kind: 'sweep';
  readonly axes: readonly SweepAxis[];
  readonly condition: Expr | null;
  readonly steps: readonly Step[];
}

/** `attempt { } while C`: rolled back where the condition does not hold afterwards. */
export interface AttemptStep extends StepBase {
  readonly kind: 'attempt';
  readonly steps: readonly Step[];
  readonly condition: Expr;
}

/** `best = quantile(...)`, or a call of declared steps: `train(20)`. */
export interface ValueStep extends StepBase {
  readonly kind: 'value';
  readonly value: Expr;
}

export type Step =
  | InferStep
  | PruneStep
  | GrowStep
  | EvaluateStep
  | RequireStep
  | ExportStep
  | RewriteStep
  | QuantiseStep
  | InitialiseStep
  | RewindStep
  | CorrectionStep
  | FixStep
  | CompareStep
  | RepeatStep
  | ForStep
  | SweepStep
  | AttemptStep
  | ValueStep
  | ErrorNode;
