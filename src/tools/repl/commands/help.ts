/** `:help [NAME]`: the commands, or what the catalogue says about one of its names. */
import type { Registry } from '../../../base/registry.ts';
import { nearest } from '../../../base/suggest.ts';
import { table } from '../../explain/table.ts';
import { familyRows, topicNames, topics } from '../../explain/topics.ts';
import { type Command, wrongArgument } from './command.ts';

export function helpCommand(commands: () => Registry<Command>): Command {
  return {
    name: 'help',
    argument: '[NAME]',
    names: 'topics',
    doc: 'this list, or about a name: a layer, a distribution, an engine ...',
    async run(session, argument) {
      const name = argument.text.trim().replace(/^:/, '');
      if (name === '') {
        session.say(overview(commands()));
        return [];
      }
      const about = [...ofCommand(commands().get(name)), ...topics(name)];
      if (about.length === 0) {
        const known = [...commands().names, ...topicNames()];
        const near = nearest(name, known);
        const hint = near === null ? ':help lists the commands' : `did you mean \`${near}\`?`;
        throw wrongArgument(argument, `there is no help on \`${name}\``, hint);
      }
      session.say(about.join('\n'));
      return [];
    },
  };
}

function overview(commands: Registry<Command>): string {
  const rows = [...commands].map((c) => [`:${c.name} ${c.argument}`.trim(), c.doc]);
  return [
    'A declaration (const def data network model guide run) is taken in and replaces an older one of its name;',
    'it may go over several lines while brackets are open. An expression is answered.',
    '',
    table(rows),
    table(familyRows()),
  ].join('\n');
}

function ofCommand(command: Command | undefined): string[] {
  return command === undefined ? [] : [`:${command.name} ${command.argument}: ${command.doc}`];
}
