/** Pruning between two steps of a training: `every 1 epoch { prune ... }`. What it does depends on the state alone, so that a run that goes on does the same. */
import { sizeOf } from '../base/host-array.ts';
import { prunedState, softlyPrunedState } from '../inference/pruned-state.ts';
import type { PlanEvery, PlanInfer } from '../language/check/checked.ts';
import { account } from '../model/accounting.ts';
import { masksOf, type Posterior, restrict } from '../model/posterior.ts';
import { planFor } from './steps/prune.ts';
import type { Training } from './training.ts';

/** The masks that a training begins with: those of the state before it, and whole ones of sites that it prunes. */
export function startMasks({ every, model }: PlanInfer, from: Posterior | null): ReadonlyMap<string, Uint8Array> {
  const paths = every.flatMap(({ prunes }) => prunes.flatMap(({ prune, soft }) => (soft ? [] : prune.sites)));
  const whole = paths.map((path) => {
    const site = model.sites.find((s) => s.path === path);
    if (site === undefined) throw new Error(`internal: no site ${path}`);
    return [path, new Uint8Array(sizeOf(site.shape)).fill(1)] as const;
  });
  return new Map([...whole, ...(from === null ? [] : masksOf(from))]);
}

const isDue = ({ steps }: PlanEvery, done: number) => done % steps === 0;

/** True where something is pruned after so many steps. */
export function prunesAt({ every }: PlanInfer, done: number): boolean {
  return every.some((entry) => isDue(entry, done));
}

/** Does what is due after the steps that are done, and takes down what is left. */
export async function pruneInside(t: Training): Promise<void> {
  for (const { prune, soft } of t.step.every.filter((entry) => isDue(entry, t.done)).flatMap((e) => e.prunes)) {
    const state = await t.session.read();
    const posterior = t.program.posterior(state);
    const plan = await planFor(prune, posterior, t.context);
    await t.session.write((soft ? softlyPrunedState : prunedState)(t.program, state, plan.keep));
    const left = account(t.step.model, restrict(posterior, plan));
    const { index, name } = t.step;
    await t.context.record.metrics({ step: index, name, at: t.done, soft, kept: left.keptWeights / left.weights });
  }
}
