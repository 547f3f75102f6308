/** From a file on disk to checked runs: parse with imports, look at the data's headers, check. Everything that is wrong is collected. */
import type { DataFacts, DataRequest, FileAccess } from '../base/data.ts';
import { type Diagnostic, DiagnosticError, sortDiagnostics } from '../base/diagnostic.ts';
import type { Expr } from '../base/expr.ts';
import type { Source } from '../base/span.ts';
import { triedFixes } from '../base/trial.ts';
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

/**
 * `files` is where data and imports lie; `seen` may change what the checker is told of the rows of the data. Fixes are tried:
 * those that are left in the diagnostics work.
 */
export async function loadSource(
  files: FileAccess,
  source: Source,
  settings: ReadonlyMap<string, string>,
  seen: (facts: DataFacts) => DataFacts = (facts) => facts,
): Promise<Loaded> {
  const facts = rememberedFacts(files, seen);
  const loaded = await examine(files, source, settings, facts, new Map());
  const trying = triedFixes(loaded.diagnostics, loaded.sources);
  let next = trying.next();
  while (next.done !== true) {
    const texts = next.value;
    const changed = { name: source.name, text: texts.get(source.name)! };
    const given = new Map([...settings.keys()].map((name) => [name, texts.get(settingName(name))!]));
    next = trying.next(await problemsOf(examine(files, changed, given, facts, texts)));
  }
  return { ...loaded, diagnostics: next.value };
}

/** What is wrong, also where the changed text names a file that cannot be read. */
async function problemsOf(loading: Promise<Loaded>): Promise<readonly Diagnostic[]> {
  try {
    return (await loading).diagnostics;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** What a reader says of the files of a request. */
type ReadFacts = (request: DataRequest) => ReturnType<typeof readFacts>;

/** `known` holds texts by name that are not read again. */
async function examine(
  files: FileAccess,
  source: Source,
  settings: ReadonlyMap<string, string>,
  facts: ReadFacts,
  known: ReadonlyMap<string, string>,
): Promise<Loaded> {
  const sources = new Map([[source.name, source.text]]);
  const diagnostics: Diagnostic[] = [];
  const overrides = new Map<string, Expr>();
  for (const [name, value] of settings) {
    const setting = { name: settingName(name), text: value };
    sources.set(setting.name, value);
    const parsed = parseExpression(setting);
    diagnostics.push(...parsed.diagnostics);
    overrides.set(name, parsed.expr);
  }
  const assembled = await assemble(files, source, known);
  const { program } = assembled;
  diagnostics.push(...assembled.diagnostics);
  for (const { name, text } of assembled.sources) sources.set(name, text);
  const checking = checkWithFacts(program, { catalogue, overrides });
  let next = checking.next();
  while (next.done !== true) {
    const found = await facts(next.value);
    diagnostics.push(...withoutRepeats(found.diagnostics, diagnostics));
    next = checking.next(found.facts);
  }
  const checked = next.value;
  diagnostics.push(...checked.diagnostics);
  const [, ...imported] = assembled.sources;
  return { source, imported, program, checked, diagnostics: sortDiagnostics(diagnostics), sources };
}

function settingName(name: string): string {
  return `--set ${name}`;
}

/** Reads the headers of the same data once; where something is wrong with them the places matter, and they are read again. */
function rememberedFacts(files: FileAccess, seen: (facts: DataFacts) => DataFacts): ReadFacts {
  const remembered = new Map<string, Awaited<ReturnType<typeof readFacts>>>();
  return async (request) => {
    const from = request.readerSpan.source;
    const key = `${from} ${JSON.stringify(request, (_, value) => (isSpan(value) ? undefined : value))}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const read = await readFacts(request, files, from);
    const found = { ...read, facts: read.facts === null ? null : seen(read.facts) };
    if (found.diagnostics.length === 0) remembered.set(key, found);
    return found;
  };
}

function isSpan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'source' in value && 'start' in value && 'end' in value;
}

/** Data that are made from the same files have the same mistakes; each is said once. */
function withoutRepeats(found: readonly Diagnostic[], known: readonly Diagnostic[]): Diagnostic[] {
  const key = (d: Diagnostic) => `${d.code} ${d.span?.source} ${d.span?.start} ${d.message}`;
  const said = new Set(known.map(key));
  return found.filter((d) => !said.has(key(d)));
}
