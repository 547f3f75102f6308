/** Commander's complaints in bprune's form: what is wrong, and a hint that works for the command that was called. */
import type { Command, CommanderError } from 'commander';
import type { DiagnosticError } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import { usage } from './options.ts';

/** `args` are the words after `bprune`. */
export function usageFrom(error: CommanderError, root: Command, args: readonly string[]): DiagnosticError {
  const called = root.commands.find((c) => c.name() === args[0]);
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\n.*$/s, '')
    .replace(/\.$/, '');
  const message = `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
  return usage(message, hintFor(error, root, called, /'-{0,2}([^' ]+)/.exec(text)?.[1] ?? ''));
}

function hintFor(error: CommanderError, root: Command, called: Command | undefined, word: string): string {
  const help = `bprune ${called === undefined ? '' : `${called.name()} `}--help`;
  if (error.code === 'commander.unknownOption') {
    const flags = (called ?? root).options.flatMap((o) => (o.long === undefined ? [] : [o.long.slice(2)]));
    const near = nearest(word, [...flags, 'help']);
    return near === null ? `${help} shows the flags` : `did you mean \`--${near}\`?`;
  }
  if (error.code === 'commander.unknownCommand') {
    const names = root.commands.map((c) => c.name());
    const near = nearest(word, names);
    return near === null ? `the commands are ${names.join(', ')}` : `did you mean \`${near}\`?`;
  }
  return `${help} shows what it takes`;
}
