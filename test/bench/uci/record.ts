/** What is done so far: one line of JSON for each job, appended when it ends, so that a bench that was stopped goes on. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Figures } from './job.ts';

export interface Done extends Figures {
  readonly engine: string;
  readonly table: string;
  readonly split: number;
  /** Of the program that it was made with. */
  readonly program: string;
}

/** A job whose program is another one by now is not done; of a job that was done twice the last line counts. */
export function readDone(path: string, programs: ReadonlyMap<string, string>): readonly Done[] {
  if (!existsSync(path)) return [];
  const found = new Map<string, Done>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const done = parsed(line);
    if (done !== null && programs.get(done.engine) === done.program) found.set(keyOf(done), done);
  }
  return [...found.values()];
}

export function keyOf(job: Pick<Done, 'engine' | 'table' | 'split'>): string {
  return `${job.table} ${job.split} ${job.engine}`;
}

export function appendDone(path: string, done: Done): void {
  const whole = !existsSync(path) || /(^|\n)$/.test(readFileSync(path, 'utf8'));
  appendFileSync(path, `${whole ? '' : '\n'}${JSON.stringify(done)}\n`);
}

/** Null for half a line, which a bench that was killed may leave. */
function parsed(line: string): Done | null {
  try {
    return JSON.parse(line) as Done;
  } catch {
    return null;
  }
}
