/** The side that runs: answers calls one after the other. */
import { type Diagnostic, DiagnosticError } from '../../base/diagnostic.ts';
import type { StateSpec } from '../../graph/program.ts';
import type { BlockSession } from '../block.ts';
import { type Answer, buffersOf, type Call, type Reply, type Request } from './protocol.ts';

export type Send = (reply: Reply, transfer: readonly ArrayBuffer[]) => void;

function problemOf(error: unknown): string | readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  return error instanceof Error ? error.message : String(error);
}

/** Gives the function that takes requests. */
export function serve(open: (state: readonly StateSpec[]) => Promise<BlockSession>, send: Send): (r: Request) => void {
  let session: BlockSession | null = null;
  let last: Promise<void> = Promise.resolve();
  /** The answer, and the buffers that go with it for good. */
  const answer = async (call: Call): Promise<readonly [Answer, readonly ArrayBuffer[]]> => {
    if (call.kind === 'open') {
      session = await open(call.state);
      return [null, []];
    }
    if (session === null) throw new Error('internal: a call before the session is open');
    if (call.kind === 'compile') return [await session.compile(call.id, call.program), []];
    if (call.kind === 'read') {
      const arrays = await session.read(call.names);
      return [arrays, buffersOf(arrays)];
    }
    if (call.kind === 'run') {
      const info = await session.run(call.id, call.steps, call.inputs);
      return [info, buffersOf(info)];
    }
    if (call.kind === 'write') await session.write(call.values);
    if (call.kind === 'dispose') session.dispose();
    return [null, []];
  };
  return ({ number, call }) => {
    last = last.then(async () => {
      try {
        const [found, moved] = await answer(call);
        send({ number, ok: true, answer: found }, moved);
      } catch (error) {
        send({ number, ok: false, problem: problemOf(error) }, []);
      }
    });
  };
}
