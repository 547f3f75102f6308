/**
 * What the checker concludes: models and runs in which every name is resolved, every default filled in, every size a number.
 * Expressions are closed: constants and definitions are put in, so only these names are left: `epoch` and `step` in schedules,
 * criteria in `where`, named figures in `require`, columns and networks in likelihoods.
 */
import type {
  ColumnType,
  DistributionSignature,
  OptionValues,
  ParameterSpec,
  StatisticSpec,
  Support,
} from '../../base/catalogue.ts';
import type { DataRequest, SeenColumn } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';

/** One layer after expansion. `inputs` are paths of earlier layers, or `input`. */
export interface CheckedLayer {
  /** `fc1`; unnamed layers are called by kind and order, those of a block below it: `stage[2].basic[1].relu[2]`. */
  readonly path: string;
  readonly kind: string;
  readonly options: OptionValues;
  readonly inputs: readonly string[];
  /** Of the first input. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly parameters: readonly ParameterSpec[];
  readonly statistics: readonly StatisticSpec[];
  readonly multiplyAdds: number;
  readonly span: Span;
}

export interface CheckedNetwork {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly CheckedLayer[];
  /** The path whose value is the network's. */
  readonly output: string;
  readonly span: Span;
}

/** An argument of a distribution, closed. `value` is given when it is known before the run. */
export interface CheckedArgument {
  readonly name: string;
  readonly expr: Expr;
  readonly value: number | null;
}

/** What the integral of a density of the program's own is, over the values of its parameters that were tried. */
export type DensityIntegral =
  | { readonly kind: 'one' }
  /** The one that is furthest from 1. */
  | { readonly kind: 'other'; readonly value: number }
  | { readonly kind: 'infinite' }
  | { readonly kind: 'not_found' };

/** `density Hyperbolic(x | s) { log = ..., support = real }`. In its expressions only the variable and the parameters are free. */
export interface CheckedDensity {
  readonly signature: DistributionSignature;
  readonly variable: string;
  /** Natural logarithm of the density. */
  readonly log: Expr;
  /** The ends of an interval, which parameters may set; null for all other supports. */
  readonly ends: { readonly low: Expr; readonly high: Expr } | null;
  /** One draw, from `normal` and `uniform`; null where the program gives none. */
  readonly draw: Expr | null;
  readonly integral: DensityIntegral;
  readonly span: Span;
}

export interface CheckedDistribution {
  readonly name: string;
  readonly args: readonly CheckedArgument[];
  /** For mixtures: weights sum to 1. */
  readonly components: readonly { readonly weight: number; readonly distribution: CheckedDistribution }[];
  /** Null for a distribution of the language. */
  readonly own: CheckedDensity | null;
  readonly span: Span;
}

/** Start values that are drawn evenly between two numbers; `kaiming_uniform` says them by the inputs of the layer. */
export interface StartDraw {
  readonly kind: 'uniform' | 'kaiming_uniform';
  readonly low: number;
  readonly high: number;
}

/** The range of a `param` and where it starts; ends are infinite where it has none. */
export interface CheckedParam {
  /** A number of the model, or one that a guide learns for its lines. */
  readonly of: 'model' | 'guide';
  readonly start: number | StartDraw;
  readonly low: number;
  readonly high: number;
  /** Whether the ends belong to the range: it stops there, and comes no nearer to the others than it can. */
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
}

/** A random variable: a parameter tensor of the network, or a latent of the model. Or a `param`, which stands among the latents and has no prior. */
export interface CheckedSite {
  /** `fc1.weight`, `tau`, `tau[fc1.unit]`. */
  readonly path: string;
  /** Empty for a latent that belongs to no layer. */
  readonly layer: string;
  readonly parameter: ParameterSpec;
  readonly shape: Shape;
  readonly support: Support;
  /** Latents stand in its arguments under the paths of their sites. `Flat()` of a `param`. */
  readonly prior: CheckedDistribution;
  /** Left out of random variables. */
  readonly param?: CheckedParam;
  /**
   * Of a non-centred site: its own numbers are those of its prior at scale 1, and this, over latents under the paths of their sites,
   * multiplies them.
   */
  readonly scale?: Expr;
  /** The line of the layer or the name of the latent, and the line that gave the prior. */
  readonly span: Span;
  readonly priorSpan: Span;
}

