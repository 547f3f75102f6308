/** `:train [N]`: N more epochs of the run's first `infer` step, from where the session is. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { EpochSummary, Reporter } from '../../../runtime/index.ts';
import { silentReporter } from '../../../runtime/index.ts';
import { type Command, firstRun, firstStep, notYet, type Session, wrongArgument } from './command.ts';

/** A long training shows about so many of its epochs. */
const LINES = 40;

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
    const { reporter, finish, warnings } = progressOf(session, Math.ceil(epochs / LINES));
    const result = await session.trainer.train(run, step, epochs, reporter).finally(finish);
    if (Number(result.details.epochs) < epochs) session.say('  interrupted; what was trained so far is kept');
    return warnings;
  },
};

/** A line for each `every`-th epoch and for the last one, counted over all trainings of the session. */
function progressOf(session: Session, every: number) {
  const before = Math.round(session.trainer.epochs);
  let held: string | null = null;
  const warnings: Diagnostic[] = [];
  const finish = () => {
    if (held !== null) session.say(held);
    held = null;
  };
  const reporter: Reporter = {
    ...silentReporter,
    warned: (found) => void warnings.push(...found),
    epochDone({ epoch, nll, kl, loss }: EpochSummary) {
      const figure = (name: string, value: number | null) =>
        value === null ? '' : `  ${name} ${value.toPrecision(5)}`;
      held = `  epoch ${before + epoch}  nll ${nll.toFixed(4)}${figure('kl', kl)}${figure('loss', loss)}`;
      if (epoch % every === 0) finish();
    },
  };
  return { reporter, finish, warnings };
}
