/** Runs: which data, model and guide they are about, and the steps one after the other with the state that each leaves. */
import type { DataRequest } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import type { RunDeclaration, Step, StepsDeclaration, ValueStep } from '../syntax/ast.ts';
import type { MetricRequest, PlanStep, PlanTable, RunPlan } from './checked.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { formatExpr, formatStep } from './format.ts';
import type { Guides } from './guide.ts';
import { sayUnavailable } from './later.ts';
import { namesIn } from './live.ts';
import type { Models } from './model.ts';
import { suggestedAt } from './report.ts';
import { INIT, type Job, type NamedStep, RunNames, type RunState } from './run-names.ts';
import { planStep } from './steps/plain.ts';
import { putIn } from './substitute.ts';
import { attemptSteps, callSteps, forSteps, nameValue, repeatSteps, sweepSteps } from './unroll.ts';

/** Steps that stand in the plan as they are. */
export type PlainStep = Exclude<Step, { kind: 'error' | 'value' | 'repeat' | 'for' | 'sweep' | 'attempt' }>;

/** More are never meant: the count of a loop was most likely wrong. */
const MOST_STEPS = 2000;

export class RunCheck {
  readonly ctx: Context;
  readonly models: Models;
  readonly guides: Guides;
  readonly declaration: RunDeclaration;
  readonly data: DataRequest;
  /** Null before the first inference. */
  current: RunState | null = null;
  /** Names that the step in hand can see. */
  names = new RunNames(null);
  /** What stands before the names of steps in the plan: `path[2]`. */
  private prefix: string | null = null;
  /** Names in the plan, each of one step. */
  private readonly labels = new Set<string>();
  /** The seed of the job in hand, and the branch of randomness of the last step. */
  private seed: number | null = null;
  private stream = 0;
  /** Metrics of the evaluation in hand; null for one that was wrong. */
  measured: readonly MetricRequest[] | null | undefined;
  /** The last evaluation of the body in hand. */
  private lastEvaluation: NamedStep | null = null;
  /** A step above could not be read or used: states and figures may have been in it. */
  incomplete = false;
  /** Named steps that are being put in. */
  readonly calls: StepsDeclaration[] = [];
  private readonly plan: PlanStep[] = [];
  private readonly tables: PlanTable[] = [];
  /** Loops around the step in hand. */
  private depth = 0;
  private count = 0;
  private whole = true;
  /** The step whose state the next one starts from, where that is not the one above. */
  private fork: number | null = null;

  constructor(ctx: Context, models: Models, guides: Guides, declaration: RunDeclaration, data: DataRequest) {
    this.ctx = ctx;
    this.models = models;
    this.guides = guides;
    this.declaration = declaration;
    this.data = data;
  }

  run(): RunPlan | null {
    const before = this.ctx.report.errors;
    const { steps, name, span } = this.declaration;
    if (steps.length === 0) {
      this.ctx.report.say('BP5005', headOf(this.declaration), 'the run has no steps', {
        hint: 'begin with an inference, such as `infer sgvb { epochs = 20 }`',
      });
    }
    this.block(steps);
    if (!this.whole || this.plan.length === 0 || this.ctx.report.errors > before) return null;
    return {
      kind: 'run-plan',
      name: name?.name ?? 'run',
      data: this.data,
      steps: this.plan,
      tables: this.tables,
      span,
    };
  }

  /** The steps of a body, with a space of names; gives the last evaluation in it. `prefix` is null where it has no name. */
  body(steps: readonly Step[], names: RunNames, prefix: string | null): NamedStep | null {
    const { names: around, prefix: outer, lastEvaluation: earlier } = this;
    this.names = names;
    this.prefix = prefix ?? outer;
    this.lastEvaluation = null;
    this.block(steps);
    const last: NamedStep | null = this.lastEvaluation;
    this.names = around;
    this.prefix = outer;
    this.lastEvaluation = last ?? earlier;
    return last;
  }

