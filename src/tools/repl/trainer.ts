/** The posterior of a session, and the steps that make it: train on from where it is, prune it, judge it. */
import type { Expr } from '../../base/expr.ts';
import { sameShape } from '../../base/host-array.ts';
import type {
  CheckedModel,
  CheckedOptimizer,
  MetricRequest,
  PlanEvaluate,
  PlanInfer,
  PlanPrune,
  RunPlan,
} from '../../language/check/checked.ts';
import { catalogue, type Reporter, silentReporter } from '../../runtime/index.ts';
import type { Bench } from '../../runtime/interactive.ts';
import type { RunState, StepResult } from '../../runtime/steps/step.ts';

/** Draws that are averaged where the program does not say. */
const SAMPLES = 20;

/** Trainings after the first take random streams that no step of the run has. */
const STREAM_STRIDE = 1000;

const NOTHING = { posterior: null, epochs: 0, steps: 0, trainings: 0 };

export class Trainer {
  private readonly bench: Bench;
  private state: RunState & { readonly epochs: number; readonly steps: number; readonly trainings: number } = NOTHING;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  get trained(): boolean {
    return this.state.posterior !== null;
  }

  get epochs(): number {
    return this.state.epochs;
  }

  reset(): void {
    this.state = NOTHING;
  }

  /** Forgets a posterior of other sites than the model has now; true if it did. */
  settle(model: CheckedModel): boolean {
    const { posterior } = this.state;
    if (posterior === null) return false;
    const fits =
      posterior.sites.length === model.sites.length &&
      posterior.sites.every((s) => {
        const site = model.sites.find((m) => m.path === s.path);
        return site !== undefined && sameShape(site.shape, s.shape);
      });
    if (!fits) this.reset();
    return !fits;
  }

  /** Trains `epochs` more. Schedules go on where they were; the optimizer's memory starts anew. */
  async train(plan: RunPlan, step: PlanInfer, epochs: number, reporter: Reporter): Promise<StepResult> {
    const { state } = this;
    const more = (expr: Expr) => later(expr, { epoch: state.epochs, step: state.steps });
    const again = (optimizer: CheckedOptimizer) => ({ ...optimizer, rate: more(optimizer.rate) });
    const continued: PlanInfer = {
      ...step,
      stream: step.stream + STREAM_STRIDE * state.trainings,
      length: { unit: 'epochs', count: epochs },
      optimizer: again(step.optimizer),
      optimizers: Object.fromEntries(Object.entries(step.optimizers).map(([site, o]) => [site, again(o)])),
      schedules: Object.fromEntries(Object.entries(step.schedules).map(([name, expr]) => [name, more(expr)])),
    };
    const { state: next, result } = await this.bench.step(plan.data, continued, state, reporter);
    const count = (name: string) => Number(result.details[name] ?? 0);
    this.state = {
      ...next,
      epochs: state.epochs + count('epochs'),
      steps: state.steps + count('steps'),
      trainings: state.trainings + 1,
    };
    return result;
  }

  async prune(plan: RunPlan, step: PlanPrune): Promise<StepResult> {
    const { state, result } = await this.bench.step(plan.data, step, this.state, silentReporter);
    this.state = { ...this.state, ...state };
    return result;
  }

  async evaluate(plan: RunPlan, step: PlanEvaluate): Promise<StepResult> {
    return (await this.bench.step(plan.data, step, this.state, silentReporter)).result;
  }

  async splits(plan: RunPlan): Promise<readonly string[]> {
    return Object.keys((await this.bench.dataset(plan.data)).splits);
  }
}

/** The same step on another split: metrics that name their split themselves keep it. */
export function evaluatedOn(step: PlanEvaluate, split: string): PlanEvaluate {
  const metrics = step.metrics.map((m) => (m.split === step.split && m.key === m.metric ? { ...m, split } : m));
  return { ...step, split, metrics, text: `evaluate on ${split}` };
}

/** What is worth knowing where the run has no evaluate step: every metric for its likelihood, and what is left of the weights. */
export function standardEvaluation(plan: RunPlan, model: CheckedModel, split: string): PlanEvaluate {
  const predicts = catalogue.distributions.get(model.likelihood.distribution.name)?.predicts ?? null;
  const fitting = [...catalogue.metrics].filter(
    (m) => m.over === 'data' && predicts !== null && m.judges.includes(predicts),
  );
  const names = [...fitting.map((m) => m.name), 'kept', 'compression'];
  const metrics = names.map((metric): MetricRequest => ({ key: metric, metric, split, span: plan.span }));
  const index = plan.steps.length + 1;
  const place = { index, stream: index, seed: null, name: null, job: null, from: null, span: plan.span };
  return {
    kind: 'evaluate',
    ...place,
    text: `evaluate on ${split}`,
    model,
    split,
    metrics,
    samples: drawsAfter(plan),
    of: 'draws',
  };
}

/** As many as the checker would take: each particle once, or the usual number. */
function drawsAfter(plan: RunPlan): number {
  const infer = plan.steps.findLast((step) => step.kind === 'infer');
  const option = infer === undefined ? undefined : catalogue.engines.get(infer.engine)?.draws;
  return option === undefined ? SAMPLES : Number(infer?.options[option] ?? SAMPLES);
}

/** `expr` as it is after so many epochs and steps: `epoch` becomes `epoch + 3`. */
function later(expr: Expr, done: Readonly<Record<string, number>>): Expr {
  const walk = (part: Expr): Expr => {
    switch (part.kind) {
      case 'name': {
        const by = done[part.name] ?? 0;
        if (by === 0) return part;
        const right: Expr = { kind: 'number', value: by, unit: null, percent: false, span: part.span };
        return { kind: 'binary', op: '+', left: part, right, span: part.span };
      }
      case 'list':
        return { ...part, items: part.items.map(walk) };
      case 'unary':
        return { ...part, operand: walk(part.operand) };
      case 'binary':
        return { ...part, left: walk(part.left), right: walk(part.right) };
      case 'conditional':
        // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
        return { ...part, condition: walk(part.condition), then: walk(part.then), else: walk(part.else) };
      case 'call':
        return { ...part, args: part.args.map((a) => ({ ...a, value: walk(a.value) })) };
      case 'index':
        return { ...part, object: walk(part.object), indices: part.indices.map(walk) };
      default:
        return part;
    }
  };
  return walk(expr);
}
