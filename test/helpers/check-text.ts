/** Programs through the front end as `bprune check` does it, with what their files would say made up. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DataFacts, DataRequest } from '../../src/base/data.ts';
import { type Diagnostic, sortDiagnostics } from '../../src/base/diagnostic.ts';
import type { Expr } from '../../src/base/expr.ts';
import type { Source } from '../../src/base/span.ts';
import { triedFixes } from '../../src/base/trial.ts';
import {
  type CheckResult,
  checkWithFacts,
  joinImports,
  type Parsed,
  parse,
  parseExpression,
} from '../../src/language/index.ts';
import type { Program } from '../../src/language/syntax/ast.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';

/** What the files would say: 60,000 rows to train, from which declared splits are taken, 10,000 to test. */
const MANY: Readonly<Record<string, number>> = { train: 60_000, test: 10_000 };

/** What the small files beside the wrong programs say, so that the command line can be run on them too. */
export const FEW: Readonly<Record<string, number>> = { train: 150, test: 30 };

export function stubFacts(request: DataRequest, files: Readonly<Record<string, number>> = MANY): DataFacts {
  const rows: Record<string, number> = { ...files };
  for (const d of request.derived) {
    if (d.kind !== 'split') continue;
    const { name, of, amount } = d;
    const taken = amount.kind === 'rows' ? amount.rows : Math.round((rows[of] ?? 0) * amount.share);
    rows[of] = (rows[of] ?? 0) - taken;
    rows[name] = taken;
  }
  return { rows };
}

/** The text of an imported file by the path that is written, or null; those of bprune's own are looked for in `models`. */
export type ReadImport = (path: string) => string | null;

const MODELS = join(import.meta.dirname, '../../models');
const LIBRARY = filesBelow(MODELS, '.bprune').map((file) => `bprune:${file.replace('.bprune', '')}`);

/** No files but bprune's own. */
const ownFiles: ReadImport = (path) => (path.startsWith('bprune:') ? filesBeside(MODELS)(path) : null);

export function filesBeside(folder: string): ReadImport {
  return (path) => {
    const own = /^bprune:(.+)$/.exec(path)?.[1];
    const file = own === undefined ? join(folder, path) : join(MODELS, `${own}.bprune`);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  };
}

/** What came of imported texts, which many programs share. */
const parsedImports = new Map<string, Parsed>();

function parseOnce(source: Source): Parsed {
  const key = `${source.name}\n${source.text}`;
  const parsed = parsedImports.get(key) ?? parse(source);
  parsedImports.set(key, parsed);
  return parsed;
}

/** All files of a program are in one folder: the written path is the name. */
function assembled(name: string, text: string, readImport: ReadImport) {
  const sources = new Map<string, string>();
  const programs = new Map<string, Program>();
  const diagnostics: Diagnostic[] = [];
  const read = (source: string, content: string): Program => {
    const parsed = source === name ? parse({ name, text: content }) : parseOnce({ name: source, text: content });
    sources.set(source, content);
    programs.set(source, parsed.program);
    diagnostics.push(...parsed.diagnostics);
    for (const d of parsed.program.declarations) {
      if (d.kind !== 'import' || programs.has(d.path)) continue;
      const imported = readImport(d.path);
      if (imported !== null) read(d.path, imported);
    }
    return parsed.program;
  };
  const joined = joinImports(read(name, text), (d) => programs.get(d.path) ?? null, LIBRARY);
  return { program: joined.program, sources, diagnostics: [...diagnostics, ...joined.diagnostics] };
}

export interface Checked {
  /** Texts by name, for the renderer. */
  readonly sources: ReadonlyMap<string, string>;
  readonly result: CheckResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and checks a program against the real catalogue; `settings` are the `--set` of the command line. */
export function checkText(
  name: string,
  text: string,
  settings: Readonly<Record<string, string>> = {},
  facts: (request: DataRequest) => DataFacts | null = stubFacts,
  readImport: ReadImport = ownFiles,
): Checked {
  const { program, sources, diagnostics } = assembled(name, text, readImport);
  const overrides = new Map<string, Expr>(
    Object.entries(settings).map(([key, value]) => [key, parseExpression({ name: `--set ${key}`, text: value }).expr]),
  );
  const checking = checkWithFacts(program, { catalogue, overrides });
  let next = checking.next();
  while (next.done !== true) next = checking.next(facts(next.value));
  const result = next.value;
  for (const [key, value] of Object.entries(settings)) sources.set(`--set ${key}`, value);
  return { sources, result, diagnostics: sortDiagnostics([...diagnostics, ...result.diagnostics]) };
}

/** The same, with the fixes that were tried and work, as a person is shown it. */
export function checkShown(
  name: string,
  text: string,
  settings: Readonly<Record<string, string>> = {},
  facts: (request: DataRequest) => DataFacts | null = stubFacts,
  readImport: ReadImport = ownFiles,
): Checked {
  const checked = checkText(name, text, settings, facts, readImport);
  const trying = triedFixes(checked.diagnostics, checked.sources);
  let next = trying.next();
  while (next.done !== true) {
    const changed = next.value;
    const given = Object.entries(settings).map(([key, value]) => [key, changed.get(`--set ${key}`) ?? value]);
    const tried = checkText(name, changed.get(name) ?? text, Object.fromEntries(given), facts, (path) => {
      return changed.get(path) ?? readImport(path);
    });
    next = trying.next(tried.diagnostics);
  }
  return { ...checked, diagnostics: next.value };
}

/** Every file below `folder` with this ending, relative to it, sorted. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  const walk = (at: string): string[] =>
    readdirSync(at).flatMap((name) => {
      const path = join(at, name);
      return statSync(path).isDirectory() ? walk(path) : path.endsWith(ending) ? [path] : [];
    });
  return walk(folder)
    .map((path) => relative(folder, path))
    .sort();
}
