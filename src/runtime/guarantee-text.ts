/** The guarantee report as text: the loss as a sum, each term with the line of the program that declares it, then the reasons. */
import { positionAt, type Span } from '../base/span.ts';
import { type DivergenceTerm, type FactorTerm, type Guarantee, guaranteeOf } from '../inference/guarantee.ts';
import type { Reason } from '../inference/guarantee-reasons.ts';
import type { CheckedDistribution, PlanInfer, RunPlan } from '../language/check/checked.ts';
import { compileSchedule, formatDistribution, formatExpr } from '../language/index.ts';
import { isLatent } from '../model/latents.ts';
import { mentionedBy } from '../model/mentions.ts';
import { isParam } from '../model/params.ts';

/** Texts of the program by name, in which places are lines. */
export type Sources = ReadonlyMap<string, string>;

/** The reports of all inferences of a run. */
export function guaranteesOf(plan: RunPlan, sources: Sources): string {
  const trained = plan.steps.filter((step) => step.kind === 'infer');
  return trained.map((step) => printGuarantee(step, guaranteeOf(step, compileSchedule), sources)).join('\n');
}

export function printGuarantee(step: PlanInfer, guarantee: Guarantee, sources: Sources): string {
  const [likelihood, ...divergences] = guarantee.terms;
  const weight = guarantee.weights.map((w) => `${w.name} * `).join('');
  const factors = (perRow: boolean) => guarantee.factors.filter((f) => f.perRow === perRow);
  const lines = [
    `guarantee of step ${step.index}, infer ${step.engine} for ${step.model.name}: ${guarantee.verdict}`,
    `  loss = ${guarantee.objective}, of all rows, in nats:`,
    `    N / rows * the sum of -log ${formatDistribution(likelihood.density)} of ${likelihood.observed}${placeOf(likelihood.span, sources)}`,
    ...factors(true).map((f) => `  - N / rows * the sum of ${factorText(f, sources)}`),
    ...together(divergences, latentsOf(step), sources).map((line) => `  + ${weight}${line}`),
    ...factors(false).map((f) => `  - ${weight}${factorText(f, sources)}`),
    ...(guarantee.correlated.length === 0
      ? []
      : [`  + ${weight}the total correlation of ${sites(guarantee.correlated)} under their guides (exact)`]),
    ...guarantee.weights.map((w) => `  ${w.name} = ${formatExpr(w.schedule)}`),
    ...(guarantee.own === null
      ? []
      : [`  nll is the first line, kl the sum of the others: objective = ${formatExpr(guarantee.own)}`]),
    ...(divergences.some((t) => t.form.kind !== 'point') ? [`  estimator = ${guarantee.estimator}`] : []),
    ...list('  no bound on the log evidence, because', guarantee.reasons),
    ...list('  to know', guarantee.remarks),
  ];
  return `${lines.join('\n')}\n`;
}

function factorText({ value, span }: FactorTerm, sources: Sources): string {
  return `(${formatExpr(value)}), a factor and no density,${placeOf(span, sources)}`;
}

/** Sites with the same guide, prior and form share a line. */
function together(terms: readonly DivergenceTerm[], latents: ReadonlySet<string>, sources: Sources): string[] {
  const groups = new Map<string, DivergenceTerm[]>();
  for (const term of terms) {
    const key = `${term.guide} ${formatDistribution(term.density)} ${term.span.source} ${term.span.start}`;
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    return `${termText(first!, latents)} of ${sites(group.map((t) => t.site))}${placeOf(first!.span, sources)}`;
  });
}

function termText({ guide, density, form }: DivergenceTerm, latents: ReadonlySet<string>): string {
  const prior = formatDistribution(density);
  const drawn = mentionsLatents(density, latents) ? ' at one draw of the latents' : '';
  switch (form.kind) {
    case 'closed':
      return `KL(${guide} || ${prior}), closed form (${form.doc})${drawn},`;
    case 'draw':
      return `KL(${guide} || ${prior}), the entropy exact and one draw of -log prior (Monte Carlo),`;
    case 'other': {
      const how = form.drawn ? 'one draw of each (Monte Carlo)' : 'closed form (exact)';
      return `${form.name}(${form.skew}) of ${guide} and ${prior}, ${how}${drawn},`;
    }
    case 'point':
      return `-log ${prior} at the ${guide === 'Particles' ? 'particles' : 'point'}`;
  }
}

/** Random ones, which are drawn. */
function latentsOf({ model }: PlanInfer): ReadonlySet<string> {
  return new Set(model.sites.filter((site) => isLatent(site) && !isParam(site)).map((site) => site.path));
}

function mentionsLatents(density: CheckedDistribution, latents: ReadonlySet<string>): boolean {
  return [...mentionedBy(density)].some((name) => latents.has(name));
}

function list(head: string, reasons: readonly Reason[]): string[] {
  if (reasons.length === 0) return [];
  return [`${head}:`, ...reasons.map((r) => `    ${sites(r.of)}: ${r.text}`)];
}

/** All names up to six, else the first five and how many more. */
function sites(names: readonly string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

function placeOf(span: Span, sources: Sources): string {
  const text = sources.get(span.source);
  return text === undefined ? '' : `  [line ${positionAt({ name: span.source, text }, span.start).line}]`;
}

/** The same as data, with expressions as the language writes them. */
export function guaranteeDocument(step: PlanInfer, place: (span: Span) => object | null): object {
  const { terms, factors, weights, own, ...rest } = guaranteeOf(step, compileSchedule);
  return {
    step: step.index,
    engine: step.engine,
    model: step.model.name,
    ...rest,
    own: own === null ? null : formatExpr(own),
    weights: weights.map((w) => ({ name: w.name, schedule: formatExpr(w.schedule) })),
    factors: factors.map(({ span, value, ...factor }) => ({
      ...factor,
      value: formatExpr(value),
      place: place(span),
    })),
    terms: terms.map(({ span, density, ...term }) => ({
      ...term,
      density: formatDistribution(density),
      place: place(span),
    })),
  };
}
