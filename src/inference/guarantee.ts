/**
 * The guarantee report: the terms of an inference's loss, each traced to a density that the program declares, and the reasons
 * for which the loss is no bound on the log evidence. Known before anything runs.
 */
import type { Expr } from '../base/expr.ts';
import type { Span } from '../base/span.ts';
import type { CheckedDistribution, CheckedSite, PlanInfer } from '../language/check/checked.ts';
import { distributions } from '../model/index.ts';
import { type DivergenceForm, divergenceForm } from '../model/kl.ts';
import { isLatent } from '../model/latents.ts';
import { isParam } from '../model/params.ts';
import type { Engine } from './engine.ts';
import { type Reason, reasonsAgainst, remarksOn } from './guarantee-reasons.ts';
import { engines } from './index.ts';
import { divergenceOf, temperatureOf } from './objective-options.ts';

/** `N / rows` times the sum over a batch of -log density of the observed column. */
export interface LikelihoodTerm {
  readonly kind: 'likelihood';
  readonly observed: string;
  readonly density: CheckedDistribution;
  readonly span: Span;
}

/** The divergence of one site's guide from its prior. */
export interface DivergenceTerm {
  readonly kind: 'divergence';
  readonly site: string;
  readonly layer: string;
  readonly guide: string;
  readonly density: CheckedDistribution;
  readonly form: DivergenceForm;
  /** Where the prior is declared. */
  readonly span: Span;
}

/** What a factor of the model adds: minus it, `N / rows` times the sum over a batch, or once with the divergences. */
export interface FactorTerm {
  readonly kind: 'factor';
  readonly value: Expr;
  readonly perRow: boolean;
  readonly span: Span;
}

export interface Guarantee {
  /** Of `loss`, `nll` and the summands of `kl`, in the engine's order. */
  readonly terms: readonly [LikelihoodTerm, ...DivergenceTerm[]];
  /** Terms that are no densities. */
  readonly factors: readonly FactorTerm[];
  /** What the loss is, in words. */
  readonly objective: string;
  /** The program's own, of `nll` and `kl`; null where it has none. */
  readonly own: Expr | null;
  /** The schedules that multiply every divergence. */
  readonly weights: readonly { readonly name: string; readonly schedule: Expr }[];
  /** Sites whose guides are one correlated normal: they pay their total correlation beside the divergences of their elements. */
  readonly correlated: readonly string[];
  readonly estimator: string;
  readonly reasons: readonly Reason[];
  /** What does no harm, but changes what the loss of one step is. */
  readonly remarks: readonly Reason[];
  /** Of the loss at the last step: `bound` when there is no reason against it. */
  readonly verdict: 'bound' | 'not_a_bound';
}

/** The value of a schedule at a moment, as the runtime computes it for the steps. */
export type ScheduleCompiler = (schedule: Expr) => (at: { readonly epoch: number; readonly step: number }) => number;

export function guaranteeOf(step: PlanInfer, compileSchedule: ScheduleCompiler): Guarantee {
  const engine = engines.get(step.engine);
  if (engine === undefined) throw new Error(`internal: engine ${step.engine} is not registered`);
  const { observed, distribution, span } = step.model.likelihood;
  const random = step.model.sites.filter((site) => !isParam(site));
  const divergences = random.map((site) => divergenceTerm(step, engine, site));
  const reasons = reasonsAgainst(step, engine, divergences, compileSchedule);
  return {
    terms: [{ kind: 'likelihood', observed, density: distribution, span }, ...divergences],
    factors: step.model.factors.map((factor) => ({ kind: 'factor', ...factor })),
    objective: objectiveText(step, engine),
    own: step.schedules.objective ?? null,
    weights: (step.schedules.objective === undefined ? engine.objective.weights : []).flatMap((name) => {
      const schedule = step.schedules[name];
      return schedule === undefined ? [] : [{ name, schedule }];
    }),
    correlated: step.guide
      .filter((g) => engine.posterior === undefined && g.family === 'LowRankNormal')
      .map((g) => g.site),
    estimator: step.estimator,
    reasons,
    remarks: remarksOn(step, engine, compileSchedule),
    verdict: reasons.length === 0 ? 'bound' : 'not_a_bound',
  };
}

/** The density of a site's own numbers: of a gated weight that of its slab. */
function slabOf(prior: CheckedDistribution): CheckedDistribution {
  const [slab] = prior.components;
  return slab !== undefined && prior.args.length > 0 ? slab.distribution : prior;
}

/** What the loss is, in words: the engine's own while nothing of it is changed. */
function objectiveText({ options, schedules }: PlanInfer, { objective }: Engine): string {
  if (schedules.objective !== undefined) return 'an expression of the program, of nll and kl';
  const { divergence, skew } = divergenceOf(options);
  const temperature = temperatureOf(options);
  const entropy = temperature === 1 ? '' : `, the entropy of the guides counted ${temperature} times`;
  if (divergence.elements === null) return `${objective.doc}${entropy}`;
  return `the expected negative log likelihood and ${divergence.name}(${skew}) of weights from their priors${entropy}`;
}

function formOf(step: PlanInfer, site: CheckedSite, guide: string, spread: boolean): DivergenceForm {
  const { divergence, skew } = divergenceOf(step.options);
  const form = divergenceForm(marginalFamily(guide, site), spread, slabOf(site.prior).name);
  if (form.kind === 'point' || isLatent(site) || divergence.elements === null) return form;
  return { kind: 'other', name: divergence.name, skew, drawn: divergence.drawsPrior };
}

/** Of the families of which each element by itself is another one; none where a correlated prior leaves no closed form. */
function marginalFamily(guide: string, { prior, support }: CheckedSite): string {
  if (guide !== 'LowRankNormal' || prior.args.some((a) => a.value === null)) return guide;
  return support === 'positive' || support === 'nonnegative' ? 'LogNormal' : 'Normal';
}

function divergenceTerm(step: PlanInfer, engine: Engine, site: PlanInfer['model']['sites'][number]): DivergenceTerm {
  const guide = step.guide.find((g) => g.site === site.path)?.family ?? '';
  const spread = engine.posterior === undefined && distributions.get(guide)?.point !== true;
  return {
    kind: 'divergence',
    site: site.path,
    layer: site.layer,
    guide,
    density: site.prior,
    form: formOf(step, site, guide, spread),
    span: site.priorSpan,
  };
}
