/** `:check`: everything that can be known about the whole program before it runs. */
import { hasErrors } from '../../../base/diagnostic.ts';
import type { Command } from './command.ts';

export const checkCommand: Command = {
  name: 'check',
  argument: '',
  names: 'nothing',
  doc: 'everything that is wrong, or may be',
  async run(session) {
    const { diagnostics, checked } = session.workspace;
    if (hasErrors(diagnostics)) return diagnostics;
    const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
    const counts = [plural(checked?.models.length ?? 0, 'model'), plural(checked?.runs.length ?? 0, 'run')];
    session.say(`no errors (${counts.join(', ')})`);
    return diagnostics;
  },
};
