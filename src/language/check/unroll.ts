/**
 * Steps that hold steps, unrolled into a plan of plain ones: calls of named steps, `repeat`, `for` and `sweep`.
 * Loops chain: each turn starts from what the one before it left. The jobs of a `sweep` all start from the state before it,
 * which is also the state after it.
 */
import type { Expr, HostValue } from '../../base/expr.ts';
import { evaluateConstant, holdsError } from '../evaluate/constant.ts';
import type {
  AttemptStep,
  ForStep,
  Identifier,
  RepeatStep,
  Step,
  StepsDeclaration,
  SweepAxis,
  SweepStep,
  ValueStep,
} from '../syntax/ast.ts';
import { rowScope } from './bindings.ts';
import { close, errorNode, literal } from './closing.ts';
import { figureScope } from './figures.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import { matchArguments } from './match-arguments.ts';
import type { RunCheck } from './run.ts';
import { type Job, RunNames } from './run-names.ts';
import { putIn, type Values } from './substitute.ts';
import { type DrawnAxis, drawnAxis, jobsOf } from './sweep-draws.ts';
import { typeOf, UNKNOWN } from './types.ts';
import { wholeIn } from './values.ts';

type Call = Extract<Expr, { kind: 'call' }>;

const SEED = 'seed';
/** How many a `sweep` draws, where it draws. */
const COUNT = 'count';

/** Turns one after the other, with a table of their figures where the loop has a name. */
function turns(run: RunCheck, step: RepeatStep | ForStep | SweepStep, all: readonly Values[], whole: boolean): void {
  const label = step.name === null ? null : run.labelOf(step.name.name);
  const jobs = run.loop(label, step.kind, () => turned(run, step, label, all));
  if (step.name !== null) run.names.define(step.name.name, { kind: 'table', jobs, whole });
}

function turned(
  run: RunCheck,
  step: RepeatStep | ForStep | SweepStep,
  label: string | null,
  all: readonly Values[],
): readonly Job[] {
  const jobs: Job[] = [];
  const forks = step.kind === 'sweep' ? run.forks() : null;
  for (const [i, variables] of all.entries()) {
    if (run.isTooLong) {
      sayTooLong(run, step);
      break;
    }
    forks?.start(seedOf(variables));
    const names = new RunNames(run.names);
    const steps = step.steps.map((inner) => putIn(inner, variables));
    // The same mistake in each turn is one mistake.
    const again = i > 0 && run.ctx.report.repeat();
    const last = run.body(steps, names, label === null ? null : `${label}[${i + 1}]`);
    if (again) run.ctx.report.repeated();
    jobs.push({ variables, names, last });
  }
  forks?.end();
  return jobs;
}

/** A `sweep` over `seed` gives its jobs the randomness of other seeds. */
function seedOf(values: Values): number | null {
  const seed = values.get(SEED);
  return seed?.kind === 'number' ? seed.value : null;
}

function sayTooLong(run: RunCheck, step: Step): void {
  run.giveUp();
  run.ctx.report.say('BP5007', step.span, 'this makes a run of more than 2,000 steps', {
    hint: 'was the end of a range meant to be smaller?',
  });
}

export function repeatSteps(run: RunCheck, step: RepeatStep): void {
  const count = wholeIn(run.ctx, step.count, rowScope(null), 'the count of `repeat`', 1);
  if (count === null) run.giveUp();
  turns(
    run,
    step,
    Array.from({ length: Math.min(count ?? 1, 2001) }, () => new Map()),
    count !== null,
  );
}

export function forSteps(run: RunCheck, step: ForStep): void {
  const { name } = step.variable;
  const items = itemsOf(run, step.values, '`for`');
  if (items === null) run.giveUp();
  const all = (items ?? [errorNode(step.values.span)]).map((item) => new Map([[name, item]]));
  turns(run, step, all, items !== null);
}

export function sweepSteps(run: RunCheck, step: SweepStep): void {
  const { axes, condition } = step;
  const settings = sweepSettings(run, step);
  let whole = settings !== null;
  let all: Values[] = [new Map()];
  const drawn: DrawnAxis[] = [];
  for (const axis of axes.filter((a) => a.sign === '~')) {
    const found = drawnAxis(run.ctx, axis, settings?.seed ?? 0);
    if (found === null) whole = false;
    else drawn.push(found);
  }
  for (const axis of axes.filter((a) => a.sign === 'in')) {
    const items = listedItems(run, axis);
    whole &&= items !== null;
    all = all.flatMap((values) =>
      (items ?? [errorNode(axis.value.span)]).map((item) => new Map([...values, [axis.name.name, item]])),
    );
  }
  const found = whole ? jobsOf(run.ctx, all, drawn, settings?.count ?? 1, condition) : null;
  if (found === null) run.giveUp();
  // Of a sweep that is wrong the steps are looked at all the same.
  const unknown = new Map(axes.filter((a) => a.sign === '~').map((a) => [a.name.name, errorNode(a.value.span)]));
  turns(run, step, found ?? all.slice(0, 1).map((values) => new Map([...values, ...unknown])), found !== null);
}

