/** `:reset`: as after the start. */
import type { Command } from './command.ts';

export const resetCommand: Command = {
  name: 'reset',
  argument: '',
  names: 'nothing',
  doc: 'forget all declarations and what was trained',
  async run(session) {
    session.workspace.reset();
    session.trainer.reset();
    session.say('everything is forgotten');
    return [];
  },
};
