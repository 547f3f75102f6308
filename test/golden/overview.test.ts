/** Programs beside what `check --verbose` tells of their runs; and the guides that it prints, pasted into their programs. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reference } from '../../src/executors/reference/reference.ts';
import type { Expr } from '../../src/base/expr.ts';
import type { CheckedGuideSite, PlanInfer } from '../../src/language/check/checked.ts';
import { formatExpr, printGuide } from '../../src/language/index.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource } from '../../src/runtime/load.ts';
import { printOverview } from '../../src/runtime/overview.ts';
import { readData } from '../../src/runtime/read-data.ts';
import { checkText, expectAccepted, filesBelow } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'overview');
const GOOD = join(import.meta.dirname, 'good');
const programs = filesBelow(FOLDER, '.bprune');

/** Round figures, so that those of a backend may change. */
const executor = { ...reference, name: 'round', memory: { base: 100 * 2 ** 20, states: 2, step: 1 } };

describe('overviews', () => {
  it.each(programs)('%s', async (file) => {
    const source = { name: basename(file), text: readFileSync(join(FOLDER, file), 'utf8') };
    const { checked, sources } = await loadSource(nodeHost(), source, new Map());
    expect(checked.unfinished).toEqual([]);
    const parts: string[] = [];
    for (const plan of checked.runs) {
      const dataset = await readData(plan.data, nodeHost());
      parts.push(printOverview(plan, { sources, dataset, executor, reason: 'for this test' }));
    }
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), parts.join('\n'));
  });

  it('has no accepted text without its program', () => {
    const unused = filesBelow(FOLDER, '.expected').filter((f) => !programs.includes(f.replace(/expected$/, 'bprune')));
    expect(unused).toEqual([]);
  });
});

/** The inferences whose engine has a choice of families; an engine with one asks no guide. */
function guided(name: string, text: string): readonly PlanInfer[] {
  const steps = checkText(name, text).result.runs.flatMap((run) => run.steps);
  return steps.filter((step) => step.kind === 'infer').filter((step) => catalogue.engines.get(step.engine)!.guides.length > 1);
}

/** The program with `guide` in the place of its own, or behind it. */
function pasted(text: string, guide: string): string {
  const lines = guide.replace(/^guide \{/, '').trimEnd();
  const own = /(^guide[^{]*\{)[^}]*\}/m;
  return own.test(text) ? text.replace(own, (_, head: string) => `${head}${lines}`) : `${text}\n${guide}`;
}

const families = (guide: readonly CheckedGuideSite[]) =>
  guide.map(({ site, family, args, expressions = {} }) => ({ site, family, args, expressions: shown(expressions) }));

const shown = (expressions: Readonly<Record<string, Expr>>) =>
  Object.entries(expressions).map(([name, expr]) => `${name} = ${formatExpr(expr)}`);

describe('a guide that is printed', () => {
  const all = [...filesBelow(GOOD, '.bprune').map((f) => join(GOOD, f)), ...programs.map((f) => join(FOLDER, f))];
  it.each(all)('means the same when it is pasted into %s', (path) => {
    const [name, text] = [basename(path), readFileSync(path, 'utf8')];
    for (const [i, step] of guided(name, text).entries()) {
      const again = guided(name, pasted(text, printGuide(step)))[i];
      expect(families(again?.guide ?? [])).toEqual(families(step.guide));
    }
  });
});
