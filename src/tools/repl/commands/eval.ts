/** `:eval [SPLIT]`: the run's first `evaluate` step, or what is worth knowing for its likelihood. */
import { nearest } from '../../../base/suggest.ts';
import { figureTable } from '../figures.ts';
import { evaluatedOn, standardEvaluation } from '../trainer.ts';
import { type Command, firstRun, firstStep, needTraining, notYet, wrongArgument } from './command.ts';

export const evalCommand: Command = {
  name: 'eval',
  argument: '[SPLIT]',
  names: 'splits',
  doc: 'the metrics of the first `evaluate` step of the run',
  async run(session, argument) {
    const run = firstRun(session);
    needTraining(session);
    const model = firstStep(run, 'infer')?.model;
    if (model === undefined) throw notYet(session, `run ${run.name} has no infer step`, 'add one');
    const splits = await session.trainer.splits(run);
    const split = argument.text.trim();
    if (split !== '' && !splits.includes(split)) {
      const near = nearest(split, splits);
      const hint = near === null ? `the splits are ${splits.join(', ')}` : `did you mean \`${near}\`?`;
      throw wrongArgument(argument, `the data have no split \`${split}\``, hint);
    }
    const first = firstStep(run, 'evaluate');
    const usual = splits.includes('test') ? 'test' : 'train';
    const step = first ?? standardEvaluation(run, model, split === '' ? usual : split);
    const chosen = split === '' || split === step.split ? step : evaluatedOn(step, split);
    const result = await session.trainer.evaluate(run, chosen);
    const notes = Array.isArray(result.details.notes) ? result.details.notes.map((note) => `  (${note})\n`) : [];
    session.say(`${chosen.text}\n${figureTable(result)}${notes.join('')}`);
    return [];
  },
};
