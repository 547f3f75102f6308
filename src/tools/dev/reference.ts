/**
 * Writes what the manual says of the registries from their records: `npm run reference`.
 * A section of a chapter begins with `<!-- layers: written from the records -->` and ends with `<!-- end of layers -->`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../base/catalogue.ts';
import { catalogue } from '../../runtime/catalogue.ts';
import { columnSettingRows, FAMILIES, notesOf, settingRows } from '../explain/topics.ts';

export const MANUAL = fileURLToPath(new URL('../../../grammar/reference/', import.meta.url));

const SECTION = /<!-- (\w+): written from the records -->\n[\s\S]*?<!-- end of \1 -->/g;

/** The chapters, by file name. */
export function chapters(): readonly string[] {
  return readdirSync(MANUAL)
    .filter((name) => name.endsWith('.md'))
    .sort();
}

/** Which registries a chapter has a section for. */
export function sectionsOf(text: string): readonly string[] {
  return [...text.matchAll(SECTION)].map((m) => m[1]!);
}

/** The chapter without its sections. */
export function writtenByHand(text: string): string {
  return text.replace(SECTION, '');
}

/** The chapter with its sections as the records have them now. */
export function withSections(text: string): string {
  return text.replace(SECTION, (_, family: string) => {
    if (!(family in FAMILIES)) throw new Error(`no registry is called \`${family}\``);
    const body = section(family as keyof Catalogue);
    return `<!-- ${family}: written from the records -->\n\n${body}\n\n<!-- end of ${family} -->`;
  });
}

function section(family: keyof Catalogue): string {
  return catalogue[family].names.map((name) => entry(family, name)).join('\n');
}

/** A bullet for the record, one below it for each setting, one for what it says beside. */
function entry(family: keyof Catalogue, name: string): string {
  const record = catalogue[family].get(name)!;
  const below = [
    ...settingRows(record).map(settingLine),
    ...columnSettingRows(family, name).map((row) => `behind a column: ${settingLine(row)}`),
    ...notesOf(family, name),
  ];
  return [`- **\`${name}\`** ${record.doc}`, ...below.map((line) => `  - ${line}`)].join('\n');
}

function settingLine([name, takes, standard, doc]: readonly string[]): string {
  const value = standard === '' ? '' : `, ${standard!.replace(/^= (.*)$/, '`$1` when left out')}`;
  return `\`${name}\` (${takes}${value}): ${doc}`;
}

if (process.argv[1]?.endsWith('reference.ts')) {
  for (const chapter of chapters()) {
    const path = join(MANUAL, chapter);
    writeFileSync(path, withSections(readFileSync(path, 'utf8')));
  }
}
