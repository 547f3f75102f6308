/** What a file declares, for hover, completion and lists. */
import type { HostValue } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { Declaration, Program } from '../syntax/ast.ts';

export interface ProgramSymbol {
  readonly name: string;
  readonly kind: Exclude<Declaration['kind'], 'error' | 'import'>;
  /** The name itself, or the whole declaration where it has none. */
  readonly span: Span;
  readonly doc: string | null;
  /** The value of a constant, where it has one. */
  readonly value: HostValue | null;
}

export function symbolsOf(program: Program, constants: ReadonlyMap<string, HostValue>): readonly ProgramSymbol[] {
  return program.declarations.flatMap((d): ProgramSymbol[] => {
    if (d.kind === 'error' || d.kind === 'import') return [];
    const name = d.name?.name ?? d.kind;
    const value = d.kind === 'const' ? (constants.get(name) ?? null) : null;
    return [{ name, kind: d.kind, span: d.name?.span ?? d.span, doc: d.doc, value }];
  });
}
