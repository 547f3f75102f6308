/** Runs: which data, model and guide they are about, and the steps one after the other with the state that each leaves. */
import type { DataRequest } from '../../base/data.ts';
import type { Identifier, RunDeclaration, SiteSetting, Step } from '../syntax/ast.ts';
import type { CheckedGuideSite, MetricRequest, PlanInfer, PlanStep, RunPlan } from './checked.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { formatStep } from './format.ts';
import type { Guides } from './guide.ts';
import { sayUnavailable } from './later.ts';
import type { ModelInstance, Models } from './model.ts';
import { PLANNED_OF_SITE } from './planned.ts';
import { suggestion } from './report.ts';
import { evaluateStep } from './steps/evaluate.ts';
import { exportStep } from './steps/export.ts';
import { inferStep } from './steps/infer.ts';
import { pruneStep } from './steps/prune.ts';
import { requireStep } from './steps/require.ts';

/** What a step leaves for the next one, as far as it is known before the run. */
export interface RunState {
  readonly model: ModelInstance;
  /** Null where the inference was wrong: spread and families are then not known. */
  readonly guide: readonly CheckedGuideSite[] | null;
  /** Draws that the posterior consists of; null where it is drawn from without end, or not known. */
  readonly draws: number | null;
  /** Null where it was wrong. */
  readonly inference: PlanInfer | null;
}

/** The state before the first step. */
const START = 'init';

export type KnownStep = Exclude<Step, { kind: 'error' }>;

export class RunCheck {
  readonly ctx: Context;
  readonly models: Models;
  readonly guides: Guides;
  readonly declaration: RunDeclaration;
  readonly data: DataRequest;
  /** Null before the first inference. */
  current: RunState | null = null;
  readonly states = new Map<string, RunState>();
  /** Metrics of the named evaluate steps so far; null for one that was wrong. */
  readonly evaluations = new Map<string, readonly MetricRequest[] | null>();
  /** A step above could not be read or used: states and figures may have been in it. */
  incomplete = false;
  private readonly names = new Map<string, Identifier>();

  constructor(ctx: Context, models: Models, guides: Guides, declaration: RunDeclaration, data: DataRequest) {
    this.ctx = ctx;
    this.models = models;
    this.guides = guides;
    this.declaration = declaration;
    this.data = data;
  }

  run(): RunPlan | null {
    const before = this.ctx.report.errors;
    const steps = this.declaration.steps.map((step, i) => this.step(step, i + 1));
    if (steps.length === 0) {
      this.ctx.report.say('BP5005', headOf(this.declaration), 'the run has no steps', {
        hint: 'begin with an inference, such as `infer sgvb { epochs = 20 }`',
      });
    }
    const whole = steps.filter((step) => step !== null);
    if (whole.length < steps.length || steps.length === 0 || this.ctx.report.errors > before) return null;
    const { name, span } = this.declaration;
    return { kind: 'run-plan', name: name?.name ?? 'run', data: this.data, steps: whole, span };
  }

  private step(step: Step, index: number): PlanStep | null {
    if (step.kind === 'error') {
      this.incomplete = true;
      return null;
    }
    this.enterName(step);
    const from = this.startFrom(step);
    if (from === null) return null;
    const base: StepBase = {
      index,
      name: step.name?.name ?? null,
      from: step.from?.name ?? null,
      text: formatStep(step),
      span: step.span,
    };
    const plan = this.dispatch(step, base);
    if (step.name !== null && this.current !== null) this.states.set(step.name.name, this.current);
    return plan;
  }

  private ofSite({ name, span }: SiteSetting): void {
    const { report } = this.ctx;
    if (PLANNED_OF_SITE.has(name.name)) {
      sayUnavailable(report, span, 'an option `of` one site');
      return;
    }
    report.say('BP2013', name.span, `there is no option \`${name.name}\` of a site`, {
      hint: suggestion(name.name, PLANNED_OF_SITE, 'of a site there is'),
    });
  }

  private dispatch(step: KnownStep, base: StepBase): PlanStep | null {
    for (const { kind, span } of [...(step.options?.every ?? []), ...(step.options?.moves ?? [])]) {
      sayUnavailable(this.ctx.report, span, `\`${kind}\``);
    }
    for (const setting of step.options?.ofSites ?? []) this.ofSite(setting);
    switch (step.kind) {
      case 'infer':
        return inferStep(this, step, base);
      case 'prune':
        return pruneStep(this, step, base);
      case 'evaluate':
        return evaluateStep(this, step, base);
      case 'require':
        return requireStep(this, step, base);
      case 'export':
        return exportStep(this, step, base);
      default:
        sayUnavailable(this.ctx.report, step.span, step.kind === 'value' ? 'a named value' : `\`${step.kind}\``);
        this.incomplete = true;
        return null;
    }
  }

  private enterName(step: KnownStep): void {
    if (step.name === null) return;
    const earlier = this.names.get(step.name.name);
    if (earlier === undefined) {
      this.names.set(step.name.name, step.name);
      return;
    }
    this.ctx.report.say('BP2002', step.name.span, `two steps are called \`${step.name.name}\``, {
      labels: [{ span: earlier.span, message: 'the first one' }],
      hint: 'give one of the two another name',
    });
  }

  /** Goes back to the state that `from` names; null after a report. */
  private startFrom(step: KnownStep): true | null {
    if (step.from === null) return true;
    const { name, span } = step.from;
    const state = this.states.get(name);
    if (name === START && !this.names.has(name)) {
      sayUnavailable(this.ctx.report, span, `\`from ${START}\``);
      this.current = null;
      this.incomplete = true;
      return true;
    }
    if (state !== undefined) {
      this.current = state;
      return true;
    }
    if (!this.incomplete && !this.names.has(name)) {
      this.ctx.report.say('BP2001', span, `no step above is called \`${name}\``, {
        hint: suggestion(name, this.states.keys(), 'the named steps are', [START]) ?? 'name a step: `full = infer ...`',
      });
    }
    return null;
  }

  /** Is there a step of this name above, whatever it left? */
  hasStep(name: string): boolean {
    return this.names.has(name);
  }

  /** The state that a step works on; null when there is none, which is reported. */
  posterior(step: KnownStep, verb: string): RunState | null {
    if (this.current === null && !this.incomplete) {
      // Said of the first such step only.
      this.incomplete = true;
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

export type StepBase = Pick<PlanStep, 'index' | 'name' | 'from' | 'text' | 'span'>;
