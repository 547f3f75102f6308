/** Starts one measuring process at a time and reads the JSON in its last line. */
import { spawn } from 'node:child_process';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the process printed last, as JSON; `failed` when it broke, printed something else or took longer than `limit` seconds. */
export async function measured<T>(command: Command, limit: number): Promise<T | { readonly failed: string }> {
  const { code, out, error } = await run(command, limit);
  if (code === null) return { failed: `took longer than ${limit} s` };
  try {
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as T;
  } catch {
    return { failed: error.trim().split('\n').at(-1) || `ended with code ${code}` };
  }
}

interface Ended {
  /** Null when it had to be stopped. */
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export function run({ file, args, env }: Command, limit: number): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(file, args, { env: { ...process.env, ...env }, detached: true });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (error += chunk));
    // With its own children: compilers of the peers start some.
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), limit * 1000);
    child.on('error', (e) => done({ code: -1, out, error: e.message }));
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, out, error });
    });
  });
}
