/** Bytes of a program as text. */
import { DiagnosticError, diagnostic } from '../base/diagnostic.ts';

/** Throws `DiagnosticError` when they are none. */
export function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DiagnosticError(
      diagnostic('BP7206', null, `${path} is not a text file.`, { hint: 'give the path of a .bprune program' }),
    );
  }
}
