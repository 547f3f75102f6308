/** The commands of the REPL. A new one: one file here, one line below. */
import { type Registry, registry } from '../../../base/registry.ts';
import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { evalCommand } from './eval.ts';
import { helpCommand } from './help.ts';
import { loadCommand } from './load.ts';
import { priorCommand } from './prior.ts';
import { pruneCommand } from './prune.ts';
import { quitCommand } from './quit.ts';
import { resetCommand } from './reset.ts';
import { shapeCommand } from './shape.ts';
import { trainCommand } from './train.ts';
import { typeCommand } from './type.ts';

const all = [
  typeCommand,
  shapeCommand,
  priorCommand,
  checkCommand,
  trainCommand,
  pruneCommand,
  evalCommand,
  loadCommand,
  resetCommand,
];

/** `:help` shows the list that it is itself part of. */
export const commands: Registry<Command> = registry([...all, helpCommand(() => commands), quitCommand]);
