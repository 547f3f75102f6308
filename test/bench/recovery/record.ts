/** What is done so far: one line of JSON for each data set and method, so that a bench that was stopped goes on. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Figures, Method } from './job.ts';

export interface Done extends Figures {
  readonly set: number;
  readonly method: Method;
  /** Of the program that it was made with. */
  readonly program: string;
}

/** Those of the programs as they are now, by method; half a line, which a bench that was killed may leave, is passed over. */
export function readDone(path: string, programs: ReadonlyMap<Method, string>): readonly Done[] {
  if (!existsSync(path)) return [];
  const found = readFileSync(path, 'utf8').split('\n').flatMap(parsed);
  return found.filter((done) => programs.get(done.method) === done.program);
}

export function appendDone(path: string, done: Done): void {
  const whole = !existsSync(path) || /(^|\n)$/.test(readFileSync(path, 'utf8'));
  appendFileSync(path, `${whole ? '' : '\n'}${JSON.stringify(done)}\n`);
}

function parsed(line: string): Done[] {
  try {
    return [JSON.parse(line) as Done];
  } catch {
    return [];
  }
}
