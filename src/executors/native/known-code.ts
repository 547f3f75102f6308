/** The C text of programs that this process has met: loops of a run, and runs over many tables, ask for the same ones again. */
import { structuralHash } from '../../graph/index.ts';
import type { StepProgram } from '../../graph/program.ts';
import { type ProgramCode, programCode } from './c-program.ts';

/** Finding the loops of a program takes a tenth of a second and more, its hash a millisecond; a text has some ten thousand letters. */
const MOST_KEPT = 256;

/** In the order of last use. */
const known = new Map<string, ProgramCode>();

export function knownCode(program: StepProgram, threads: number): ProgramCode {
  const { graph, kind: _, ...declared } = program;
  const key = `${threads} ${structuralHash(graph)} ${JSON.stringify(declared)}`;
  const code = known.get(key) ?? programCode(program, threads);
  known.delete(key);
  known.set(key, code);
  if (known.size > MOST_KEPT) known.delete(known.keys().next().value!);
  return code;
}