  /** Does `turns`, the turns of one loop, and keeps what they were. */
  loop(name: string | null, loop: PlanTable['loop'], turns: () => readonly Job[]): readonly Job[] {
    this.depth++;
    const jobs = turns();
    this.depth--;
    const rows = jobs.map(({ variables, last }) => ({
      values: Object.fromEntries([...variables].map(([variable, value]) => [variable, formatExpr(value)])),
      evaluation: last === null ? null : last.index,
    }));
    this.tables.push({ name, loop, outermost: this.depth === 0, jobs: rows });
    return jobs;
  }

  /** Jobs that all start here; `start` begins one, and `end` goes back. */
  forks(): { readonly start: (seed: number | null) => void; readonly end: () => void } {
    const { current, seed, stream } = this;
    const from = this.stateIndex();
    const back = (of: number | null) => {
      if (this.stateIndex() !== from) this.fork = from;
      Object.assign(this, { current, stream, seed: of });
    };
    return { start: (own) => back(own ?? seed), end: () => back(seed) };
  }

  private block(steps: readonly Step[]): void {
    for (const step of steps) this.step(step.kind === 'error' ? step : putIn(step, this.names.values()));
  }

  /** Something of the run cannot be planned: it was said. */
  giveUp(): void {
    this.whole = false;
  }

  get isTooLong(): boolean {
    return this.count > MOST_STEPS;
  }

  private step(step: Step): void {
    switch (step.kind) {
      case 'error':
        this.incomplete = true;
        this.giveUp();
        break;
      case 'value':
        this.valueStep(step);
        break;
      case 'repeat':
        this.enterLoop(step);
        repeatSteps(this, step);
        break;
      case 'for':
        this.enterLoop(step);
        forSteps(this, step);
        break;
      case 'sweep':
        this.enterLoop(step);
        sweepSteps(this, step);
        break;
      case 'attempt':
        attemptSteps(this, step);
        break;
      default:
        this.plainStep(step);
    }
  }

  private enterLoop(step: Exclude<Step, { kind: 'error' }>): void {
    this.claimName(step);
    if (!this.startFrom(step)) this.giveUp();
  }

  /** A call of declared steps, or a value that gets a name. */
  private valueStep(step: ValueStep): void {
    const { value } = step;
    const callee = value.kind === 'call' && value.callee.kind === 'name' ? value.callee.name : null;
    const declaration = callee === null ? undefined : this.ctx.declarations.steps.get(callee);
    this.claimName(step);
    if (declaration !== undefined && value.kind === 'call') {
      if (this.startFrom(step)) callSteps(this, declaration, value, step);
      else this.giveUp();
    } else if (step.name !== null) nameValue(this, step, step.name);
    else this.sayNoSteps(value, callee);
  }

  private sayNoSteps(value: Expr, callee: string | null): void {
    this.giveUp();
    if (value.kind === 'error' || this.ctx.declarations.incomplete) return;
    const names = this.ctx.declarations.steps.keys();
    this.ctx.report.say('BP2001', value.span, `there are no steps \`${callee ?? '...'}\``, {
      ...suggestedAt(
        value.kind === 'call' ? value.callee.span : value.span,
        callee ?? '',
        names,
        'the named steps are',
        {
          none: 'declare them: `steps NAME(epochs = 20) { ... }`',
        },
      ),
    });
  }

  private plainStep(step: PlainStep): void {
    this.claimName(step);
    if (!this.startFrom(step)) {
      this.giveUp();
      return;
    }
    this.refuseLateValues(step);
    this.count++;
    this.stream++;
    const name = this.planName(step);
    const { count: index, stream, seed, fork: from } = this;
    const base: StepBase = {
      index,
      stream,
      seed,
      name,
      job: this.prefix,
      from,
      text: formatStep(step),
      span: step.span,
    };
    this.fork = null;
    this.measured = undefined;
    const plan = planStep(this, step, base);
    if (plan === null) this.giveUp();
    else this.plan.push(plan);
    const entry: NamedStep = { kind: 'step', index, state: this.current, label: name ?? '', metrics: this.measured };
    if (step.kind === 'evaluate') this.lastEvaluation = entry;
    if (step.name !== null) this.names.define(step.name.name, entry);
  }

