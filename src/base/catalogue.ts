/**
 * What can be named in a program, as data. Each registered record (layer, distribution, engine ...) extends the signature
 * of its family; `runtime/catalogue.ts` assembles the registries, and checker, completion and help walk them.
 */
import type { Expr, HostValue } from './expr.ts';
import type { Shape } from './host-array.ts';
import type { Named, Registry } from './registry.ts';

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
}

/** What a setting or argument accepts. */
export type OptionType =
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | ({ readonly kind: 'number' } & NumberRange)
  | { readonly kind: 'boolean' }
  | { readonly kind: 'string' }
  /** A list of texts: `["a", "b"]`. */
  | { readonly kind: 'strings' }
  /** A list of whole numbers: `[7, 7, 16]`. */
  | { readonly kind: 'integers'; readonly min: number }
  /** One of a few words; with `number`, or a number in that range, a whole one where it says so. */
  | {
      readonly kind: 'choice';
      readonly values: readonly string[];
      readonly number?: NumberRange & { readonly whole?: true };
    }
  /** `20` or `20 epochs` or `500 steps`; a bare number has the unit of the option's name. With `fromZero` it may be 0. */
  | { readonly kind: 'duration'; readonly unit: 'epochs' | 'steps'; readonly fromZero?: true }
  /** `1 epoch` or `50 steps`, a part of the training; a bare number counts epochs. Kept in steps, at least 1 or, `fromZero`, none. */
  | { readonly kind: 'period'; readonly fromZero?: true }
  /** A number, or an expression of `epoch` and `step` that is tabulated while training; `min` holds at every step. */
  /** `over`: beside `epoch` and `step` it may mention terms of the loss, known in each step alone. */
  | { readonly kind: 'schedule'; readonly min?: number; readonly over?: readonly string[] }
  /** A word with one number, `sign(0.01)`; the number is kept. */
  | { readonly kind: 'call'; readonly word: string; readonly argument: NumberRange; readonly example: number }
  /** One of a few words, some of them with one number: `js_geometric(0.2)`. Kept as the word, or as a list of the word and the number. */
  | { readonly kind: 'words'; readonly words: readonly OptionWord[] }
  /** Latents and parameters of the network by name, `gamma` or `[gamma, fc2.weight]`. Kept as the paths of their sites. */
  | { readonly kind: 'sites' }
  /** A split of the data. */
  | { readonly kind: 'split' }
  /** A call of a registered optimizer, such as `adam(1e-3)`. */
  | { readonly kind: 'optimizer' };

export interface OptionWord {
  readonly word: string;
  /** The number in its brackets; null for a word alone. */
  readonly argument: (NumberRange & { readonly example: number }) | null;
}

export interface OptionSpec {
  readonly name: string;
  readonly type: OptionType;
  /** `null` means that a value must be given (or that another option of the same record replaces it; the record says which). */
  readonly default: HostValue | null;
  readonly required: boolean;
  readonly doc: string;
}

/** Options after checking: numbers, words and booleans; schedules and optimizers are kept apart by the checker. */
export type OptionValues = Readonly<Record<string, HostValue>>;

export type Initialiser = 'kaiming' | 'normal' | 'zero' | 'one';

/** A parameter tensor of a layer. `weight` of dense is `[inputs, outputs]`. */
export interface ParameterSpec {
  readonly role: string;
  readonly shape: Shape;
  /** Number of inputs that feed one output: the scale of `kaiming`. */
  readonly fanIn: number;
  readonly initialiser: Initialiser;
  /** Weights count for compression, biases are counted apart; latents of a model are no part of its network. */
  readonly counts: 'weight' | 'bias' | 'latent';
  /** True: a point estimate with a flat prior, unless a line names the layer, its kind or the role; `*` does not reach it. */
  readonly byName: boolean;
}

/** A running statistic of a layer: no parameter, but state that training updates and prediction reads. */
export interface StatisticSpec {
  readonly role: string;
  readonly shape: Shape;
  /** The value of every element before training. */
  readonly start: number;
}

/** Shapes without the leading batch axis. */
export type LayerShape =
  | {
      readonly ok: true;
      readonly output: Shape;
      readonly parameters: readonly ParameterSpec[];
      readonly statistics: readonly StatisticSpec[];
      readonly multiplyAdds: number;
    }
  | { readonly ok: false; readonly problem: string; readonly hint: string };

export interface LayerSignature extends Named {
  readonly options: readonly OptionSpec[];
  /** `one`: the line before or the one behind `from`. `several`: lines named in brackets, `add(a, b)`. */
  readonly inputs: 'one' | 'several';
  /** Not called with fewer than two shapes where there are several. */
  infer(inputs: readonly [Shape, ...Shape[]], options: OptionValues): LayerShape;
}

