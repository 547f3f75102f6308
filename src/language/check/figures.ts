/**
 * Figures by name: `full.error`, `full.error(validation).se`, and those of tables, `path[2].error`, `path[2].rounded.error`,
 * or a whole column, `path.error`. What is closed is said in the names of the plan, under which the runtime keeps them.
 */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import { figureKey } from '../evaluate/nodes.ts';
import { rowScope } from './bindings.ts';
import type { MetricRequest } from './checked.ts';
import { close, constantScope, errorNode, type Scope } from './closing.ts';
import { formatExpr } from './format.ts';
import { reducedType, reducing } from './reductions.ts';
import { suggested, suggestedAt } from './report.ts';
import type { RunCheck } from './run.ts';
import type { Job, NamedStep, RunEntry, Table } from './run-names.ts';
import { typed } from './types.ts';
import { wholeIn } from './values.ts';

/** The figure of a run that is a word: whether the loss of the last inference is a bound. */
export const GUARANTEE = 'guarantee';
const VERDICTS: readonly string[] = ['bound', 'not_a_bound'];

export function figureScope(run: RunCheck): Scope {
  const base = rowScope(run.ctx.facts.get(run.data.name)?.rows.train ?? null);
  const isMeasured = (entry: RunEntry) =>
    entry.kind === 'table' || (entry.kind === 'step' && entry.metrics !== undefined);
  return {
    resolve(expr, closePart) {
      if (isFigure(expr)) return new Figures(run).resolve(expr);
      return reducing(expr, closePart) ?? wordOf(run, expr) ?? base.resolve(expr, closePart);
    },
    typeOf(expr) {
      if (isFigure(expr)) return typed('number', 'run');
      return isGuarantee(expr) ? typed('string', 'run') : reducedType(run.ctx, expr, this);
    },
    names: [...base.names, GUARANTEE, ...run.names.known(isMeasured)],
  };
}

export function isGuarantee(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === GUARANTEE;
}

/** A named value of the run; `guarantee` and the words that it is compared with, unless the program means something else by them. */
function wordOf(run: RunCheck, expr: Expr): Expr | null {
  if (expr.kind !== 'name') return null;
  const entry = run.names.find(expr.name);
  if (entry?.kind === 'value') return entry.value;
  if (run.ctx.declarations.consts.has(expr.name)) return null;
  if (isGuarantee(expr)) return expr;
  return VERDICTS.includes(expr.name) ? { kind: 'string', value: expr.name, span: expr.span } : null;
}

/** A chain of members, calls and indices that begins with a name and has a member. */
function isFigure(expr: Expr): boolean {
  if (expr.kind === 'member') return chainRoot(expr) !== null;
  return expr.kind === 'call' && expr.callee.kind === 'member' && chainRoot(expr.callee) !== null;
}

function chainRoot(expr: Expr): Extract<Expr, { kind: 'name' }> | null {
  if (expr.kind === 'name') return expr;
  if (expr.kind === 'member' || expr.kind === 'index') return chainRoot(expr.object);
  return expr.kind === 'call' && expr.callee.kind === 'member' ? chainRoot(expr.callee) : null;
}

/** `.error`, `.error(validation)`, `[2]`. */
type Link =
  | {
      readonly kind: 'member';
      readonly name: string;
      readonly call: Extract<Expr, { kind: 'call' }> | null;
      readonly span: Span;
    }
  | { readonly kind: 'index'; readonly indices: readonly Expr[]; readonly span: Span };

function linksOf(expr: Expr, call: Extract<Expr, { kind: 'call' }> | null = null): readonly Link[] {
  if (expr.kind === 'member')
    return [...linksOf(expr.object), { kind: 'member', name: expr.name, call, span: call?.span ?? expr.span }];
  if (expr.kind === 'index')
    return [...linksOf(expr.object), { kind: 'index', indices: expr.indices, span: expr.span }];
  return expr.kind === 'call' ? linksOf(expr.callee, expr) : [];
}

class Figures {
  private readonly run: RunCheck;

  constructor(run: RunCheck) {
    this.run = run;
  }

  resolve(expr: Expr): Expr {
    const root = chainRoot(expr)!;
    const entry = this.run.names.find(root.name);
    if (entry === undefined || (entry.kind === 'step' && entry.metrics === undefined)) return this.unknownStep(root);
    return this.follow(entry, linksOf(expr), expr, root.name);
  }

  /** `path`: how the entry is called in the program. */
  private follow(entry: RunEntry, links: readonly Link[], whole: Expr, path: string): Expr {
    const [first, ...rest] = links;
    if (first === undefined || entry.kind === 'value') return this.notAFigure(whole);
    if (entry.kind === 'table') return this.inTable(entry, first, rest, whole, path);
    if (first.kind === 'index') return this.notAFigure(whole);
    return this.figure(entry, first, rest, whole, path);
  }

