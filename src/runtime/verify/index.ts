/**
 * Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman 2018) of the inference that a run declares, on the
 * model that it declares: true values are drawn from the prior and data from the likelihood, again and again; the inference gets
 * the data; where it is right, each true value is one more draw of the posterior, so that its rank among the others is uniform.
 */
import type { Dataset } from '../../base/data.ts';
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { keyAt, rootKey } from '../../base/keys.ts';
import type { Executor } from '../../executors/executor.ts';
import type { CheckedModel, PlanInfer, RunPlan } from '../../language/check/checked.ts';
import { buildDensity } from '../../model/density.ts';
import { undrawable } from '../../model/prior-predictive.ts';
import type { Host } from '../host.ts';
import { Interrupted } from '../steps/step.ts';
import { findingsOf, type VerifyFinding } from './findings.ts';
import { type Judged, judge, type Rule } from './judgement.ts';
import { quantitiesOf } from './quantities.ts';
import { type Replication, replicate } from './replication.ts';
import { openSimulator } from './simulator.ts';

export { fewerOf, fewerRows } from './small-data.ts';

/** Fewer say nothing: the ends of a distribution have no replications in them. */
export const FEWEST = 20;
/** More rows than this are not needed to see that an inference is wrong, unless its batches are larger. */
const ROWS = 100;

export interface Verification {
  readonly engine: string;
  readonly rule: Rule;
  readonly rows: number;
  /** Replications that are done, of those that were asked for; `failed` of them are none, because training did not stay finite. */
  readonly done: number;
  readonly asked: number;
  readonly failed: number;
  readonly draws: number;
  readonly interrupted: boolean;
  readonly quantities: readonly Judged[];
  readonly findings: readonly VerifyFinding[];
}

export interface VerifyRequest {
  readonly steps: readonly PlanInfer[];
  /** What true values and data are drawn from: the model of the last step. */
  readonly model: CheckedModel;
  /** The inputs; its observed column is not looked at. */
  readonly dataset: Dataset;
  readonly executor: Executor;
  readonly host: Host;
  readonly replications: number;
  readonly seed: number;
  /** After each replication: how many are done. */
  progress(done: number): void;
}

/** Training rows that are enough for a run: a hundred, or the largest batch. */
export function enoughRows(plan: RunPlan): number {
  return Math.max(ROWS, ...inferencesOf(plan).map((step) => step.batch));
}

/**
 * The inferences that a run begins with. Throws `DiagnosticError` where there is none, or where what they are about cannot be
 * simulated.
 */
export function verifiable(plan: RunPlan): { readonly steps: readonly PlanInfer[]; readonly model: CheckedModel } {
  const steps = inferencesOf(plan);
  const last = steps[steps.length - 1];
  if (last === undefined)
    throw refuse(
      'BP7407',
      plan.span,
      `Run \`${plan.name}\` does not begin with an inference.`,
      'verify a run that does',
    );
  refuseOtherRows(steps);
  refuseUndrawable(last.model);
  return { steps, model: last.model };
}

function inferencesOf({ steps }: RunPlan): readonly PlanInfer[] {
  const found: PlanInfer[] = [];
  for (const step of steps) {
    if (step.kind !== 'infer') break;
    found.push(step);
  }
  return found;
}

function refuse(code: string, span: RunPlan['span'] | null, message: string, hint: string): DiagnosticError {
  return new DiagnosticError(diagnostic(code, span, message, { hint }));
}

function refuseOtherRows(steps: readonly PlanInfer[]): void {
  const other = steps.find(({ split }) => split !== 'train');
  if (other === undefined) return;
  const message = `\`infer ${other.engine}\` sees the rows of \`${other.split}\`, and data are simulated for training rows alone.`;
  throw refuse('BP7407', other.span, message, 'verify a run that trains on `train` alone');
}

