/** `:quit`: ends the session. */
import type { Command } from './command.ts';

export const quitCommand: Command = {
  name: 'quit',
  argument: '',
  names: 'nothing',
  doc: 'leave (Ctrl-D does, too)',
  async run(session) {
    session.quit();
    return [];
  },
};
