/** The checker's front door: from a syntax tree to models and runs, or to what is wrong with it. Nothing here throws. */
import type { Catalogue } from '../../base/catalogue.ts';
import type { DataFacts, DataRequest } from '../../base/data.ts';
import { type Diagnostic, sortDiagnostics } from '../../base/diagnostic.ts';
import type { Expr, HostValue } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import { evaluateConstant } from '../evaluate/constant.ts';
import type { ModelDeclaration, Program } from '../syntax/ast.ts';
import type { CheckedDensity, CheckedModel, CheckedNetwork, RunPlan } from './checked.ts';
import { close, constantScope, constantValue, type Scope } from './closing.ts';
import { withoutConsequences } from './consequences.ts';
import { type CheckInputs, Context } from './context.ts';
import { statisticsScope } from './criterion-scope.ts';
import { DataSets } from './data/data-sets.ts';
import { headOf, KNOWN_WHILE_TRAINING, ROW_COUNT } from './declarations.ts';
import { checkDensities } from './densities.ts';
import { Guides } from './guide.ts';
import { Models, modelName } from './model.ts';
import { checkNetworks, Networks } from './network.ts';
import { checkCriteria } from './own-criteria.ts';
import { reducingValue } from './reductions.ts';
import { suggested, suggestedAt } from './report.ts';
import { RunCheck } from './run.ts';
import { chooseData } from './subjects.ts';
import { type ProgramSymbol, symbolsOf } from './symbols.ts';
import { typed } from './types.ts';
import { warnUnused } from './unused.ts';

export interface CheckResult {
  /** What was asked of data: each declaration at its defaults, and with the arguments that a run gives it. */
  readonly data: readonly DataRequest[];
  /** Every model that is whole, with the data and arguments of its first use. */
  readonly models: readonly CheckedModel[];
  /** Every run that is whole. */
  readonly runs: readonly RunPlan[];
  /** Names of the runs that are not, because of a mistake or of something that is not available yet. */
  readonly unfinished: readonly string[];
  /** Networks, each with the arguments and sizes of its first use. */
  readonly networks: readonly CheckedNetwork[];
  readonly constants: ReadonlyMap<string, HostValue>;
  /** Densities of the program's own that are right. */
  readonly densities: readonly CheckedDensity[];
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly ProgramSymbol[];
}

/** What the data declarations ask for, before any file is looked at. Mistakes elsewhere in the file are left to `check`. */
export function dataRequests(
  program: Program,
  catalogue: Catalogue,
  overrides: ReadonlyMap<string, Expr>,
): { readonly requests: readonly DataRequest[]; readonly diagnostics: readonly Diagnostic[] } {
  const ctx = new Context(program, { catalogue, facts: new Map(), overrides });
  const { requests } = new DataSets(ctx);
  return { requests, diagnostics: sortDiagnostics(withoutConsequences(program, ctx.report.diagnostics)) };
}

/**
 * `check` with what the files say: hands out every request for data, one after the other, and is given the facts, or null where
 * there are none. A data set with arguments is only asked for where the checker comes upon its use, after which it begins anew.
 */
export function* checkWithFacts(
  program: Program,
  inputs: Omit<CheckInputs, 'facts'>,
): Generator<DataRequest, CheckResult, DataFacts | null> {
  const facts = new Map<string, DataFacts>();
  const asked = new Set<string>();
  let waiting = dataRequests(program, inputs.catalogue, inputs.overrides).requests;
  for (;;) {
    for (const request of waiting) {
      asked.add(request.name);
      const found = yield request;
      if (found !== null) facts.set(request.name, found);
    }
    const checked = check(program, { ...inputs, facts });
    waiting = checked.data.filter((request) => !asked.has(request.name));
    if (waiting.length === 0) return checked;
  }
}

export function check(program: Program, inputs: CheckInputs): CheckResult {
  const ctx = new Context(program, inputs);
  const constants = checkConstants(ctx);
  checkDensities(ctx);
  checkDefinitions(ctx);
  checkCriteria(ctx, statisticsScope(ctx, null, declaredLines(ctx)));
  const data = new DataSets(ctx);
  const networks = new Networks(ctx);
  checkNetworks(ctx, networks);
  const models = new Models(ctx, networks);
  const guides = new Guides(ctx);
  const runs = checkRuns(ctx, models, guides, data);
  checkModelsWithoutRun(ctx, models, data.requests);
  checkGuidesWithoutRun(ctx, models, guides);
  warnUnused(ctx);
  const whole = new Set(runs.map((r) => r.span));
  return {
    data: data.requests,
    models: models.instances.flatMap((m) => (m.model === null ? [] : [m.model])),
    runs,
    unfinished: ctx.declarations.runs.filter((r) => !whole.has(r.span)).map((r) => r.name?.name ?? 'run'),
    networks: networks.instances.map((i) => i.network),
    constants,
    densities: [...ctx.densities.values()].filter((d) => d !== null),
    diagnostics: sortDiagnostics(withoutConsequences(program, ctx.report.diagnostics)),
    symbols: symbolsOf(program, constants),
  };
}

/** What the lines of models are about, latents among them: a criterion of the program does not know yet whom it will judge. */
function declaredLines(ctx: Context): ReadonlyMap<string, unknown> {
  const lines = ctx.declarations.models.flatMap((m) => m.lines);
  const names = lines.flatMap((line) => {
    if (line.kind === 'param' || line.kind === 'quantity') return [line.name.name];
    return line.kind === 'site' ? line.target.include.flatMap((s) => s.segments[0]?.pattern ?? []) : [];
  });
  return new Map(names.map((name) => [name, true]));
}

