/** `bprune repl` on a terminal (prompts, history, completion), or over standard input as a script that stops at its first error. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import { chooseExecutor } from '../../runtime/backends.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { createRepl, type Fed, type Repl } from '../repl/session.ts';
import { type ColorChoice, wantsColor } from './session.ts';
import { version } from './version.ts';

export interface ReplTerminalOptions {
  /** A program to begin with. */
  readonly file: string | null;
  readonly backend: string;
  readonly seed: number;
  readonly color?: ColorChoice;
}

/** Standard input and output, or what stands for them. */
export interface Streams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly problems: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const HISTORY = 1000;

/** Ends with 0, or, for a script, with the exit code of its first error. */
export async function startReplTerminal(
  options: ReplTerminalOptions,
  streams: Streams = { input: process.stdin, output: process.stdout, problems: process.stderr },
): Promise<ExitCode> {
  const choice = await chooseExecutor(options.backend);
  if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
  const { input, output } = streams;
  const interactive = input.isTTY === true;
  const stop = { requested: false };
  const problems = interactive ? output : streams.problems;
  const repl = createRepl({
    host: nodeHost(stop),
    executor: choice.executor,
    seed: options.seed,
    color: wantsColor(options.color ?? 'auto', problems),
    interactive,
    write: (text, kind) => void (kind === 'result' ? output : problems).write(text),
  });
  if (interactive) output.write(`bprune ${version}, ${choice.executor.name}, seed ${options.seed}. :help, :quit\n`);
  const first = options.file === null ? null : await repl.feed(`:load ${options.file}`);
  if (!interactive) return first !== null && first.exit !== 0 ? first.exit : script(repl, input);
  return conversation(repl, stop, streams);
}

async function script(repl: Repl, input: Streams['input']): Promise<ExitCode> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const { state, exit } = await repl.feed(line);
      if (exit !== 0 || state === 'quit') return exit;
    }
    return (await repl.end()).exit;
  } finally {
    lines.close();
    // Otherwise a writer that is not done would keep the process alive.
    input.pause();
  }
}

function conversation(repl: Repl, stop: { requested: boolean }, { input, output }: Streams): Promise<ExitCode> {
  const path = historyPath();
  const terminal = createInterface({
    input,
    output,
    terminal: true,
    completer: (line: string) => repl.complete(line),
    history: readHistory(path),
    historySize: HISTORY,
    removeHistoryDuplicates: true,
  });
  terminal.on('history', (lines: string[]) => writeHistory(path, lines));
  const queue: string[] = [];
  let busy = false;
  return new Promise((done, fail) => {
    const work = async () => {
      busy = true;
      for (let line = queue.shift(); line !== undefined; line = queue.shift()) {
        const fed: Fed = await repl.feed(line, queue.length > 0);
        stop.requested = false;
        if (fed.state === 'quit') return terminal.close();
      }
      busy = false;
      prompt(terminal, repl);
    };
    terminal.on('line', (line) => {
      queue.push(line);
      if (!busy) work().catch(fail);
    });
    terminal.on('SIGINT', () => {
      output.write('\n');
      if (busy) stop.requested = true;
      else {
        repl.abandon();
        clearLine(terminal);
        prompt(terminal, repl);
      }
    });
    terminal.on('close', () => done(0));
    prompt(terminal, repl);
  });
}

function prompt(terminal: Interface, repl: Repl): void {
  const head = `bprune[${repl.number}]> `;
  terminal.setPrompt(repl.pending ? '... '.padStart(head.length) : head);
  terminal.prompt();
}

/** Ctrl-U and Ctrl-K: what was typed on this line goes. */
function clearLine(terminal: Interface): void {
  terminal.write(null, { ctrl: true, name: 'u' });
  terminal.write(null, { ctrl: true, name: 'k' });
}

function historyPath(): string {
  const state = process.env.XDG_STATE_HOME;
  const folder = state === undefined || state === '' ? join(homedir(), '.local', 'state') : state;
  return join(folder, 'bprune', 'history');
}

/** Newest first, as readline wants it; the file has the newest last. No file, no history. */
function readHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((l) => l !== '')
      .reverse()
      .slice(0, HISTORY);
  } catch {
    return [];
  }
}

/** A history that cannot be kept is no reason to disturb anybody. */
function writeHistory(path: string, lines: readonly string[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.slice(0, HISTORY).toReversed().join('\n')}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}
