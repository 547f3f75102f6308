/**
 * A session in a thread of its own: the caller's thread stays free for progress, signals and the next block's noise.
 * A thread that dies, or does not answer for much longer than it ever took, ends the session with one clear message.
 */
import { type Diagnostic, DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import type { StateSpec } from '../../graph/program.ts';
import type { BlockInput, BlockSession, Stacked } from '../block.ts';
import { startThread, type Thread, type ThreadEvents } from './load-thread.ts';

export { warmThread } from './load-thread.ts';

import { type Answer, buffersOf, type Call, type RemoteName } from './protocol.ts';

/** A call is given up after this many milliseconds, or after `times` the longest call so far if that is more. */
export interface Patience {
  readonly shortest: number;
  readonly times: number;
}

const PATIENCE: Patience = { shortest: 300_000, times: 50 };

export type Start = (events: ThreadEvents) => Thread;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

export function openRemote(name: RemoteName, state: readonly StateSpec[]): Promise<BlockSession> {
  return openThrough(name, state, (events) => startThread(name, events), PATIENCE);
}

/** The same through any thread: tests bring one that fails. */
export async function openThrough(
  name: string,
  state: readonly StateSpec[],
  start: Start,
  patience: Patience,
): Promise<BlockSession> {
  const session = new RemoteSession(name, start, patience);
  try {
    await session.call({ kind: 'open', state });
  } catch (error) {
    // A thread that is left over would keep the process from its end.
    session.stop();
    throw error;
  }
  return session;
}

/** Of all sessions: a thread may still answer the one before. */
let calls = 0;

const CLOSED = 'the session was closed';

class RemoteSession implements BlockSession {
  readonly #name: string;
  readonly #patience: Patience;
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  #longest = 0;
  /** Nothing failed: a library without memory left, or in the middle of an abort, may not recover. */
  #sound = true;
  #end: DiagnosticError | null = null;

  constructor(name: string, start: Start, patience: Patience) {
    this.#name = name;
    this.#patience = patience;
    this.#thread = start({
      reply: (reply) => {
        const waiting = this.#taken(reply.number);
        if (waiting === null) return;
        this.#longest = Math.max(this.#longest, performance.now() - waiting.since);
        if (reply.ok) return waiting.resolve(reply.answer);
        this.#sound = false;
        waiting.reject(failed(name, reply.problem));
      },
      ended: (why) => this.#finish(ended(name, why)),
    });
  }

  call(call: Call, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#end !== null) return Promise.reject(this.#end);
    const number = calls++;
    const wait = Math.max(this.#patience.shortest, this.#patience.times * this.#longest);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#finish(silent(this.#name, wait));
        this.#thread.stop();
      }, wait);
      this.#waiting.set(number, { resolve, reject, since: performance.now(), timer });
      this.#thread.send({ number, call }, transfer);
    });
  }

  async compile(id: number, program: Parameters<BlockSession['compile']>[1]): Promise<readonly BlockInput[]> {
    return (await this.call({ kind: 'compile', id, program })) as readonly BlockInput[];
  }

  async write(values: Stacked): Promise<void> {
    await this.call({ kind: 'write', values }, buffersOf(values));
  }

  async read(names: readonly string[]): Promise<Stacked> {
    return (await this.call({ kind: 'read', names })) as Stacked;
  }

  async run(id: number, steps: number, inputs: Stacked): Promise<Stacked> {
    return (await this.call({ kind: 'run', id, steps, inputs })) as Stacked;
  }

  /** A sound thread that has nothing else to do closes the session and serves the next one. */
  dispose(): void {
    if (this.#end !== null) return;
    if (!this.#sound || this.#waiting.size > 0) {
      this.stop();
      return;
    }
    this.#end = ended(this.#name, CLOSED);
    this.#thread.send({ number: calls++, call: { kind: 'dispose' } }, []);
    this.#thread.release();
  }

  stop(): void {
    this.#finish(ended(this.#name, CLOSED));
    this.#thread.stop();
  }

  #taken(number: number): Waiting | null {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return null;
    this.#waiting.delete(number);
    clearTimeout(waiting.timer);
    return waiting;
  }

  #finish(end: DiagnosticError): void {
    this.#end ??= end;
    for (const number of [...this.#waiting.keys()]) this.#taken(number)?.reject(this.#end);
  }
}

const OTHER_BACKEND = 'go on from the last checkpoint with `bprune resume`, or try another --backend';

function failed(name: string, problem: string | readonly Diagnostic[]): DiagnosticError {
  if (typeof problem !== 'string') return new DiagnosticError(...problem);
  const memory = /alloc|memory|OOM|RESOURCE_EXHAUSTED/i.test(problem);
  return memory
    ? new DiagnosticError(
        diagnostic('BP8303', null, `The backend \`${name}\` ran out of memory.`, {
          notes: [problem],
          hint: 'use a smaller batch, or fewer particles',
        }),
      )
    : new DiagnosticError(
        diagnostic('BP8301', null, `The backend \`${name}\` failed: ${problem}`, { hint: OTHER_BACKEND }),
      );
}

function ended(name: string, why: string): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP8301', null, `The backend \`${name}\` stopped in the middle of its work: ${why}.`, {
      hint: OTHER_BACKEND,
    }),
  );
}

function silent(name: string, wait: number): DiagnosticError {
  const seconds = Math.round(wait / 1000);
  return new DiagnosticError(
    diagnostic('BP8302', null, `The backend \`${name}\` gave no answer for ${seconds} seconds and was stopped.`, {
      hint: OTHER_BACKEND,
    }),
  );
}