  private inTable(table: Table, first: Link, rest: readonly Link[], whole: Expr, path: string): Expr {
    if (first.kind === 'member') return this.column(table, [first, ...rest], whole, path);
    const [written, ...more] = first.indices;
    if (written === undefined || more.length > 0) return this.notAFigure(whole);
    const index = wholeIn(this.run.ctx, written, constantScope, 'the number of a job', 1);
    if (index === null || !table.whole) return errorNode(whole.span);
    const job = table.jobs[index - 1];
    if (job !== undefined) return this.inJob(job, rest, whole, `${path}[${index}]`);
    this.run.ctx.report.say(
      'BP6004',
      written.span,
      `\`${path}\` has ${table.jobs.length} jobs, and no number ${index}`,
      {
        hint: 'jobs are counted from 1, in the order of the values',
      },
    );
    return errorNode(whole.span);
  }

  /** `path.error`: the figure of every job, as a list. */
  private column(table: Table, links: readonly Link[], whole: Expr, path: string): Expr {
    if (!table.whole || table.jobs.length === 0) return errorNode(whole.span);
    const items: Expr[] = [];
    for (const [i, job] of table.jobs.entries()) {
      const item = this.inJob(job, links, whole, `${path}[${i + 1}]`);
      // What is wrong in one job is said of the first.
      if (item.kind === 'error') return item;
      items.push(item);
    }
    return { kind: 'list', items, span: whole.span };
  }

  private inJob(job: Job, links: readonly Link[], whole: Expr, path: string): Expr {
    const [first, ...rest] = links;
    if (first === undefined || first.kind === 'index') return this.notAFigure(whole);
    const variable = job.variables.get(first.name);
    if (variable !== undefined) return close(this.run.ctx, variable, constantScope);
    const named = job.names.own(first.name);
    if (named !== undefined && named.kind !== 'value') return this.follow(named, rest, whole, `${path}.${first.name}`);
    if (job.last === null) {
      this.run.ctx.report.say('BP6004', whole.span, `\`${path}\` measures nothing`, {
        hint: 'end the body of the loop with `evaluate on test { error }`',
      });
      return errorNode(whole.span);
    }
    return this.figure(job.last, first, rest, whole, path);
  }

  private figure(
    step: NamedStep,
    metric: Extract<Link, { kind: 'member' }>,
    rest: readonly Link[],
    whole: Expr,
    path: string,
  ): Expr {
    const metrics = step.metrics ?? null;
    if (metrics === null) return errorNode(whole.span);
    const [error, ...more] = rest;
    const wantsError = error?.kind === 'member' && error.name === 'se' && more.length === 0;
    if (rest.length > 0 && !wantsError) return this.notAFigure(whole);
    const root: Expr = { kind: 'name', name: step.label, span: whole.span };
    const member: Expr = { kind: 'member', object: root, name: metric.name, span: metric.span };
    const figure: Expr = metric.call === null ? member : { ...metric.call, callee: member };
    const key = figureKey(figure)?.slice(step.label.length + 1) ?? null;
    const found = metrics.find((m) => m.key === key);
    if (found === undefined) return this.unknownMetric(path, key ?? formatExpr(figure), metrics, metric.span);
    if (!wantsError) return figure;
    if (this.run.ctx.catalogue.metrics.get(found.metric)?.over === 'weights') {
      this.run.ctx.report.say('BP6004', whole.span, `\`${key}\` is counted, not estimated: it has no standard error`, {
        hint: 'leave `.se` out',
      });
      return errorNode(whole.span);
    }
    return { kind: 'member', object: figure, name: 'se', span: whole.span };
  }

  private notAFigure(expr: Expr): Expr {
    this.run.ctx.report.say('BP6004', expr.span, `\`${formatExpr(expr)}\` is no figure`, {
      hint: 'figures are `STEP.METRIC` and `STEP.METRIC.se`, and `TABLE[1].METRIC` of a loop with a name',
    });
    return errorNode(expr.span);
  }

  private unknownStep(step: Extract<Expr, { kind: 'name' }>): Expr {
    const { names, incomplete, ctx } = this.run;
    if (incomplete) return errorNode(step.span);
    const known = names.known((e) => e.kind === 'table' || (e.kind === 'step' && e.metrics !== undefined));
    const there = names.find(step.name) !== undefined || names.isWritten(step.name);
    const message = there
      ? `step \`${step.name}\` measures nothing`
      : `no evaluate step above is called \`${step.name}\``;
    ctx.report.say('BP6004', step.span, message, {
      ...suggested(step, known, 'the named evaluate steps are', {
        none: `name one: \`${step.name} = evaluate on test { error }\``,
      }),
    });
    return errorNode(step.span);
  }

  private unknownMetric(path: string, key: string, metrics: readonly MetricRequest[], place: Span): Expr {
    const keys = metrics.map((m) => m.key);
    const exists = this.run.ctx.catalogue.metrics.has(key);
    this.run.ctx.report.say('BP6004', place, `\`${path}\` does not measure \`${key}\``, {
      ...(exists
        ? { hint: `add \`${key}\` to the metrics of \`${path}\`` }
        : suggestedAt({ ...place, start: place.end - key.length }, key, keys, `\`${path}\` measures`)),
    });
    return errorNode(place);
  }
}
