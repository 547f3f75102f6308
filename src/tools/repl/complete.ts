/** What may be written next: commands, and at each spot of a program the names that fit there, from the catalogue and the scope. */

import type { OptionSpec, ReaderSignature } from '../../base/catalogue.ts';
import { offered } from '../../language/index.ts';
import { HEAD_WORDS } from '../../language/syntax/vocabulary.ts';
import { catalogue } from '../../runtime/index.ts';
import { topicNames } from '../explain/topics.ts';
import type { Command } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { type Names, namesOf, unique } from './scope.ts';
import { headOf, type Spot, spotAt } from './spot.ts';
import type { Workspace } from './workspace.ts';

/** Candidates, and the word that they would replace. */
export type Completion = readonly [candidates: readonly string[], word: string];

/** `pending` holds the earlier lines of an unfinished entry. */
export function complete(workspace: Workspace, pending: string, line: string): Completion {
  const names = namesOf(workspace);
  const command = pending === '' ? /^\s*(:\w*)(?:(\s+)(.*))?$/.exec(line) : null;
  if (command !== null) {
    const [, name = '', blank, argument = ''] = command;
    if (blank === undefined) {
      return matching(
        commands.names.map((n) => `:${n}`),
        name,
      );
    }
    const word = /[\w.*:]*$/.exec(argument)?.[0] ?? '';
    return matching(argumentNames(commands.get(name.slice(1)), names), word);
  }
  const text = pending === '' ? line : `${pending}\n${line}`;
  const spot = spotAt(text);
  return matching(candidates(spot, names, text), spot.word);
}

function matching(all: readonly string[], word: string): Completion {
  return [unique(all.filter((name) => name.startsWith(word))).toSorted(), word];
}

function argumentNames(command: Command | undefined, names: Names): readonly string[] {
  switch (command?.names) {
    case 'networks':
      return names.networks;
    case 'sites':
      return names.sites;
    case 'splits':
      return names.splits;
    case 'values':
      return names.values;
    case 'topics':
      return [...commands.names, ...topicNames()];
    default:
      return [];
  }
}

function candidates(spot: Spot, names: Names, text: string): readonly string[] {
  const last = /(~|=|:|[\p{L}_]\w*)\s*$/u.exec(spot.before)?.[1] ?? '';
  if (last === '~') return distributionsFor(spot);
  const joined = behindJoiningWord(last, spot, names, text);
  if (joined !== null) return joined;
  switch (spot.body) {
    case 'file':
      return atTop(spot, names);
    case 'data':
      return inData(spot, last);
    case 'network':
      return inNetwork(spot, names);
    case 'model':
      if (spot.before.trim() !== '') return [...names.networks, ...names.columns, ...names.values];
      return [...names.sites, ...names.layers, ...(spot.opener === 'guide' ? [] : names.columns)];
    case 'run':
      return inRun(spot, names);
    case 'options':
      return inOptions(spot, names);
    default:
      return names.values;
  }
}

function distributionsFor(spot: Spot): readonly string[] {
  if (spot.body === 'data') return readerOf(spot)?.draws ?? [];
  if (spot.opener === 'guide') return offered(catalogue, 'guide');
  return [...new Set([...offered(catalogue, 'prior'), ...offered(catalogue, 'likelihood')])];
}

/** Words after which only one kind of name can follow; null behind all others. */
function behindJoiningWord(last: string, spot: Spot, names: Names, text: string): readonly string[] | null {
  switch (last) {
    case 'by':
    case 'where':
      return catalogue.criteria.names;
    case 'for':
      return names.models;
    case 'with':
      return names.guides;
    case 'on':
      return headOf(spot.before) === 'evaluate' ? names.splits : names.data;
    case 'from':
      // Also names of the entry that is being written.
      return [...(spot.body === 'run' ? names.steps : names.layers), ...namedIn(text)];
    default:
      return null;
  }
}

/** `NAME =` at the beginning of lines. */
function namedIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*([\p{L}_]\w*)\s*=/gmu)].map((m) => m[1]!);
}

function atTop(spot: Spot, names: Names): readonly string[] {
  const available = HEAD_WORDS.file;
  const declared = [...names.networks, ...names.models, ...names.data];
  if (spot.before.trim() === '') return [...available, ...names.values, ...declared];
  return headOf(spot.before) === 'data' ? catalogue.readers.names : names.values;
}

function inData(spot: Spot, last: string): readonly string[] {
  if (last === ':') return ['image', 'class', 'real'];
  if (/,\s*$/.test(spot.before)) {
    return optionNames(readerOf(spot)?.columnOptions ?? []);
  }
  return last === '=' ? ['split'] : [];
}

function readerOf(spot: Spot): ReaderSignature | undefined {
  return catalogue.readers.get(/=\s*(\w+)/.exec(spot.statement)?.[1] ?? '');
}

function inNetwork(spot: Spot, names: Names): readonly string[] {
  const lines = [...names.blocks, ...catalogue.layers.names];
  if (spot.before.trim() === '') return ['input', 'for', 'if', ...lines];
  if (/^\s*\w+\s*=\s*$/.test(spot.before)) return lines;
  if (headOf(spot.before) === 'input') return ['image', 'real'];
  const layer = catalogue.layers.get(headOf(spot.before) ?? '');
  return [...optionNames(layer?.options ?? []), ...names.values];
}

function inRun(spot: Spot, names: Names): readonly string[] {
  if (/^\s*(\w+\s*=\s*)?$/.test(spot.before)) return HEAD_WORDS.run;
  switch (headOf(spot.before)) {
    case 'infer':
      return catalogue.engines.names;
    case 'prune':
      return names.sites;
    case 'export':
      return catalogue.exporters.names;
    default:
      return [...names.steps, ...names.values];
  }
}

function inOptions(spot: Spot, names: Names): readonly string[] {
  const current = spot.before.split(',').at(-1) ?? '';
  if (spot.opener === 'evaluate') {
    if (/^\s*of\s*=/.test(current)) return ['mean', 'draws'];
    return /[=(]/.test(current) ? [...names.splits, ...names.values] : [...catalogue.metrics.names, 'samples', 'of'];
  }
  const engine = catalogue.engines.get(/infer\s+(\w+)/.exec(spot.statement)?.[1] ?? '');
  const options = engine?.options ?? [];
  const setting = /^\s*(\w+)\s*=/.exec(current)?.[1];
  if (setting === undefined) return optionNames(options);
  const type = options.find((o) => o.name === setting)?.type;
  if (type?.kind === 'choice') return type.values;
  if (type?.kind === 'call') return [type.word];
  if (type?.kind === 'words') return type.words.map(({ word }) => word);
  if (type?.kind === 'optimizer') return catalogue.optimizers.names;
  if (type?.kind === 'split') return names.splits;
  if (type?.kind === 'sites') return names.sites;
  return ['epoch', 'step', ...names.values];
}

function optionNames(options: readonly OptionSpec[]): readonly string[] {
  return options.map((o) => o.name);
}
