/** `:load FILE`: takes in the declarations of a file, all or none; loading it again replaces what it brought. */
import { type Command, wrongArgument } from './command.ts';

export const loadCommand: Command = {
  name: 'load',
  argument: 'FILE',
  names: 'nothing',
  doc: 'the declarations of a file',
  async run(session, argument) {
    const path = argument.text.trim();
    if (path === '') throw wrongArgument(argument, ':load needs a file', 'for instance :load model.bprune');
    const text = new TextDecoder().decode(await session.host.read(session.host.resolve(path)));
    return session.declare({ name: path, text });
  },
};
