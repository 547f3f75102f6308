/** `:help [NAME]`: the commands, or what the catalogue says about one of its names. */
import type { Catalogue, OptionSpec } from '../../../base/catalogue.ts';
import type { Named, Registry } from '../../../base/registry.ts';
import { nearest } from '../../../base/suggest.ts';
import { catalogue } from '../../../runtime/index.ts';
import { table } from '../table.ts';
import { type Command, wrongArgument } from './command.ts';

/** What a family of the catalogue is called. */
export const FAMILIES: { readonly [K in keyof Catalogue]: string } = {
  functions: 'function',
  layers: 'layer',
  distributions: 'distribution',
  engines: 'engine',
  optimizers: 'optimizer',
  estimators: 'estimator',
  criteria: 'criterion',
  metrics: 'metric',
  readers: 'reader',
  exporters: 'export format',
};

const families = Object.keys(FAMILIES) as (keyof Catalogue)[];

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
      const about = topics(name, commands());
      if (about.length === 0) {
        const known = [...commands().names, ...families.flatMap((f) => catalogue[f].names)];
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
  const catalogues = families.map((f) => [FAMILIES[f], catalogue[f].names.join(' ')]);
  return [
    'A declaration (const def data network model guide run) is taken in and replaces an older one of its name;',
    'it may go over several lines while brackets are open. An expression is answered.',
    '',
    table(rows),
    table(catalogues),
  ].join('\n');
}

function topics(name: string, commands: Registry<Command>): string[] {
  const command = commands.get(name);
  const ofCommand = command === undefined ? [] : [`:${command.name} ${command.argument}: ${command.doc}`];
  const found = families.flatMap((family) => {
    const record:
      | (Named & { readonly options?: readonly OptionSpec[]; readonly params?: readonly Named[] })
      | undefined = catalogue[family].get(name);
    if (record === undefined) return [];
    const rows = [...(record.options ?? []), ...(record.params ?? [])].map((o) => [o.name, o.doc]);
    return [`${FAMILIES[family]} ${name}: ${record.doc}\n${table(rows)}`.trimEnd()];
  });
  return [...ofCommand, ...found];
}