function refuseUndrawable(model: CheckedModel): void {
  const layer = model.network.layers.find((l) => l.statistics.length > 0);
  if (layer !== undefined) {
    const message = `\`${layer.path}\` makes what the network says of a row depend on the other rows of its batch, so the model has no data of its own`;
    throw refuse('BP7406', layer.span, message, `verify with \`layer_norm\` in the place of \`${layer.kind}\``);
  }
  const [factor] = model.factors;
  if (factor !== undefined) {
    const message =
      'A factor changes what the priors and the likelihood say together, and nothing can be drawn from that';
    throw refuse(
      'BP7406',
      factor.span,
      message,
      'verify without it: what the inference makes of the rest can be seen so',
    );
  }
  const [first, ...others] = undrawable(model);
  if (first === undefined) return;
  const { site, why } = first;
  const rest = others.length === 0 ? '' : `, nor can those of ${others.map((o) => o.site.path).join(', ')}`;
  const reason = why === 'improper' ? 'it has no finite integral' : 'it says no way to draw from it';
  if (site.param !== undefined) {
    const ofGuide = site.param.of === 'guide';
    const { role } = site.parameter;
    const message = ofGuide
      ? `\`verify\` cannot run a guide with \`param\`s of its own: \`${role}\``
      : `\`${role}\` is a \`param\`: it has no prior to draw it from`;
    const instead = ofGuide
      ? 'a guide that learns each number by itself'
      : 'a prior in its place, such as `LogNormal(0, 1)`';
    throw refuse('BP7406', site.span, message, `verify with ${instead}`);
  }
  const message = `The prior of ${site.path}, \`${site.prior.name}\`, cannot be drawn from: ${reason}${rest}`;
  const hint =
    why === 'improper'
      ? 'verify with a proper prior in its place, such as `Normal(0, 1)`'
      : 'give the density a `draw`, or verify with another prior in its place';
  throw refuse('BP7406', site.priorSpan, message, hint);
}

/** Throws `DiagnosticError` where more than half of the replications did not train, or where the posterior is a point. */
export async function verify(request: VerifyRequest): Promise<Verification> {
  const { steps, model, dataset, executor, host, replications, seed, progress } = request;
  const quantities = quantitiesOf(model);
  const simulator = await openSimulator(buildDensity(model), dataset, executor);
  const key = keyAt(rootKey(seed), 'verify');
  const found: Replication[] = [];
  const failures: DiagnosticError[] = [];
  let interrupted = false;
  try {
    for (let r = 0; r < replications && !interrupted; r++) {
      const one = await replicate(simulator, quantities, { steps, executor, host }, keyAt(key, r)).catch(failure);
      if (one === null) interrupted = true;
      else if (one instanceof DiagnosticError) failures.push(one);
      else found.push(one);
      if (failures.length > replications / 2) throw failures[0];
      if (found.length === 1) refusePoint(found[0]!, steps);
      progress(r + 1);
      await host.breathe();
    }
  } finally {
    simulator.dispose();
  }
  const rule: Rule = found.some((r) => r.effective !== null) ? 'uniform' : 'symmetric';
  const judged = found.length < FEWEST ? [] : judge(quantities, found, rule, key);
  const looked = quantities.filter((q) => rule === 'uniform' || !q.ofDraws);
  const left = judged.length === 0 ? [] : looked.filter((q) => !judged.some((j) => j.name === q.name));
  return {
    engine: steps[steps.length - 1]!.engine,
    rule,
    rows: model.rows,
    done: found.length,
    asked: replications,
    failed: failures.length,
    draws: found[0]?.draws ?? 0,
    interrupted,
    quantities: judged,
    findings: [...findingsOf(judged, rule), ...leftOut(left.map((q) => q.name)), ...failed(failures, replications)],
  };
}

/** What a replication ended with: null where the user asked to stop; bugs go on as they are. */
function failure(error: unknown): DiagnosticError | null {
  if (error instanceof Interrupted) return null;
  if (error instanceof DiagnosticError) return error;
  throw error;
}

function refusePoint({ scores }: Replication, steps: readonly PlanInfer[]): void {
  if (!scores.every(Number.isNaN)) return;
  const { engine, span } = steps[steps.length - 1]!;
  const message = `The posterior of \`${engine}\` is a point here: it has no spread in which true values could lie`;
  throw refuse('BP7407', span, message, 'verify an inference with a spread, such as `sgvb` or `sghmc`');
}

function leftOut(names: readonly string[]): VerifyFinding[] {
  if (names.length === 0) return [];
  const text = `Not looked at, because the posterior has no spread there: ${names.join(', ')}.`;
  return [{ kind: 'left_out', wrong: false, of: names.join(', '), text }];
}

function failed(failures: readonly DiagnosticError[], asked: number): VerifyFinding[] {
  if (failures.length === 0) return [];
  const text = `${failures.length} of ${asked} replications ended in an error and are not counted; the first: ${failures[0]!.message}`;
  return [{ kind: 'failed', wrong: true, of: 'training', text }];
}
