/** The flags of the scripts that measure: `--help` lists them, and what is wrong with them is said in one line. */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface Flag {
  readonly default: string;
  readonly says: string;
}

/** Why a script ends before it measured anything: its help (exit 0), or a flag that it cannot take (exit 2). */
export class Ending extends Error {
  readonly exit: 0 | 2;

  constructor(text: string, exit: 0 | 2) {
    super(text);
    this.exit = exit;
  }
}

/** The value of each flag. `script` is how it is started. Throws `Ending` for `--help`, an unknown flag or one without value. */
export function parseFlags<Name extends string>(
  script: string,
  flags: Readonly<Record<Name, Flag>>,
  args: readonly string[],
): Readonly<Record<Name, string>> {
  if (args.includes('--help') || args.includes('-h')) throw new Ending(help(script, flags), 0);
  const options = Object.fromEntries(
    Object.entries<Flag>(flags).map(([name, flag]) => [name, { type: 'string' as const, default: flag.default }]),
  );
  try {
    return parseArgs({ args: [...args], options }).values as Record<Name, string>;
  } catch (error) {
    throw new Ending(`${(error as Error).message}\n${help(script, flags)}`, 2);
  }
}

function help(script: string, flags: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(flags).map(([name, flag]) => {
    const usual = flag.default === '' ? '' : ` (${flag.default})`;
    return `  --${name.padEnd(14)}${flag.says}${usual}`;
  });
  return [`npm run ${script} -- [flags]`, ...lines].join('\n');
}

/** A number above 0. Throws `Ending`. */
export function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Ending(`--${flag} ${text}: a number above 0 is needed`, 2);
  return value;
}

/** Names with commas between them, all of them known. Throws `Ending`. */
export function chosen(flag: string, text: string, known: readonly string[]): readonly string[] {
  const names = listed(text);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new Ending(`--${flag} ${wrong}: there are ${known.join(', ')}`, 2);
  return names;
}

/** Names with commas between them; `none` for none. */
export const listed = (text: string): readonly string[] =>
  text.split(',').filter((word) => word !== '' && word !== 'none');

/** What the script was asked for, with the folder of its results made before it begins to measure; ends the process on an `Ending`. */
export function begin<Options extends object>(read: (args: readonly string[]) => Options): Options {
  try {
    const options = read(process.argv.slice(2));
    if ('out' in options && typeof options.out === 'string') mkdirSync(options.out, { recursive: true });
    return options;
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    (error.exit === 0 ? process.stdout : process.stderr).write(`${error.message}\n`);
    process.exit(error.exit);
  }
}
