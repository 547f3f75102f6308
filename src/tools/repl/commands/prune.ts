/** `:prune`: the run's first `prune` step, on the posterior of the session. */
import { figureTable } from '../figures.ts';
import { type Command, firstRun, firstStep, needTraining, notYet } from './command.ts';

export const pruneCommand: Command = {
  name: 'prune',
  argument: '',
  names: 'nothing',
  doc: 'the first `prune` step of the run',
  async run(session) {
    const run = firstRun(session);
    const step = firstStep(run, 'prune');
    if (step === null) {
      throw notYet(session, `run ${run.name} has no prune step`, 'add `prune *.weight where log_alpha > 3`');
    }
    needTraining(session);
    const result = await session.trainer.prune(run, step);
    session.say(`${step.text}\n${figureTable(result)}`);
    return [];
  },
};
