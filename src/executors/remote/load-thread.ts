/** Threads of Node: how one is started, what it is told, how its end is noticed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { RemoteName, Reply, Request } from './protocol.ts';
import type { Send } from './serve.ts';

export interface Thread {
  send(request: Request, transfer: readonly ArrayBuffer[]): void;
  /** Ends it at once, whatever it is doing. */
  stop(): void;
  /** Leaves it to the next session of its executor, which hears what it still answers. */
  release(): void;
}

export interface ThreadEvents {
  reply(reply: Reply): void;
  /** It ended, or never began; the sentence says why as far as it is known. */
  ended(why: string): void;
}

/** In the bundle the thread's program lies beside this file; from sources it is TypeScript, which needs its loader. */
function programOfThread(): { readonly code: string | URL; readonly eval: boolean } {
  const built = new URL('./executor-thread.js', import.meta.url);
  if (existsSync(fileURLToPath(built))) return { code: built, eval: false };
  const source = new URL('./worker.ts', import.meta.url);
  return {
    code: `import('tsx/esm/api').then(({ register }) => { register(); import(${JSON.stringify(source.href)}); })`,
    eval: true,
  };
}

interface Started {
  readonly name: RemoteName;
  readonly worker: Worker;
  /** Who hears of it now; nobody once it was released. */
  events: ThreadEvents | null;
}

/**
 * Threads that were released, or started ahead. A run opens a session for each of its steps, and a thread that has its library
 * loaded, and what is hot in it compiled, serves the next one without a start, which is a sixth of a second of ONNX Runtime, and
 * two of it in WebAssembly.
 */
const released = new Set<Started>();

/** Starts one that the first session will find with its library loaded. */
export function warmThread(name: RemoteName): void {
  if ([...released].some((s) => s.name === name)) return;
  const started = newThread(name);
  released.add(started);
  started.worker.unref();
}

/** One that was released, or a new one. */
export function startThread(name: RemoteName, events: ThreadEvents): Thread {
  const started = [...released].find((s) => s.name === name) ?? newThread(name);
  const { worker } = started;
  released.delete(started);
  started.events = events;
  worker.ref();
  return {
    send: (request, transfer) => worker.postMessage(request, [...transfer]),
    stop: () => void worker.terminate(),
    release() {
      started.events = null;
      released.add(started);
      // It keeps no process from its end.
      worker.unref();
    },
  };
}

function newThread(name: RemoteName): Started {
  const { code, eval: inline } = programOfThread();
  const worker = new Worker(code, { eval: inline, workerData: { name }, execArgv: [] });
  const started: Started = { name, worker, events: null };
  let why: string | null = null;
  worker.on('message', (reply: Reply) => started.events?.reply(reply));
  worker.on('error', (error) => {
    why = error.message;
  });
  worker.on('exit', (code) => {
    released.delete(started);
    started.events?.ended(why ?? `its thread ended with code ${code}`);
  });
  return started;
}

export function nameOfThread(): RemoteName {
  return (workerData as { readonly name: RemoteName }).name;
}

/** Inside the thread: answers what its parent asks. */
export function listen(serveWith: (send: Send) => (request: Request) => void): void {
  const port = parentPort;
  if (port === null) throw new Error('internal: the program of a thread was run as a process');
  port.on(
    'message',
    serveWith((reply, transfer) => port.postMessage(reply, [...transfer])),
  );
}