  /** In a table an evaluation needs no name of its own: its figures are the table's. */
  private planName(step: PlainStep): string | null {
    if (step.name !== null) return this.labelOf(step.name.name);
    return step.kind === 'evaluate' ? this.prefix : null;
  }

  /** How the runtime and its records call what has this name here: turns of a loop without a name use theirs again. */
  labelOf(name: string): string {
    const written = this.prefix === null ? name : `${this.prefix}.${name}`;
    const label = this.labels.has(written) ? `${written}@${this.count}` : written;
    this.labels.add(label);
    return label;
  }

  /** A value that depends on figures may stand where figures may stand. */
  private refuseLateValues(step: PlainStep): void {
    if (step.kind === 'require') return;
    const values = this.names.known((entry) => entry.kind === 'value' && !entry.known);
    if (values.length === 0) return;
    const mentioned = namesIn(step);
    const late = values.find((n) => mentioned.has(n));
    if (late === undefined) return;
    sayUnavailable(this.ctx.report, step.span, `\`${late}\`, which depends on figures, in \`${step.kind}\``);
    this.giveUp();
  }

  claimName(step: Exclude<Step, { kind: 'error' }>): void {
    if (step.name?.name === INIT) {
      this.ctx.report.say('BP2006', step.name.span, '`init` is already the name of the state before the first step', {
        hint: 'choose another name, such as `start`',
      });
    }
    const earlier = step.name === null ? null : this.names.claim(step.name);
    if (step.name === null || earlier === null) return;
    this.ctx.report.say('BP2002', step.name.span, `two steps are called \`${step.name.name}\``, {
      labels: [{ span: earlier.span, message: 'the first one' }],
      hint: 'give one of the two another name',
    });
  }

  /** Goes back to the state that `from` names; false after a report. */
  private startFrom(step: Exclude<Step, { kind: 'error' }>): boolean {
    if (step.from === null) return true;
    const { name, span } = step.from;
    const found = this.names.find(name);
    if (found?.kind === 'step' && (found.state !== null || name === INIT)) {
      this.current = found.state;
      this.fork = found.index;
      return true;
    }
    if (found?.kind === 'table' || found?.kind === 'value') {
      const what = found.kind === 'table' ? 'a loop with a table of figures' : 'a value';
      this.ctx.report.say('BP2001', span, `\`${name}\` is ${what}, and no state`, {
        hint:
          found.kind === 'table'
            ? 'the states of its jobs end with them: do the steps of the job that you want once more'
            : '`from` names a step above: `full = infer ...`',
      });
      return false;
    }
    if (!this.incomplete && !this.names.isWritten(name)) {
      const states = this.names.known((entry) => entry.kind === 'step' && entry.state !== null);
      this.ctx.report.say('BP2001', span, `no step above is called \`${name}\``, {
        ...suggestedAt(span, name, [...states, INIT], 'the named steps are'),
      });
    }
    return false;
  }

  /** The step that left the state in hand; 0 before the first one. */
  stateIndex(): number {
    return this.fork ?? this.count;
  }

  /** Is there a step of this name above, whatever it left? */
  hasStep(name: string): boolean {
    return this.names.isWritten(name);
  }

  /** The state that a step works on; null when there is none, which is reported. */
  posterior(step: PlainStep, verb: string): RunState | null {
    if (this.current === null && !this.incomplete) {
      // Said of the first such step only.
      this.incomplete = true;
      if (step.from !== null) {
        sayUnavailable(this.ctx.report, step.span, `\`${verb}\` of the state before the first step`);
        return null;
      }
      this.ctx.report.say(
        'BP5003',
        { ...step.span, end: step.span.start + verb.length },
        `there is nothing to ${verb} yet`,
        {
          hint: 'infer a posterior first: `infer sgvb { epochs = 20 }`',
        },
      );
    }
    return this.current;
  }
}

export type StepBase = Pick<PlanStep, 'index' | 'stream' | 'seed' | 'name' | 'job' | 'from' | 'text' | 'span'>;
