/** `:train [N]`: N more epochs of the run's first `infer` step, from where the session is. */
import type { EpochSummary, Reporter } from '../../../runtime/index.ts';
import { silentReporter } from '../../../runtime/index.ts';
import { type Command, firstRun, firstStep, notYet, type Session, wrongArgument } from './command.ts';

export const trainCommand: Command = {
  name: 'train',
  argument: '[N]',
  names: 'nothing',
  doc: 'N more epochs (1) of the first `infer` step of the run',
  async run(session, argument) {
    const word = argument.text.trim();
    const epochs = word === '' ? 1 : Number(word.replace(/_/g, ''));
    if (!Number.isSafeInteger(epochs) || epochs < 1) {
      throw wrongArgument(argument, `\`${word}\` is not a number of epochs`, 'a whole number from 1 on: :train 5');
    }
    const run = firstRun(session);
    const step = firstStep(run, 'infer');
    if (step === null) throw notYet(session, `run ${run.name} has no infer step`, 'add `infer sgvb { epochs = 10 }`');
    const result = await session.trainer.train(run, step, epochs, reporterOf(session));
    if (Number(result.details.epochs) < epochs) session.say('  interrupted; what was trained so far is kept');
    return [];
  },
};

/** One line for each epoch, counted over all trainings of the session. */
function reporterOf(session: Session): Reporter {
  const before = session.trainer.epochs;
  return {
    ...silentReporter,
    epochDone({ epoch, nll, kl, loss }: EpochSummary) {
      const figure = (name: string, value: number | null) =>
        value === null ? '' : `  ${name} ${value.toPrecision(5)}`;
      session.say(
        `  epoch ${Math.round(before) + epoch}  nll ${nll.toFixed(4)}${figure('kl', kl)}${figure('loss', loss)}`,
      );
    },
  };
}
