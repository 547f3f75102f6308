/** `prune`: scores the posterior, plans, and takes mean and sd of what goes to 0. */
import type { HostArray } from '../../base/host-array.ts';
import type { StepProgram } from '../../graph/program.ts';
import type { PlanPrune } from '../../language/check/checked.ts';
import { account } from '../../model/accounting.ts';
import { type Posterior, restrict } from '../../model/posterior.ts';
import type { PrunePlan } from '../../pruning/criterion.ts';
import {
  criteria,
  formulaCriterion,
  inclusionOf,
  planLowest,
  planWhere,
  predicateProgram,
  scoreProgram,
  scoreState,
} from '../../pruning/index.ts';
import { posteriorOf, type RunContext, resultOf, type StepKind } from './step.ts';

export const pruneStep: StepKind<PlanPrune> = {
  kind: 'prune',
  async run(step, state, context) {
    const before = posteriorOf(state);
    const posterior = restrict(before, await planFor(step, before, context));
    const [was, is] = [account(step.model, before), account(step.model, posterior)];
    const removed = was.keptWeights + was.keptBiases - is.keptWeights - is.keptBiases;
    const metrics = { removed, kept: is.keptWeights / is.weights, compression: is.weights / is.keptWeights };
    await context.record.metrics({ step: step.index, name: step.name, ...metrics });
    return { state: { posterior }, result: resultOf(step, { metrics, details: keptByLayer(posterior) }) };
  },
};

/** What goes, by site. */
export async function planFor(step: PlanPrune, posterior: Posterior, context: RunContext): Promise<PrunePlan> {
  const sites = step.sites.map((path) => ({ path, shape: posterior.sites.find((s) => s.path === path)!.shape }));
  const { rule } = step;
  if (rule.kind === 'where') {
    const info = await runOnce(predicateProgram(sites, rule.predicate), posterior, step, context);
    return planWhere(bySite(info, 'remove/'), posterior);
  }
  const criterion = rule.score === null ? criteria.get(rule.criterion) : formulaCriterion(rule.criterion, rule.score);
  if (criterion === undefined) throw new Error(`internal: criterion ${rule.criterion} is not registered`);
  const info = await runOnce(scoreProgram(sites, [criterion]), posterior, step, context);
  return planLowest(
    { criterion, values: bySite(info, `score/${criterion.name}/`) },
    posterior,
    rule.share,
    rule.perLayer,
  );
}

async function runOnce(program: StepProgram, posterior: Posterior, step: PlanPrune, context: RunContext) {
  const session = await context.executor.open(program.state);
  try {
    const inclusion = (path: string) => inclusionOf(step.model, posterior, path);
    await session.write(scoreState(posterior, step.sites, inclusion));
    const [info] = await session.run(await session.compile(program), [{ batch: {}, noise: {}, scalars: {} }]);
    return info!;
  } finally {
    session.dispose();
  }
}

function bySite(info: Readonly<Record<string, HostArray>>, prefix: string): Map<string, HostArray> {
  return new Map(
    Object.entries(info).flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
    ),
  );
}

/** Kept share of each weight tensor: `fc1.weight: 0.012`. */
function keptByLayer(posterior: Posterior): Readonly<Record<string, number>> {
  const weights = posterior.sites.filter((s) => s.counts === 'weight');
  return Object.fromEntries(
    weights.map((s) => [s.path, s.mask === null ? 1 : s.mask.reduce((n, m) => n + m, 0) / s.mask.length]),
  );
}
