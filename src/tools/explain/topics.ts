/** What the catalogue knows about a name, as a text: what it is, and its settings with types, ranges and defaults. */
import type {
  Catalogue,
  DistributionParam,
  NumberRange,
  OptionSpec,
  OptionType,
  OptionWord,
} from '../../base/catalogue.ts';
import type { HostValue } from '../../base/expr.ts';
import type { Named } from '../../base/registry.ts';
import { CONSTRAINT_NOUN, offered, SUPPORT_NOUN } from '../../language/index.ts';
import { catalogue } from '../../runtime/index.ts';
import { table } from './table.ts';

/** What a family of the catalogue is called. */
export const FAMILIES: { readonly [K in keyof Catalogue]: string } = {
  functions: 'function',
  layers: 'layer',
  distributions: 'distribution',
  engines: 'engine',
  optimizers: 'optimizer',
  estimators: 'estimator',
  gateEstimators: 'estimator of gates',
  moveKernels: 'kernel of moves',
  divergences: 'divergence',
  criteria: 'criterion',
  metrics: 'metric',
  readers: 'reader',
  corruptions: 'corruption of data',
  augmentations: 'augmentation of images',
  exporters: 'export format',
};

const families = Object.keys(FAMILIES) as (keyof Catalogue)[];

/** Every name that has a topic. */
export function topicNames(): readonly string[] {
  return families.flatMap((family) => catalogue[family].names);
}

/** The families with the names in them, one row each. */
export function familyRows(): readonly (readonly string[])[] {
  return families.map((family) => [FAMILIES[family], catalogue[family].names.join(' ')]);
}

/** One text for each family that has a record of this name. */
export function topics(name: string): readonly string[] {
  return families.flatMap((family) => {
    const record = catalogue[family].get(name);
    if (record === undefined) return [];
    const rows = settingRows(record);
    const columnRows = columnSettingRows(family, name);
    const sections = [
      ...(rows.length === 0 ? [] : [table(rows).trimEnd()]),
      ...notesOf(family, name).map((line) => `  ${line}`),
      ...(columnRows.length === 0 ? [] : [`  settings of a column:\n${table(columnRows).replace(/^(?=.)/gm, '  ')}`]),
    ];
    return [[`${FAMILIES[family]} ${name}: ${record.doc}`, ...sections].join('\n').trimEnd()];
  });
}

/** Records that have settings or parameters, each with these. */
function settings(): readonly { readonly owner: string; readonly row: readonly string[] }[] {
  return families.flatMap((family) =>
    [...catalogue[family]].flatMap((record) =>
      settingRows(record).map((row) => ({ owner: `${FAMILIES[family]} ${record.name}`, row })),
    ),
  );
}

/** Every name of a setting that has a text. */
export function settingNames(): readonly string[] {
  return [...new Set(settings().map(({ row }) => row[0]!))];
}

/** A text that says which records have a setting of this name, and what each takes; none where no record has it. */
export function settingTopics(name: string): readonly string[] {
  const found = settings().filter(({ row }) => row[0] === name);
  if (found.length === 0) return [];
  const rows = found.map(({ owner, row: [, ...said] }) => [owner, ...said]);
  return [`setting ${name}\n${table(rows).trimEnd()}`];
}

/** What only records of one family say about themselves, a sentence each. */
export function notesOf(family: keyof Catalogue, name: string): readonly string[] {
  return SAID[family]?.(name) ?? [];
}

/** Settings of a column behind its type: only readers have them. */
export function columnSettingRows(family: keyof Catalogue, name: string): readonly (readonly string[])[] {
  return family === 'readers' ? catalogue.readers.get(name)!.columnOptions.map(optionRow) : [];
}