/** `y ~ Categorical(logits = lenet300(x))`. */
export interface CheckedLikelihood {
  readonly observed: string;
  readonly columnType: ColumnType;
  /** Columns of real numbers that its arguments mention by themselves, or factors of the model, the observed one left out. */
  readonly columns: readonly SeenColumn[];
  readonly distribution: CheckedDistribution;
  readonly span: Span;
}

/** `gate fc1.unit with z`: what comes out of a layer, bias included, or what goes in, is multiplied. */
export interface CheckedGate {
  readonly layer: string;
  readonly side: 'outputs' | 'inputs';
  /** Over latents, closed, under the paths of their sites. */
  readonly value: Expr;
  readonly span: Span;
}

/** `factor -2 * abs(net(x) - 1)`: a term of the log joint that is no density. */
export interface CheckedFactor {
  /**
   * Closed, over latents under the paths of their sites, columns, the network's output `net(x)` and those of its layers,
   * `net(x).fc1`. `sum(E)` and `mean(E)` are over all numbers of E, in a row where E has them in each row.
   */
  readonly value: Expr;
  /** One number for each row, summed over the rows and scaled as the likelihood is; else one number, which counts once. */
  readonly perRow: boolean;
  readonly span: Span;
}

export interface CheckedModel {
  readonly kind: 'checked-model';
  readonly name: string;
  readonly network: CheckedNetwork;
  /** The column that the network is applied to. */
  readonly input: string;
  /** Training sees it changed at random. */
  readonly augmented: boolean;
  /** Latents come before what depends on them, parameters of the network last. */
  readonly sites: readonly CheckedSite[];
  readonly gates: readonly CheckedGate[];
  readonly likelihood: CheckedLikelihood;
  readonly factors: readonly CheckedFactor[];
  /** Training rows; `N` in expressions. */
  readonly rows: number;
  readonly span: Span;
}

/** The family of one site, every slot filled; `start` values of learned slots may be null: the engine's own start. */
export interface CheckedGuideSite {
  readonly site: string;
  readonly family: string;
  readonly args: Readonly<Record<string, number | null>>;
  /**
   * Arguments that are expressions of `param`s under the paths of their sites, by the names of the family's parameters, whose `args` are
   * null: nothing else is learned for them. Left out where there are none.
   */
  readonly expressions?: Readonly<Record<string, Expr>>;
  /** How gradients go through its draws of 0 and 1; null for all other families. */
  readonly estimator: { readonly name: string; readonly options: OptionValues } | null;
  /** The point of a `param`, of which guides do not speak. */
  readonly param?: true;
  readonly span: Span | null;
}

/** `adam(1e-3, beta1 = 0.9)`: the rate is a schedule, the rest are numbers. */
export interface CheckedOptimizer {
  readonly name: string;
  /** The optimizer inside, whose rate and options these are: `proximal(sgd(0.1))`. */
  readonly around?: string;
  readonly rate: Expr;
  readonly options: OptionValues;
  readonly span: Span | null;
}

interface PlanStepBase {
  /** Position in the plan, from 1. */
  readonly index: number;
  /**
   * The branch of its randomness: its position in a run in which each sweep around it has only the job that it is of. So a job
   * gives what a run with its values gives, and jobs are compared under the same noise.
   */
  readonly stream: number;
  /** The seed of the job that it is of; null for that of the run. */
  readonly seed: number | null;
  /** Its name in the program, behind that of the job that it is of: `path[2].rounded`. */
  readonly name: string | null;
  /** The job that it is of, `path[2]`; null outside of loops, and in those without a name. */
  readonly job: string | null;
  /** The index of the step whose state it starts from, 0 for the state before the first one; null: the step above. */
  readonly from: number | null;
  /** The step in one line of the program, for progress and records. */
  readonly text: string;
  readonly span: Span;
}

export interface PlanInfer extends PlanStepBase {
  readonly kind: 'infer';
  readonly engine: string;
  /** Its `rows` are those of the split. */
  readonly model: CheckedModel;
  /** The split that it trains on: `train`, unless `rows = validation` or the like. */
  readonly split: string;
  readonly guide: readonly CheckedGuideSite[];
  readonly length: { readonly unit: 'epochs' | 'steps'; readonly count: number };
  readonly batch: number;
  readonly optimizer: CheckedOptimizer;
  /** By site path, those of sites that do not follow `optimizer`. */
  readonly optimizers: Readonly<Record<string, CheckedOptimizer>>;
  readonly estimator: string;
  /** Options of the engine's record that are plain values, defaults filled in. */
  readonly options: OptionValues;
  /** Options of the engine's record that are schedules, closed over `epoch` and `step`: `kl_weight`. */
  readonly schedules: Readonly<Record<string, Expr>>;
  /** What is pruned between two of its steps. */
  readonly every: readonly PlanEvery[];
  /** What rules set and kernels draw: neither follows a gradient here. */
  readonly moves: readonly PlanMove[];
}

