/** From a file on disk to checked runs: parse with imports, look at the data's headers, check. Everything that is wrong is collected. */
import type { FileAccess } from '../base/data.ts';
import { type Diagnostic, sortDiagnostics } from '../base/diagnostic.ts';
import type { Expr } from '../base/expr.ts';
import type { Source } from '../base/span.ts';
import { readFacts } from '../data/index.ts';
import { type CheckResult, checkWithFacts, parseExpression } from '../language/index.ts';
import type { Program } from '../language/syntax/ast.ts';
import { catalogue } from './catalogue.ts';
import { decode } from './decode.ts';
import type { Host } from './host.ts';
import { assemble } from './imports.ts';

export interface Loaded {
  readonly source: Source;
  /** Files that the program imports, also through others. */
  readonly imported: readonly Source[];
  /** With the declarations of its imports. */
  readonly program: Program;
  readonly checked: CheckResult;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by name for the renderer: the program, its imports, and each `--set`. */
  readonly sources: ReadonlyMap<string, string>;
}

/** `settings` are the `name=value` of `--set`, values as written. */
export async function loadProgram(host: Host, path: string, settings: ReadonlyMap<string, string>): Promise<Loaded> {
  return loadSource(host, { name: path, text: await readText(host, path) }, settings);
}

/** The text of a program. */
export async function readText(host: Host, path: string): Promise<string> {
  return decode(await host.read(host.resolve(path)), path);
}

/** `files` is where data and imports lie. */
export async function loadSource(
  files: FileAccess,
  source: Source,
  settings: ReadonlyMap<string, string>,
): Promise<Loaded> {
  const sources = new Map([[source.name, source.text]]);
  const diagnostics: Diagnostic[] = [];
  const overrides = new Map<string, Expr>();
  for (const [name, value] of settings) {
    const setting = { name: `--set ${name}`, text: value };
    sources.set(setting.name, value);
    const parsed = parseExpression(setting);
    diagnostics.push(...parsed.diagnostics);
    overrides.set(name, parsed.expr);
  }
  const assembled = await assemble(files, source);
  const { program } = assembled;
  diagnostics.push(...assembled.diagnostics);
  for (const { name, text } of assembled.sources) sources.set(name, text);
  const checking = checkWithFacts(program, { catalogue, overrides });
  let next = checking.next();
  while (next.done !== true) {
    const found = await readFacts(next.value, files, next.value.readerSpan.source);
    diagnostics.push(...withoutRepeats(found.diagnostics, diagnostics));
    next = checking.next(found.facts);
  }
  const checked = next.value;
  diagnostics.push(...checked.diagnostics);
  const [, ...imported] = assembled.sources;
  return { source, imported, program, checked, diagnostics: sortDiagnostics(diagnostics), sources };
}

/** Data that are made from the same files have the same mistakes; each is said once. */
function withoutRepeats(found: readonly Diagnostic[], known: readonly Diagnostic[]): Diagnostic[] {
  const key = (d: Diagnostic) => `${d.code} ${d.span?.source} ${d.span?.start} ${d.message}`;
  const said = new Set(known.map(key));
  return found.filter((d) => !said.has(key(d)));
}