/** How many are drawn, and by which seed; null after a report. */
function sweepSettings(
  run: RunCheck,
  { axes, span }: SweepStep,
): { readonly count: number; readonly seed: number } | null {
  const { ctx } = run;
  const settings = axes.filter((a) => a.sign === '=');
  const draws = axes.some((a) => a.sign === '~');
  if (settings.length === axes.length) {
    ctx.report.say('BP5008', span, 'a `sweep` that goes through nothing', {
      hint: 'write `sweep share in [50%, 75%] { ... }`',
    });
    return null;
  }
  const unknown = settings.filter((a) => ![COUNT, SEED].includes(a.name.name));
  for (const axis of unknown) {
    ctx.report.say('BP5008', axis.span, `\`sweep\` has no setting \`${axis.name.name}\``, {
      hint: `to go through values, write \`${axis.name.name} in ${formatExpr(axis.value)}\``,
    });
  }
  const [first] = settings;
  if (unknown.length === 0 && first !== undefined && !draws) {
    ctx.report.say('BP5008', first.span, `\`${first.name.name}\` is about draws, and this \`sweep\` draws nothing`, {
      hint: 'leave it out, or draw: `sweep share ~ Uniform(0.5, 0.9), count = 20 { ... }`',
    });
    return null;
  }
  const count = settings.find((a) => a.name.name === COUNT);
  if (unknown.length > 0) return null;
  if (draws && count === undefined) {
    ctx.report.say('BP5008', span, 'a `sweep` that draws does not say how often', {
      hint: 'write `count = 20` behind what is drawn',
    });
    return null;
  }
  const seed = settings.find((a) => a.name.name === SEED);
  const counted = count === undefined ? 1 : wholeIn(ctx, count.value, rowScope(null), '`count`', 1);
  const seeded = seed === undefined ? 1 : wholeIn(ctx, seed.value, rowScope(null), 'a seed', 0);
  return counted === null || seeded === null ? null : { count: counted, seed: seeded };
}

/** Null after a report. */
function listedItems(run: RunCheck, axis: SweepAxis): readonly Expr[] | null {
  const items = itemsOf(run, axis.value, '`sweep`');
  if (axis.name.name !== SEED || items === null) return items;
  const seeds = items.map((item) => wholeIn(run.ctx, item, rowScope(null), 'a seed', 0));
  return seeds.includes(null) ? null : items.map((item, i) => literal(seeds[i]!, errorNode(item.span)));
}

/** A list as written, whose items may be names of layers, models or words; else a list that can be worked out. */
function itemsOf(run: RunCheck, written: Expr, what: string): readonly Expr[] | null {
  if (written.kind === 'list') return written.items;
  const closed = close(run.ctx, written, rowScope(null));
  if (holdsError(closed) || typeOf(run.ctx, closed, rowScope(null)).type === 'unknown') return null;
  const result = evaluateConstant(closed);
  if (result.ok && Array.isArray(result.value)) {
    return (result.value as readonly HostValue[]).map((v) => literal(v, errorNode(written.span)));
  }
  if (!result.ok && result.diagnostic !== null) run.ctx.report.add(result.diagnostic);
  else {
    run.ctx.report.say('BP2008', written.span, `${what} goes through a list, but \`${formatExpr(written)}\` is none`, {
      hint: 'write a range such as `1..3`, or a list such as `[50%, 75%]`',
    });
  }
  return null;
}

export function callSteps(run: RunCheck, declaration: StepsDeclaration, call: Call, step: ValueStep): void {
  const { ctx } = run;
  ctx.used.add(declaration);
  if (run.calls.includes(declaration)) {
    const path = [...run.calls.slice(run.calls.indexOf(declaration)), declaration].map((d) => d.name.name);
    ctx.report.say('BP2004', call.span, `steps call themselves: ${path.join(' -> ')}`, {
      labels: [{ span: declaration.name.span, message: 'declared here' }],
      hint: 'break the circle: use `repeat` to do the same again',
    });
    run.giveUp();
    return;
  }
  const values = argumentsOf(run, declaration, call);
  if (values === null) {
    run.giveUp();
    return;
  }
  const label = step.name === null ? null : run.labelOf(step.name.name);
  run.calls.push(declaration);
  const last = run.body(
    declaration.steps.map((inner) => putIn(inner, values)),
    new RunNames(null),
    label,
  );
  run.calls.pop();
  if (step.name === null) return;
  const figures = { label: last?.label ?? '', metrics: last?.metrics };
  run.names.define(step.name.name, { kind: 'step', index: run.stateIndex(), state: run.current, ...figures });
}

function argumentsOf(run: RunCheck, declaration: StepsDeclaration, call: Call): Values | null {
  const parameters = declaration.parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
  const what = `\`${declaration.name.name}\``;
  const matched = matchArguments(run.ctx, call, parameters, what, declaration.name.span);
  if (matched === null) return null;
  return new Map(declaration.parameters.map((p) => [p.name.name, matched.get(p.name.name)?.value ?? p.default!]));
}

/** A value that is known at once is put in where its name stands; one that depends on figures is put into conditions. */
export function nameValue(run: RunCheck, step: ValueStep, name: Identifier): void {
  const scope = figureScope(run);
  const closed = close(run.ctx, step.value, scope);
  const { type, stage } = holdsError(closed) ? UNKNOWN : typeOf(run.ctx, closed, scope);
  if (type === 'unknown') {
    run.giveUp();
    run.names.define(name.name, { kind: 'value', known: true, value: errorNode(name.span) });
    return;
  }
  const result = type === 'distribution' || stage !== 'constant' ? null : evaluateConstant(closed);
  if (result?.ok === false && result.diagnostic !== null) run.ctx.report.add(result.diagnostic);
  const value = result === null ? closed : result.ok ? literal(result.value, closed) : errorNode(name.span);
  run.names.define(name.name, { kind: 'value', known: stage === 'constant', value });
}

export function attemptSteps(run: RunCheck, step: AttemptStep): void {
  run.claimName(step);
  sayUnavailable(run.ctx.report, { ...step.span, end: step.span.start + 'attempt'.length }, '`attempt`');
  run.giveUp();
  run.body(step.steps, new RunNames(run.names), null);
}