const SAID: { readonly [K in keyof Catalogue]?: (name: string) => readonly string[] } = {
  layers: (name) =>
    catalogue.layers.get(name)!.inputs === 'several' ? ['takes the lines that are named in brackets'] : [],
  functions: (name) => {
    const { min, max } = catalogue.functions.get(name)!.arity;
    return [`takes ${min === max ? min : `${min} to ${max}`} ${max === 1 ? 'number' : 'numbers'}`];
  },
  distributions: (name) => {
    const record = catalogue.distributions.get(name)!;
    const { support, roles, proper, point, components, needs, alternatives } = record;
    const able = roles.filter((role) => role !== 'guide' || offered(catalogue, 'guide').includes(name));
    return [
      ...(components ? ['takes weighted distributions: `0.5: Normal(0, 1), 0.5: Normal(0, 0.1)`'] : []),
      ...alternatives.map((a) => `\`${a.name}\` (${a.doc}) may be given in place of \`${a.replaces}\``),
      `of ${SUPPORT_NOUN[support]}${point ? ', all at one point' : ''}${proper ? '' : ', without a finite integral'}`,
      ...(needs === null ? [`can be ${joined(able)}`] : [`not available yet: it needs ${needs}`]),
    ];
  },
  engines: (name) => [`guides: ${catalogue.engines.get(name)!.guides.join(', ')}`],
  moveKernels: (name) => [`draws latents of ${SUPPORT_NOUN[catalogue.moveKernels.get(name)!.support]}`],
  divergences: (name) => {
    const { guides, priors, argument, drawsPrior } = catalogue.divergences.get(name)!;
    const between = guides === null ? 'any guides' : `${joined(guides)} guides`;
    const and = drawsPrior ? 'priors that can be drawn' : priors === null ? 'any priors' : `${joined(priors)} priors`;
    return [`between ${between} and ${and}${argument === null ? '' : `; takes a ${ranged('number', argument)}`}`];
  },
  criteria: (name) => (catalogue.criteria.get(name)!.needsSpread ? ['needs a posterior with a spread'] : []),
  metrics: (name) => {
    const { over, judges, better } = catalogue.metrics.get(name)!;
    const judged =
      over === 'weights' ? 'counts weights' : `over the rows of a split, of ${joined(judges.map((j) => JUDGED[j]))}`;
    return [judged, `better when ${better}`];
  },
  readers: (name) => {
    const { columnTypes, draws } = catalogue.readers.get(name)!;
    return [`columns: ${columnTypes.join(', ')}${draws === undefined ? '' : `, drawn from ${draws.join(', ')}`}`];
  },
  corruptions: (name) => [`of columns of type ${joined(catalogue.corruptions.get(name)!.columnTypes)}`],
  exporters: (name) => [`writes ${catalogue.exporters.get(name)!.file}`],
};

const JUDGED = { class: 'classes', real: 'numbers' } as const;

/** Name, what it takes, default and meaning of each setting or parameter. */
export function settingRows(
  record: Named & { options?: readonly OptionSpec[]; params?: readonly DistributionParam[] },
): readonly (readonly string[])[] {
  return [...(record.options ?? []).map(optionRow), ...(record.params ?? []).map(paramRow)];
}

function optionRow(option: OptionSpec): readonly string[] {
  return [option.name, typeText(option.type), defaultText(option), option.doc];
}

function paramRow(param: DistributionParam): readonly string[] {
  const start = param.default === null ? 'must be given' : `= ${param.default}`;
  return [param.name, CONSTRAINT_NOUN[param.constraint], start, param.doc];
}

function defaultText(option: OptionSpec): string {
  if (option.default !== null) return `= ${valueText(option.default)}`;
  return option.required ? 'must be given' : '';
}

function valueText(value: HostValue): string {
  return Array.isArray(value) ? `[${value.map(valueText).join(', ')}]` : String(value);
}

/** What an option accepts, in a few words. */
export function typeText(type: OptionType): string {
  switch (type.kind) {
    case 'integer':
      return ranged('whole number', type);
    case 'number':
      return ranged('number', type);
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text';
    case 'strings':
      return 'list of texts';
    case 'integers':
      return ranged('list of whole numbers', type);
    case 'choice': {
      const numbers =
        type.number === undefined ? [] : [ranged(type.number.whole ? 'whole number' : 'number', type.number)];
      return joined([...type.values, ...numbers]);
    }
    case 'duration':
      return `number of ${type.unit}`;
    case 'call':
      return `\`${type.word}(...)\` of a ${ranged('number', type.argument)}`;
    case 'words':
      return joined(type.words.map(wordText));
    case 'period':
      return 'number of epochs, or of `steps`';
    case 'schedule':
      return ranged('number or schedule', type);
    case 'optimizer':
      return 'call of an optimizer';
    case 'sites':
      return 'names of latents and parameters';
    case 'split':
      return 'split of the data';
  }
}

function wordText({ word, argument }: OptionWord): string {
  return argument === null ? word : `\`${word}(...)\` of a ${ranged('number', argument)}`;
}

function ranged(noun: string, { min, max, exclusiveMin }: NumberRange): string {
  const low =
    min === undefined ? '' : exclusiveMin ? `above ${min}` : max === undefined ? `from ${min} on` : `from ${min}`;
  const high = max === undefined ? '' : min === undefined ? `up to ${max}` : `to ${max}`;
  return [noun, low, high].filter((t) => t !== '').join(' ');
}

/** `a, b or c`. */
function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
