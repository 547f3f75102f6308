/** What a run or an inference is about: the model and the data that it names, or the only ones there are. */
import type { DataRequest } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { ModelDeclaration } from '../syntax/ast.ts';
import { constantScope } from './closing.ts';
import type { Context } from './context.ts';
import type { DataSets } from './data/data-sets.ts';
import { headOf } from './declarations.ts';
import { formatExpr } from './format.ts';
import { modelName } from './model.ts';
import { suggested, suggestedAt } from './report.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** `bbb`, `bbb(lenet300)`, or the only model there is. */
export function chooseModel(
  ctx: Context,
  written: Expr | null,
  place: Span,
): { readonly declaration: ModelDeclaration; readonly call: Call } | null {
  const { models } = ctx.declarations;
  if (written === null) return onlyModel(ctx, place);
  if (written.kind === 'error') return null;
  const callee = written.kind === 'call' ? written.callee : written;
  const declaration = callee.kind === 'name' ? models.find((m) => modelName(m) === callee.name) : undefined;
  if (declaration === undefined) {
    if (callee.kind === 'name' && ctx.declarations.incomplete) return null;
    const names = models.flatMap((m) => (m.name === null ? [] : [m.name.name]));
    const shown = formatExpr(callee);
    ctx.report.say('BP2001', callee.span, `there is no model \`${shown}\``, {
      ...suggestedAt(callee.span, shown, names, 'the models are', { none: 'declare it: `model NAME { ... }`' }),
    });
    return null;
  }
  const call: Call = written.kind === 'call' ? written : { kind: 'call', callee, args: [], span: written.span };
  return { declaration, call };
}

function onlyModel(ctx: Context, place: Span): { readonly declaration: ModelDeclaration; readonly call: Call } | null {
  const { models, incomplete } = ctx.declarations;
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) {
    const callee: Expr = { kind: 'name', name: modelName(only), span: place };
    return { declaration: only, call: { kind: 'call', callee, args: [], span: place } };
  }
  for (const model of models) ctx.used.add(model);
  if (only === undefined) {
    // A model that could not be read was said already.
    if (incomplete) return null;
    ctx.report.say('BP2001', place, 'there is no model to infer', { hint: 'declare one: `model NAME { ... }`' });
    return null;
  }
  ctx.report.say('BP2018', place, 'there is more than one model, and nothing says which', {
    labels: models.map((m) => ({ span: m.name?.span ?? headOf(m), message: 'a model' })),
    hint: `write \`for ${only.name?.name ?? 'NAME'}\``,
  });
  return null;
}

/** The data of a run: named, with their arguments where they take some, or the only ones. */
export function chooseData(ctx: Context, written: Expr | null, place: Span, sets: DataSets): DataRequest | null {
  const { data } = ctx.declarations;
  if (written === null) {
    const [only, ...others] = data.values();
    if (only !== undefined && others.length === 0) {
      ctx.used.add(only);
      return sets.plain(only, place);
    }
    for (const each of data.values()) ctx.used.add(each);
    if (only === undefined && ctx.declarations.incomplete) return null;
    const hint =
      only === undefined ? 'declare them: `data NAME = csv("file.csv") { ... }`' : `write \`on ${only.name.name}\``;
    const message =
      only === undefined ? 'there are no data' : 'there is more than one data set, and nothing says which';
    ctx.report.say('BP2018', place, message, { hint });
    return null;
  }
  if (written.kind === 'error') return null;
  const callee = written.kind === 'call' ? written.callee : written;
  if (callee.kind !== 'name') {
    ctx.report.say('BP2005', written.span, `\`${formatExpr(written)}\` is no data set`, {
      hint: 'name a data set: `on mnist`',
    });
    return null;
  }
  const declaration = data.get(callee.name);
  if (declaration !== undefined) {
    ctx.used.add(declaration);
    return written.kind === 'call'
      ? sets.request(declaration, written, constantScope)
      : sets.plain(declaration, written.span);
  }
  if (!ctx.declarations.incomplete) {
    ctx.report.say('BP2001', callee.span, `there are no data \`${callee.name}\``, {
      ...suggested(callee, data.keys(), 'the data are', {
        none: 'declare them: `data NAME = csv("file.csv") { ... }`',
      }),
    });
  }
  return null;
}