/**
 * Where a distribution has its mass: real numbers, those above 0 or from 0 on, between 0 and 1, between bounds that are arguments;
 * 0 and 1, masks whose 1s come first, whole numbers from 0, class numbers; rows of real numbers, and of shares that sum to 1.
 */
export type Support =
  | 'real'
  | 'positive'
  | 'nonnegative'
  | 'unit'
  | 'interval'
  | 'binary'
  | 'nested'
  | 'count'
  | 'class'
  | 'vector'
  | 'simplex';

/** A parameter of a distribution. `learned`: in a guide, a constant here is only a start value. */
export interface DistributionParam {
  readonly name: string;
  /** `open_unit`: above 0 and below 1. `whole`: a whole number above 0. `distribution` and `gate`: a distribution, and a latent of 0 and 1. */
  readonly constraint:
    | 'real'
    | 'positive'
    | 'unit'
    | 'open_unit'
    | 'whole'
    | 'vector'
    | 'matrix'
    | 'distribution'
    | 'gate';
  readonly default: number | null;
  readonly learned: boolean;
  readonly doc: string;
}

/** Another way to give a parameter: `Gamma(2, scale = 3)` says `rate = 1 / 3`. */
export interface Alternative {
  readonly name: string;
  /** The parameter that it stands for; one of the two is given. */
  readonly replaces: string;
  readonly constraint: DistributionParam['constraint'];
  /** A number by position is this one: `Bernoulli(0.3)`. */
  readonly byPosition: boolean;
  readonly doc: string;
  /** The parameter as an expression of what is given. */
  convert(given: Expr): Expr;
}

export type DistributionRole = 'prior' | 'guide' | 'likelihood';

export interface DistributionSignature extends Named {
  readonly params: readonly DistributionParam[];
  readonly alternatives: readonly Alternative[];
  /** Two parameters of which the first must be the smaller. */
  readonly increasing: readonly [string, string] | null;
  /** True for `Mixture(p: D, ...)`: weighted distributions in place of parameters. */
  readonly components: boolean;
  readonly support: Support;
  /** What has one density: a number, all numbers of a group (those of one unit or filter, the last index), or a row of them. */
  readonly event: 'element' | 'group' | 'row';
  readonly roles: readonly DistributionRole[];
  /** As a likelihood: what it predicts of a row, which is what metrics judge. */
  readonly predicts: 'class' | 'real' | null;
  /** The kind of layer that makes of its logits the probabilities that it makes of them itself. */
  readonly inverseLink?: string;
  /** It has a proximal map, which `proximal(...)` and `dual_averaging(...)` need of a prior. */
  readonly proximal: boolean;
  /** Draws of it can be made, which some divergences need of a prior. */
  readonly drawn: boolean;
  /** What the language does not have yet and this distribution needs; it can only be named. */
  readonly needs: string | null;
  /** An improper density has no finite integral: the objective is then no bound. */
  readonly proper: boolean;
  /** All mass at one point: as a guide, a point estimate without spread. */
  readonly point?: true;
  /** As a guide of a latent it is one of the real numbers that stand for it, whatever its support. */
  readonly ofReals?: true;
  /** As a guide it is one of a latent's values and not of the real numbers that stand for them: between its bounds, or of gates that are often 0 or 1. */
  readonly ofValues?: 'bounds' | 'gates';
  /** The parameters that shift and stretch it, so that a draw is the first plus the second times a draw at 0 and 1. */
  readonly locationScale?: readonly [location: string, scale: string];
  /** The distribution that is meant where arguments stand behind the name. */
  readonly withArguments?: string;
  /** As the latent of a plate it says how many of the plate's groups are open, the first ones: of how many blocks, its parameter of this name says. */
  readonly nested?: string;
  /** The density grows without bound somewhere, so that a point estimate falls into it. */
  readonly unbounded?: true;
}

/** How many numbers a model infers: in all, those of the last layer that has any, and latents. */
export interface ModelSize {
  readonly all: number;
  readonly lastLayer: number;
  readonly latents: number;
}

export interface EngineSignature extends Named {
  readonly options: readonly OptionSpec[];
  /** Families that it can fit, the first one being its default for real sites. */
  readonly guides: readonly string[];
  /** The option that says of how many draws its posterior consists; left out where it is drawn from without end. */
  readonly draws?: string;
  /** In words, what its posterior is made of, where it fits no guide: it trains points, which pay -log prior. */
  readonly posterior?: string;
  /** In words, why it sets no `param` of a model; left out where these follow its gradient. */
  readonly withoutParams?: string;
  /** The kernels by which `move z by KERNEL` can draw latents between two of its steps; left out for none. */
  readonly moveKernels?: readonly string[];
  /** Latents of these supports stay as the inference before it left them. */
  readonly holds?: readonly Support[];
  /** Its posterior is read off the curvature of the likelihood by the network's outputs: no factor may mention these. */
  readonly linearises?: true;
  /** For an engine whose work grows faster than the model: what is too large at these options, and a way out; null for nothing. */
  readonly tooLarge?: (size: ModelSize, options: OptionValues) => TooLarge | null;
}

