/** Diagnostics as SARIF 2.1.0 (OASIS standard, March 2020), which code hosts and editors show beside the lines. */
import type { CodeEntry } from '../../base/codes.ts';
import type { Diagnostic, Fix } from '../../base/diagnostic.ts';
import { positionAt, type Span } from '../../base/span.ts';
import { version } from './version.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export function sarifDocument(
  diagnostics: readonly Diagnostic[],
  codes: ReadonlyMap<string, CodeEntry>,
  sources: ReadonlyMap<string, string>,
): object {
  const used = [...new Set(diagnostics.map((d) => d.code))];
  const driver = { name: 'bprune', version, rules: used.map((code) => rule(code, codes.get(code))) };
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        // Columns of spans count UTF-16 units.
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((d) => result(d, used.indexOf(d.code), sources)),
      },
    ],
  };
}

function rule(code: string, entry: CodeEntry | undefined): object {
  if (entry === undefined) return { id: code };
  return { id: code, shortDescription: { text: entry.title }, fullDescription: { text: entry.explanation } };
}

function result(d: Diagnostic, ruleIndex: number, sources: ReadonlyMap<string, string>): object {
  const text = [d.message, ...d.notes, ...(d.hint === null ? [] : [`hint: ${d.hint}`])].join('\n');
  return {
    ruleId: d.code,
    ruleIndex,
    level: d.severity,
    message: { text },
    ...(d.span === null ? {} : { locations: [location(d.span, sources)] }),
    ...(d.labels.length === 0
      ? {}
      : {
          relatedLocations: d.labels.map(({ span, message }, id) => ({
            id,
            ...location(span, sources),
            message: { text: message },
          })),
        }),
    ...(d.fix === null ? {} : { fixes: [fixOf(d.fix, d.hint, sources)] }),
  };
}

function fixOf({ edits }: Fix, hint: string | null, sources: ReadonlyMap<string, string>): object {
  const files = [...new Set(edits.map((e) => e.span.source))];
  return {
    description: { text: hint ?? 'repair' },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter((e) => e.span.source === file)
        .map(({ span, text }) => ({ deletedRegion: region(span, sources), insertedContent: { text } })),
    })),
  };
}

function location(span: Span, sources: ReadonlyMap<string, string>): object {
  return { physicalLocation: { artifactLocation: { uri: uriOf(span.source) }, region: region(span, sources) } };
}

function region(span: Span, sources: ReadonlyMap<string, string>): object {
  const source = { name: span.source, text: sources.get(span.source) ?? '' };
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A path as a relative or absolute URI reference; blanks and other characters that URIs lack are escaped. */
function uriOf(path: string): string {
  const escaped = path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${escaped}` : escaped;
}