function checkConstants(ctx: Context): ReadonlyMap<string, HostValue> {
  const { consts } = ctx.declarations;
  for (const [name, value] of ctx.overrides) {
    if (consts.has(name) || ctx.declarations.incomplete) continue;
    ctx.report.say('BP2011', value.span, `there is no constant \`${name}\` to set`, {
      hint: suggestedAt(value.span, name, consts.keys(), 'the constants are', { none: 'the program has no constants' })
        .hint,
    });
  }
  const values = new Map<string, HostValue>();
  for (const [name, declaration] of consts) {
    if (!ctx.live.has(declaration)) continue;
    const closed = constantValue(ctx, name, declaration.name.span);
    // Looking at it here is no use of it.
    const result = closed.kind === 'call' ? null : evaluateConstant(closed);
    if (result?.ok === true) values.set(name, result.value);
  }
  return values;
}

/** Bodies of definitions, with their parameters left open: unknown names are found even where nobody calls them. */
function checkDefinitions(ctx: Context): void {
  for (const definition of ctx.declarations.defs.values()) {
    if (!ctx.live.has(definition)) continue;
    const open = new Set([
      ...definition.parameters.map((p) => p.name.name),
      ...[...KNOWN_WHILE_TRAINING, ROW_COUNT, ...ctx.catalogue.criteria.names],
    ]);
    const isOpen = (expr: Expr) => expr.kind === 'name' && open.has(expr.name);
    const scope: Scope = {
      resolve: (expr, closePart) => {
        if (isOpen(expr) || expr.kind === 'member') return expr;
        // Where it is called it is known whether there is something to reduce.
        return reducingValue(ctx, expr, closePart);
      },
      typeOf: (expr) => (isOpen(expr) ? typed('unknown') : null),
      names: [...open],
    };
    for (const parameter of definition.parameters) {
      if (parameter.default !== null) close(ctx, parameter.default, constantScope);
    }
    close(ctx, selfCall(definition.name.name, definition.parameters.length, definition.name.span), scope);
  }
}

/** `f(a, b)` with open arguments: expanding it checks the body and finds circles. */
function selfCall(name: string, count: number, span: Span): Expr {
  const args = Array.from({ length: count }, () => {
    // A member is left open by the scope above, whatever its name.
    const value: Expr = { kind: 'member', object: { kind: 'error', span }, name: 'argument', span };
    return { name: null, weight: null, value, span };
  });
  return { kind: 'call', callee: { kind: 'name', name, span }, args, span };
}

function checkRuns(ctx: Context, models: Models, guides: Guides, sets: DataSets): readonly RunPlan[] {
  return ctx.declarations.runs.flatMap((declaration) => {
    const data = chooseData(ctx, declaration.data, headOf(declaration), sets);
    if (data === null) {
      // Without data nothing else of the run can be judged; what is not available yet is said all the same.
      return [];
    }
    const plan = new RunCheck(ctx, models, guides, declaration, data).run();
    return plan === null ? [] : [plan];
  });
}

/** A model that no run uses is checked against the data, where there is only one set and it takes no arguments. */
function checkModelsWithoutRun(ctx: Context, models: Models, requests: readonly DataRequest[]): void {
  const [data, ...others] = requests;
  // With data that could not be read, this may be the wrong one.
  if (ctx.declarations.incomplete || ![...ctx.declarations.data.values()].every((d) => ctx.isWhole(d))) return;
  const seen = new Set(models.instances.map((m) => m.declaration));
  for (const declaration of ctx.declarations.models) {
    if (seen.has(declaration) || !ctx.live.has(declaration) || data === undefined || others.length > 0) continue;
    if (declaration.parameters.some((p) => p.default === null)) continue;
    const wasUsed = ctx.used.has(declaration);
    models.instance(declaration, bareCall(declaration), data);
    if (!wasUsed) ctx.used.delete(declaration);
  }
}

/** A guide names a model that exists; one that no run uses is checked against its model, or against the only one. */
function checkGuidesWithoutRun(ctx: Context, models: Models, guides: Guides): void {
  const names = ctx.declarations.models.map(modelName);
  for (const declaration of ctx.declarations.guides) {
    const { model } = declaration;
    if (!ctx.live.has(declaration)) continue;
    if (model !== null && !names.includes(model.name)) {
      if (ctx.declarations.incomplete) continue;
      ctx.report.say('BP2001', model.span, `there is no model \`${model.name}\``, {
        ...suggested(model, names, 'the models are', { none: 'declare it: `model NAME { ... }`' }),
      });
      continue;
    }
    if (ctx.used.has(declaration)) continue;
    const [instance, ...others] = models.instances.filter((m) => model === null || m.name === model.name);
    const network = instance?.application?.instance.network;
    if (network === undefined || (model === null && others.length > 0)) continue;
    guides.instance(declaration, network, instance!, instance!.model?.rows ?? null);
    ctx.used.delete(declaration);
  }
}

function bareCall(declaration: ModelDeclaration): Extract<Expr, { kind: 'call' }> {
  const span = headOf(declaration);
  return { kind: 'call', callee: { kind: 'name', name: modelName(declaration), span }, args: [], span };
}
