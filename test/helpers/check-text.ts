/** Programs through the front end as `bprune check` does it, with what their files would say made up. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DataFacts, DataRequest } from '../../src/base/data.ts';
import { type Diagnostic, sortDiagnostics } from '../../src/base/diagnostic.ts';
import type { Expr } from '../../src/base/expr.ts';
import { type CheckResult, check, dataRequests, parse, parseExpression } from '../../src/language/index.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';

/** What the files would say: 60,000 rows to train, from which declared splits are taken, 10,000 to test. */
const MANY: Readonly<Record<string, number>> = { train: 60_000, test: 10_000 };

/** What the small files beside the wrong programs say, so that the command line can be run on them too. */
export const FEW: Readonly<Record<string, number>> = { train: 150, test: 30 };

export function stubFacts(request: DataRequest, files: Readonly<Record<string, number>> = MANY): DataFacts {
  const rows: Record<string, number> = { ...files };
  for (const { name, of, amount } of request.splits) {
    const taken = amount.kind === 'rows' ? amount.rows : Math.round((rows[of] ?? 0) * amount.share);
    rows[of] = (rows[of] ?? 0) - taken;
    rows[name] = taken;
  }
  return { rows };
}

export interface Checked {
  readonly result: CheckResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and checks a program against the real catalogue; `settings` are the `--set` of the command line. */
export function checkText(
  name: string,
  text: string,
  settings: Readonly<Record<string, string>> = {},
  facts: (request: DataRequest) => DataFacts | null = stubFacts,
): Checked {
  const { program, diagnostics } = parse({ name, text });
  const overrides = new Map<string, Expr>(
    Object.entries(settings).map(([key, value]) => [key, parseExpression({ name: `--set ${key}`, text: value }).expr]),
  );
  const { requests } = dataRequests(program, catalogue, overrides);
  const known = new Map(
    requests.flatMap((r) => {
      const found = facts(r);
      return found === null ? [] : [[r.name, found] as const];
    }),
  );
  const result = check(program, { catalogue, facts: known, overrides });
  return { result, diagnostics: sortDiagnostics([...diagnostics, ...result.diagnostics]) };
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
