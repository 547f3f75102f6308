/** `bprune explain CODE`: what a diagnostic code means. */
import type { ExitCode } from '../../base/codes.ts';
import { nearest } from '../../base/suggest.ts';
import { codes } from './codes.ts';
import { usage } from './options.ts';

export async function explainCommand(code: string): Promise<ExitCode> {
  const entry = codes.get(code.toUpperCase());
  if (entry === undefined) {
    const near = nearest(code.toUpperCase(), codes.keys());
    throw usage(`There is no code ${code}.`, near === null ? 'codes look like BP2001' : `did you mean ${near}?`);
  }
  process.stdout.write(
    `${entry.code}: ${entry.title}\n\n${wrapped(entry.explanation, 88)}\n\nA command that ends because of it has exit code ${entry.exit}.\n`,
  );
  return 0;
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
