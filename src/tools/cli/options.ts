/** Reading of flags that commander hands over as text, and the command line's own diagnostics. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';

/** The code of a usage mistake. */
export const USAGE = 'BP9002';

export const MESSAGE_FORMATS = ['text', 'json', 'sarif'] as const;

/** `text` is for people, on standard error; the others are one document on standard output, and nothing is said beside it. */
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** A usage mistake: exit code 2. */
export function usage(message: string, hint: string): DiagnosticError {
  return new DiagnosticError(diagnostic(USAGE, null, message, { hint }));
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw usage(`--seed ${text}: a seed is a whole number from 0 on.`, 'for instance --seed 1');
  return seed;
}

export function parseCount(flag: string): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isSafeInteger(count) || count < 0)
      throw usage(`${flag} ${text}: a whole number from 0 on is needed.`, `for instance ${flag} 20`);
    return count;
  };
}

/** Null for `never`. */
export function parseSeconds(flag: string): (text: string) => number | null {
  return (text) => {
    const seconds = Number(text);
    if (text === 'never') return null;
    if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0)
      throw usage(`${flag} ${text}: seconds from 0 on, or \`never\`, are needed.`, `for instance ${flag} 30`);
    return seconds;
  };
}

export function parseChoice(flag: string, choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text;
    const near = nearest(text, choices);
    const hint = near === null ? `for instance ${flag} ${choices[0]}` : `did you mean \`${flag} ${near}\`?`;
    throw usage(`${flag} ${text}: choose one of ${choices.join(', ')}.`, hint);
  };
}

/** Collects `--set name=value`; commander gives nothing at the first one. */
export function collectSetting(
  text: string,
  before: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  if (equals < 0 || name === '' || value === '') {
    throw usage(`--set ${text}: a name, \`=\` and a value are needed.`, 'for instance --set quick=true');
  }
  return new Map([...(before ?? []), [name, value]]);
}
