/** Golden programs: a program beside what the checker says of it. `BPRUNE_BLESS=1` rewrites the texts; read the difference. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../src/base/frame.ts';

export {
  type Checked,
  checkShown,
  checkText,
  FEW,
  filesBelow,
  filesBeside,
  type ReadImport,
  stubFacts,
} from './check-text.ts';

/** The accepted text at `path` must be `told`. */
export function expectAccepted(path: string, told: string): void {
  if (process.env.BPRUNE_BLESS === '1') writeFileSync(path, told);
  expect(existsSync(path), `${path} is missing; run with BPRUNE_BLESS=1 and read it`).toBe(true);
  expect(told).toBe(readFileSync(path, 'utf8'));
}

/** The program, then what is said of it. */
export function programAndMessages(
  text: string,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): string {
  const rule = '-'.repeat(100);
  return `${text.trimEnd()}\n${rule}\n${renderDiagnostics(diagnostics, sources)}`;
}