/** What is done after each so many steps of a training, before anything is pruned there. */
export type PlanMove = PlanRule | PlanKernelMove;

/** `move z by gibbs every 1 epoch`: a latent is drawn anew. */
export interface PlanKernelMove {
  readonly kind: 'kernel';
  readonly kernel: string;
  readonly latent: string;
  /** Its sites, one for each layer of its plate. */
  readonly sites: readonly string[];
  readonly steps: number;
  readonly span: Span;
}

/** `move lambda = E every 1 step`: what becomes of a `param`. */
export interface PlanRule {
  readonly kind: 'rule';
  readonly param: string;
  /** Its sites, one for each layer of its plate. */
  readonly sites: readonly string[];
  /**
   * Closed over the `param`, `size`, `epoch` and `step`, `mean(weight)` and `sd(weight)` of the weights of the same group, `norm(E, p)` and
   * reductions over `weights` of these, and `rank(E)` and `running_mean(E)`.
   */
  readonly value: Expr;
  readonly steps: number;
  readonly span: Span;
}

/** `every 1 epoch { prune ... }`: after each so many steps of a training, the last one too. */
export interface PlanEvery {
  readonly steps: number;
  readonly prunes: readonly PlanPruneInside[];
  readonly span: Span;
}

export interface PlanPruneInside {
  readonly prune: PlanPrune;
  /** Values become 0 and may come back; else what goes is gone for good. */
  readonly soft: boolean;
}

export interface PlanPrune extends PlanStepBase {
  readonly kind: 'prune';
  readonly model: CheckedModel;
  /** Paths of the sites whose elements may go. */
  readonly sites: readonly string[];
  readonly rule:
    | { readonly kind: 'where'; readonly predicate: Expr }
    | {
        readonly kind: 'lowest';
        readonly criterion: string;
        /** Of a criterion of the program; null for one of the language. */
        readonly score: Expr | null;
        readonly share: number;
        readonly perLayer: boolean;
      };
}

export interface MetricRequest {
  /** As a person refers to it: `error`, `error(validation)`. */
  readonly key: string;
  readonly metric: string;
  readonly split: string;
  readonly span: Span;
}

export interface PlanEvaluate extends PlanStepBase {
  readonly kind: 'evaluate';
  readonly model: CheckedModel;
  readonly split: string;
  readonly metrics: readonly MetricRequest[];
  /** Posterior draws that are averaged. */
  readonly samples: number;
  /** `of = mean`: one pass at the posterior mean. */
  readonly of: 'draws' | 'mean';
}

export interface PlanRequire extends PlanStepBase {
  readonly kind: 'require';
  /** Figures stand as `member(name, metric)`, `.se` as a further member. */
  readonly condition: Expr;
  /** The inference whose guarantee the condition asks for; null where it asks for none. */
  readonly inference: PlanInfer | null;
}

export interface PlanExport extends PlanStepBase {
  readonly kind: 'export';
  readonly model: CheckedModel;
  readonly formats: readonly string[];
}

export type PlanStep = PlanInfer | PlanPrune | PlanEvaluate | PlanRequire | PlanExport;

/** The turns of a loop, or the jobs of a `sweep`, in their order. */
export interface PlanTable {
  /** Its name in the plan, `path`, `path[2].inner`; null where the program gives none. */
  readonly name: string | null;
  readonly loop: 'repeat' | 'for' | 'sweep';
  /** Not inside another loop. */
  readonly outermost: boolean;
  readonly jobs: readonly {
    /** What each variable stands for, as it is written. */
    readonly values: Readonly<Record<string, string>>;
    /** The index of its last `evaluate` step; null where it measures nothing. */
    readonly evaluation: number | null;
  }[];
}

export interface RunPlan {
  readonly kind: 'run-plan';
  readonly name: string;
  readonly data: DataRequest;
  readonly steps: readonly PlanStep[];
  readonly tables: readonly PlanTable[];
  readonly span: Span;
}
