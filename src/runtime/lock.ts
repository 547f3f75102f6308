/**
 * Who writes a run directory: one process, which leaves its number there while it does. What a killed process left is taken over,
 * for its number belongs to nobody any more.
 */
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { Host } from './host.ts';

const LOCK_FILE = 'writer.json';

interface Writer {
  readonly pid: number;
  readonly machine: string;
  /** Of the process, where the system gives it one. */
  readonly mark: string;
}

/** Throws `DiagnosticError` BP7408 where another process writes in `folder`, which is shown as `given`. */
export async function refuseHeld(host: Host, folder: string, given: string): Promise<void> {
  const file = host.join(folder, LOCK_FILE);
  const writer = await writerIn(host, file);
  if (writer === null) return;
  const here = writer.machine === host.machine;
  if (here && (await host.markOf(writer.pid)) !== writer.mark) return;
  const where = here ? '' : ` of ${writer.machine}`;
  throw new DiagnosticError(
    diagnostic('BP7408', null, `${given} is being written by process ${writer.pid}${where}.`, {
      hint: `let it end, or stop it with Ctrl-C first; if that process is no bprune, remove ${file}`,
    }),
  );
}

/** Makes this process the one that writes. Throws as `refuseHeld`. */
export async function takeLock(host: Host, folder: string, given: string): Promise<void> {
  await refuseHeld(host, folder, given);
  const file = host.join(folder, LOCK_FILE);
  await host.remove(file);
  const own: Writer = { pid: host.pid, machine: host.machine, mark: (await host.markOf(host.pid)) ?? '' };
  if (!(await host.writeNew(file, `${JSON.stringify(own)}\n`))) await refuseHeld(host, folder, given);
}

export async function releaseLock(host: Host, folder: string): Promise<void> {
  await host.remove(host.join(folder, LOCK_FILE));
}

/** Null where nobody writes, or where a crash of the machine left half a file. */
async function writerIn(host: Host, file: string): Promise<Writer | null> {
  if (!(await host.exists(file))) return null;
  try {
    return JSON.parse(new TextDecoder().decode(await host.read(file))) as Writer;
  } catch {
    return null;
  }
}
