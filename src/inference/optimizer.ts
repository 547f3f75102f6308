/** The contract of an optimizer: what it remembers for each parameter, which scalars it reads, and one update. */
import type { OptimizerSignature, OptionValues } from '../base/catalogue.ts';
import type { Expr } from '../base/expr.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

/** From a value, and the length of a step. */
export type ProximalMap = (x: Ref, step: Ref) => Ref;

export interface UpdateInputs {
  readonly parameter: Ref;
  /** What the parameter is of its site: a value, such as a mean or a particle, or what no decay of weights pulls at, a spread or a `param`. */
  readonly of: 'value' | 'spread';
  /** Of loss / N with respect to the parameter. */
  readonly gradient: Ref;
  /**
   * The proximal map of the prior, times its weight and over N, for a step of the given length, where the gradient leaves the prior out;
   * null where the gradient has it, or there is none.
   */
  readonly prox: ProximalMap | null;
  /** Values of the declared slots, all zero at first. */
  readonly slot: (name: string) => Ref;
  /** Values of the declared scalars at this step. */
  readonly scalar: (name: string) => Ref;
}

export interface Update {
  readonly parameter: Ref;
  readonly slots: Readonly<Record<string, Ref>>;
}

export interface Optimizer extends OptimizerSignature {
  /** Names of the tensors that it keeps beside each parameter. */
  slots(options: OptionValues): readonly string[];
  /** What it needs to know at each step, as expressions of `epoch` and `step`; `rate` is the user's learning rate. */
  scalars(rate: Expr, options: OptionValues): Readonly<Record<string, Expr>>;
  update(b: GraphBuilder, inputs: UpdateInputs, options: OptionValues): Update;
}
