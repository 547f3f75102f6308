/** `infer`: trains an engine's program, shows how far it is, keeps the record. */
import { guaranteeOf } from '../../inference/guarantee.ts';
import type { PlanInfer } from '../../language/check/checked.ts';
import { compileSchedule } from '../../language/index.ts';
import { summariseLatents } from '../latent-summary.ts';
import { Pace } from '../pace.ts';
import { summariseParams } from '../param-summary.ts';
import { passesOver } from '../pass.ts';
import { openTraining, posteriorNow, runBlock, snapshotOf, type Training } from '../training.ts';
import { Interrupted, resultOf, type StepKind, type StepOutcome, stepKey } from './step.ts';

export const inferStep: StepKind<PlanInfer> = {
  kind: 'infer',
  async run(step, state, context) {
    const training = await openTraining(step, state, context, context.snapshot);
    try {
      await train(training);
      if (training.done < Math.min(1, training.steps)) throw new Interrupted(step);
      if (training.done < training.steps) await context.checkpoints.save(await snapshotOf(training));
      return await finish(training);
    } finally {
      training.session.dispose();
    }
  },
};

async function train(t: Training): Promise<void> {
  const { context, feeder } = t;
  const started = context.host.now();
  const pace = new Pace(started, t.done);
  let epochStarted = started;
  while (t.done < t.steps && !context.host.interrupted()) {
    await runBlock(t);
    const now = context.host.now();
    const progress = {
      step: t.done,
      steps: t.steps,
      stepsPerEpoch: feeder.stepsPerEpoch,
      nll: t.last.nll / t.rows,
      secondsSoFar: (now - started) / 1000,
      secondsPerStep: pace.reached(now, t.done),
    };
    context.reporter.trained(progress);
    if (t.done % feeder.stepsPerEpoch === 0 || t.done === t.steps) {
      const epoch = Math.ceil(t.done / feeder.stepsPerEpoch);
      const summary = { epoch, nll: meanNll(t), kl: t.last.kl, loss: t.last.loss };
      await context.record.metrics({ step: t.step.index, name: t.step.name, ...summary });
      const seconds = (context.host.now() - epochStarted) / 1000;
      await context.record.timings({ step: t.step.index, epoch, seconds });
      context.reporter.epochDone({ ...summary, progress });
      epochStarted = context.host.now();
    }
    if (t.done < t.steps && context.checkpoints.due()) await context.checkpoints.save(await snapshotOf(t));
    await context.host.breathe();
  }
}

/** Of a row, over the rows that the epoch has seen: a short last batch weighs what its rows weigh. */
function meanNll(t: Training): number {
  return t.epoch.nll / t.epoch.rows;
}

/** Of chains that were stopped before a draw was kept there is a state, which says nothing of how wide the posterior is. */
function hasDraws({ program: { collect }, done, steps }: Training): boolean {
  if (collect === undefined || done === steps) return true;
  return Array.from({ length: done }, (_, i) => i + 1).some(collect.due);
}

async function finish(t: Training): Promise<StepOutcome> {
  const { program, session, context } = t;
  // What is read off the end of a training is not there yet where it was stopped.
  const posterior =
    program.finish === undefined || t.done < t.steps
      ? await posteriorNow(t)
      : await program.finish(await session.read(), passesOver(context));
  const { kl, loss } = t.last;
  const trained = t.done > 0;
  const shown = {
    ...(trained ? { nll: meanNll(t) } : {}),
    ...(kl === null ? {} : { kl }),
    ...(loss === null ? {} : { loss }),
  };
  const guarantee = guaranteeOf(t.step, compileSchedule).verdict;
  const details = { engine: t.step.engine, guarantee, steps: t.done, epochs: t.done / t.feeder.stepsPerEpoch };
  const latents = hasDraws(t) ? await summariseLatents(t.step.model, posterior, stepKey(t.step, context)) : [];
  const params = summariseParams(t.step.model, posterior);
  const outcome = { state: { posterior }, result: resultOf(t.step, { metrics: shown, details, latents, params }) };
  return t.done < t.steps ? { ...outcome, cut: true } : outcome;
}
