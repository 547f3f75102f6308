/**
 * A session of the REPL without a terminal: lines in, text out. A line is a command (`:train 3`), a declaration (over
 * several lines while brackets are open), or an expression, which is answered.
 */
import type { ExitCode } from '../../base/codes.ts';
import { type Diagnostic, DiagnosticError, diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { renderDiagnostics } from '../../base/frame.ts';
import type { Source } from '../../base/span.ts';
import { nearest } from '../../base/suggest.ts';
import { isIncomplete, parse, parseExpression } from '../../language/index.ts';
import { HEAD_WORDS } from '../../language/syntax/vocabulary.ts';
import { exitCodeOf, type Host, type RunRequest } from '../../runtime/index.ts';
import { openBench } from '../../runtime/interactive.ts';
import { answer } from './answer.ts';
import type { Session } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { type Completion, complete } from './complete.ts';
import { relocated, titleOf } from './entries.ts';
import { Trainer } from './trainer.ts';
import { Workspace } from './workspace.ts';

export interface ReplOptions {
  readonly host: Host;
  readonly executor: RunRequest['executor'];
  readonly seed: number;
  readonly color: boolean;
  /** With a person at it, an empty line gives up an unfinished entry; in a script it is only an empty line. */
  readonly interactive: boolean;
  /** `problem` is what belongs on standard error in a script. */
  write(text: string, kind: 'result' | 'problem'): void;
}

export interface Fed {
  /** `more`: the entry is not finished. */
  readonly state: 'more' | 'done' | 'quit';
  /** What a script ends with if this was its last line; 0 when nothing was wrong. */
  readonly exit: ExitCode;
}

export interface Repl {
  /** The number of the entry that is being written, from 1: `bprune[1]` in messages. */
  readonly number: number;
  /** True while an entry is not finished. */
  readonly pending: boolean;
  /** `pasted`: more lines lie ready, so an empty one is no wish to give up. */
  feed(line: string, pasted?: boolean): Promise<Fed>;
  /** Gives up an unfinished entry. */
  abandon(): void;
  /** No more lines come: an unfinished entry is taken as it is. */
  end(): Promise<Fed>;
  /** Candidates for the last word of the line, and that word. */
  complete(line: string): Completion;
}

export function createRepl(options: ReplOptions): Repl {
  return new ReplSession(options);
}

class ReplSession implements Repl, Session {
  readonly workspace: Workspace;
  readonly trainer: Trainer;
  number = 1;
  private readonly options: ReplOptions;
  private unfinished = '';
  private over = false;

  constructor(options: ReplOptions) {
    this.options = options;
    this.workspace = new Workspace(options.host);
    this.trainer = new Trainer(openBench(this.workspace.files, options.executor, options.seed));
  }

  get host(): Host {
    return this.options.host;
  }

  get pending(): boolean {
    return this.unfinished !== '';
  }

  say(text: string): void {
    this.options.write(text.endsWith('\n') ? text : `${text}\n`, 'result');
  }

  quit(): void {
    this.over = true;
  }

  abandon(): void {
    this.unfinished = '';
  }

  async feed(line: string, pasted = false): Promise<Fed> {
    const blank = line.trim() === '';
    if (blank && !this.pending) return this.fed(0);
    if (blank && this.options.interactive && !pasted) {
      this.abandon();
      this.say('the unfinished entry is dropped');
      return this.fed(0);
    }
    const text = this.pending ? `${this.unfinished}\n${line}` : line;
    if (!text.trimStart().startsWith(':') && (isIncomplete(text) || isOnlyDoc(text))) {
      this.unfinished = text;
      return { state: 'more', exit: 0 };
    }
    this.unfinished = '';
    return this.enter(text);
  }

  async end(): Promise<Fed> {
    const text = this.unfinished;
    this.unfinished = '';
    return text === '' ? this.fed(0) : this.enter(text);
  }

  complete(line: string): Completion {
    return complete(this.workspace, this.unfinished, line);
  }

  private fed(exit: ExitCode): Fed {
    return { state: this.over ? 'quit' : 'done', exit };
  }

  private async enter(text: string): Promise<Fed> {
    const source = { name: `bprune[${this.number++}]`, text };
    const diagnostics = await this.run(source).catch((error: unknown) => {
      if (error instanceof DiagnosticError) return error.diagnostics;
      // A bug of ours must not take a person's declarations away.
      if (!this.options.interactive) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return [diagnostic('BP9001', null, `bprune met something that it promises never happens: ${message}`)];
    });
    const shown = diagnostics.map((d) => relocated(d, this.workspace.composition.written));
    if (shown.length > 0) {
      const { composition, sources: loaded } = this.workspace;
      const sources = new Map([...loaded, ...composition.sources, ...this.refused, [source.name, text]]);
      this.options.write(renderDiagnostics(shown, sources, { color: this.options.color }), 'problem');
    }
    return this.fed(exitCodeOf(shown));
  }

  /** Texts that are not part of the program but that messages show. */
  private readonly refused = new Map<string, string>();

  private run(source: Source): Promise<readonly Diagnostic[]> {
    if (source.text.trimStart().startsWith(':')) return this.command(source);
    if (isDeclaration(source)) return this.declare(source);
    const word = source.text.trim();
    const meant = MEANT.get(word);
    if (meant !== undefined && !this.workspace.entries.some((e) => e.name === word)) {
      const start = source.text.indexOf(word);
      const place = { source: source.name, start, end: start + word.length };
      const hint = `commands begin with a colon: \`:${meant}\``;
      return Promise.resolve([diagnostic('BP9011', place, `there is no command \`${word}\``, { hint })]);
    }
    const { expr, diagnostics } = parseExpression(source);
    return Promise.resolve(hasErrors(diagnostics) ? mistakesOf(source, diagnostics) : answer(this, expr));
  }

  private async command(source: Source): Promise<readonly Diagnostic[]> {
    const [head = '', name = ''] = /^\s*:\s*(\S*)/.exec(source.text) ?? [];
    const command = commands.get(name);
    if (command === undefined) {
      const start = head.length - name.length;
      const near = MEANT.get(name) ?? nearest(name, commands.names);
      const hint = near === null ? ':help lists the commands' : `did you mean \`:${near}\`?`;
      const place = { source: source.name, start, end: head.length };
      return [diagnostic('BP9011', place, `there is no command \`:${name}\``, { hint })];
    }
    // Blanks keep the places of what follows them.
    return command.run(this, { name: source.name, text: source.text.slice(head.length).padStart(source.text.length) });
  }

  async declare(source: Source): Promise<readonly Diagnostic[]> {
    this.refused.set(source.name, source.text);
    const { kept, diagnostics, broken } = await this.workspace.declare(source);
    for (const { entry, redefined } of kept ?? []) {
      this.say(`${redefined ? 'redefined' : 'defined'} ${titleOf(entry)}`);
    }
    for (const entry of broken) this.say(`${titleOf(entry)} no longer fits; :check shows why`);
    const model = this.workspace.checked?.runs[0]?.steps.find((s) => s.kind === 'infer')?.model;
    if (model !== undefined && this.trainer.settle(model)) {
      this.say('the network has other weights now: what was trained is forgotten');
    }
    // What is not used yet may be used by the next declaration.
    return diagnostics.filter((d) => d.severity === 'error' || d.code !== 'BP2019');
  }
}

/** What other interactive programs call the commands. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...['quit', 'exit', 'q'].map((word) => [word, 'quit'] as const),
  ...['help', 'h', '?'].map((word) => [word, 'help'] as const),
]);

/** A doc comment belongs to the declaration that follows it. */
function isOnlyDoc(text: string): boolean {
  return text.split('\n').every((line) => line.trimStart().startsWith('///'));
}

function isDeclaration(source: Source): boolean {
  const { program, diagnostics } = parse(source);
  const text = source.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  const word = /^\s*([\p{L}_]\w*)/u.exec(text)?.[1] ?? '';
  return HEAD_WORDS.file.includes(word) || (program.declarations.length === 0 && !hasErrors(diagnostics));
}

/** `let x = 3` was meant to declare something, `3 +* 4` was not. */
function mistakesOf(source: Source, ofExpression: readonly Diagnostic[]): readonly Diagnostic[] {
  const declares = /^\s*(?!if\b|not\b)[\p{L}_]\w*(\s+[\p{L}_"]|\s*=[^=]|\s*\{)/u.test(source.text);
  const { diagnostics } = parse(source);
  return declares && hasErrors(diagnostics) ? diagnostics : ofExpression;
}
