/** The page of a diagnostic code: what it means, the mistake and its repair side by side, and what bprune says of the mistake. */
import type { CodeEntry, ExamplePlace } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError } from '../../base/diagnostic.ts';
import { loadSource, readData } from '../../runtime/index.ts';
import { folderOf, wholeProgram } from './whole-program.ts';

const WIDTH = 88;

const PLACES: Readonly<Record<ExamplePlace, string>> = {
  file: '',
  data: ', in the body of `data`',
  network: ', in the body of `network`',
  model: ', in the body of `model`',
  guide: ', in the body of `guide`',
  run: ', in the body of `run`',
  table: ', in a CSV file of which `y: class[3]` is a column',
  command: ', on the command line',
};

export async function page(entry: CodeEntry): Promise<string> {
  const { place, bad, good } = entry.example;
  const said = (await diagnosticsOf(entry)).filter((d) => d.code === entry.code).slice(0, 1);
  return [
    `${entry.code}: ${entry.title}`,
    wrapped(entry.explanation, WIDTH),
    `Wrong${PLACES[place]}:\n\n${shifted(bad)}`,
    ...said.map((d) => `bprune says:\n\n${shifted(saying(d))}`),
    `Right:\n\n${shifted(good)}`,
    said[0]?.severity === 'warning'
      ? 'It is a warning: the program can be run all the same.'
      : `A command that ends because of it has exit code ${entry.exit}.`,
  ].join('\n\n');
}

/** What checking the bad example and reading its data say; nothing of a command. */
async function diagnosticsOf({ example }: CodeEntry): Promise<readonly Diagnostic[]> {
  const program = wholeProgram(example.place, example.bad);
  if (program === null) return [];
  const files = folderOf(program.table);
  const { diagnostics, checked } = await loadSource(files, { name: 'example.bprune', text: program.text }, new Map());
  const run = checked.runs[0];
  if (diagnostics.length > 0 || run === undefined) return diagnostics;
  try {
    await readData(run.data, files);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics;
  }
}

function saying({ severity, code, message, hint }: Diagnostic): string {
  return `${severity} ${code}: ${message}${hint === null ? '' : `\n  hint: ${hint}`}`;
}

function shifted(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}

function wrapped(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