export interface TooLarge {
  readonly message: string;
  readonly hint: string;
  /** The option at fault, and a value with which it is not. */
  readonly instead: { readonly option: string; readonly value: string };
}

/** How gradients go through draws of 0 and 1. */
export interface GateEstimatorSignature extends Named {
  /** Given by position or by name. */
  readonly options: readonly OptionSpec[];
  /** In how many states of all its gates together it looks at the loss in each step; left out where each gate has a slope for itself. */
  readonly states?: (gates: number, options: OptionValues) => number;
}

/** A way to draw a latent between two steps of a training: `move z by gibbs`. */
export interface MoveKernelSignature extends Named {
  /** Of the latents that it draws. */
  readonly support: Support;
}

/** What keeps the guides of weights near their priors. */
export interface DivergenceSignature extends Named {
  /** The number in its brackets; null for a word alone. */
  readonly argument: OptionWord['argument'];
  /** Families with a spread and priors between which it is known; null for all. */
  readonly guides: readonly string[] | null;
  readonly priors: readonly string[] | null;
  /** It is estimated by draws of the prior, which must have a density of single numbers and a draw. */
  readonly drawsPrior: boolean;
}

export interface OptimizerSignature extends Named {
  /** The optimizer that it is written around, `proximal(sgd(0.1))`, and whose options it has. */
  readonly around?: string;
  /** It takes the prior by its proximal map, which point estimates and priors that have one allow. */
  readonly takesPrior?: true;
  /** The first one is the learning rate, a schedule. */
  readonly options: readonly OptionSpec[];
}

export interface CriterionSignature extends Named {
  /** True when it reads the posterior's spread, which a point estimate does not have. */
  readonly needsSpread: boolean;
}

export interface MetricSignature extends Named {
  /** Splits may be named as an argument; accounting metrics look at no data. */
  readonly over: 'data' | 'weights';
  /** What a likelihood must predict to be judged; empty for accounting metrics. */
  readonly judges: readonly ('class' | 'real')[];
  /** How a person reads it. */
  readonly format: 'percent' | 'number' | 'factor';
  /** Which direction is better: only for comparisons in reports. */
  readonly better: 'low' | 'high';
}

/** A type of a column as written: `image[28, 28, 1]`, `class[10]`, `real[13]`, `real`. */
export type ColumnType =
  | { readonly kind: 'image'; readonly shape: Shape }
  | { readonly kind: 'class'; readonly classes: number }
  | { readonly kind: 'real'; readonly shape: Shape };

export interface ReaderSignature extends Named {
  /** Those that are required may be given by position, in this order: `csv("a.csv")`. */
  readonly options: readonly OptionSpec[];
  /** Settings after a column's type, such as `scale = 1/255`. */
  readonly columnOptions: readonly OptionSpec[];
  readonly columnTypes: readonly ColumnType['kind'][];
  /** Distributions that columns are drawn from, `x: real ~ Normal(0, 1)`; of a reader without them columns are read. */
  readonly draws?: readonly string[];
}

/** What `corrupt` puts into a column. */
export interface CorruptionSignature extends Named {
  /** By position in this order, or by name. */
  readonly options: readonly OptionSpec[];
  readonly columnTypes: readonly ColumnType['kind'][];
}

/** What `augment` does to images of training batches. */
export interface AugmentationSignature extends Named {
  /** By position in this order, or by name. */
  readonly options: readonly OptionSpec[];
}

export interface ExporterSignature extends Named {
  /** The file that it writes, below the run directory. */
  readonly file: string;
}

/** A function that expressions may call; the same meaning on the host and in a graph. */
export interface FunctionSignature extends Named {
  readonly arity: { readonly min: number; readonly max: number };
}

export interface Catalogue {
  readonly functions: Registry<FunctionSignature>;
  readonly layers: Registry<LayerSignature>;
  readonly distributions: Registry<DistributionSignature>;
  readonly engines: Registry<EngineSignature>;
  readonly optimizers: Registry<OptimizerSignature>;
  readonly estimators: Registry<Named>;
  readonly gateEstimators: Registry<GateEstimatorSignature>;
  readonly moveKernels: Registry<MoveKernelSignature>;
  readonly divergences: Registry<DivergenceSignature>;
  readonly criteria: Registry<CriterionSignature>;
  readonly metrics: Registry<MetricSignature>;
  readonly readers: Registry<ReaderSignature>;
  readonly corruptions: Registry<CorruptionSignature>;
  readonly augmentations: Registry<AugmentationSignature>;
  readonly exporters: Registry<ExporterSignature>;
}
