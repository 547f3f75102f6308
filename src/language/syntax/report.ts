/** Collects what the passes before the parser report. */
import { type Diagnostic, type DiagnosticParts, diagnostic, type Label } from '../../base/diagnostic.ts';
import { type Source, type Span, span } from '../../base/span.ts';
import type { Token } from './tokens.ts';

export class Report {
  readonly source: Source;
  readonly diagnostics: Diagnostic[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  say(code: string, place: Span, message: string, parts: DiagnosticParts = {}): void {
    this.diagnostics.push(diagnostic(code, place, message, parts));
  }

  /** The text of a token; inserted ones have zero width. */
  at(token: Token): Span {
    return span(this.source.name, token.startOffset, token.endOffset! + 1);
  }

  /** The place directly behind a token. */
  behind(token: Token | undefined): Span {
    const end = token === undefined ? 0 : token.endOffset! + 1;
    return span(this.source.name, end, end);
  }

  label(token: Token, message: string): Label {
    return { span: this.at(token), message };
  }
}
