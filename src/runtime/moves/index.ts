/**
 * `move lambda = E every 1 step`: rules that set `param`s between two steps of a training. What they do depends on the state alone,
 * which holds their running means, so that a run that goes on does the same.
 */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { f32, groupsAlong, type HostArray, realArray, sizeOf } from '../../base/host-array.ts';
import type { StateSpec } from '../../graph/program.ts';
import type { EngineProgram, StateArrays } from '../../inference/engine.ts';
import type { CheckedModel, CheckedSite, PlanInfer, PlanMove, PlanRule } from '../../language/check/checked.ts';
import { isParam, realOfParam, valueOfParam } from '../../model/params.ts';
import type { Posterior } from '../../model/posterior.ts';
import { TRAINING_STOPPED } from '../broken-run.ts';
import { type Groups, type Rule, ruleOf } from './rule.ts';

/** A move with its rule; `next` is what it makes of a state in which it is due. */
export interface Mover {
  isDue(done: number): boolean;
  next(program: EngineProgram, state: StateArrays, posterior: Posterior, at: Moment): StateArrays;
}

export interface Moment {
  readonly done: number;
  readonly epoch: number;
}

export function moversOf({ moves, model }: PlanInfer): readonly Mover[] {
  return moves.filter(isRule).map((move): Mover => {
    const rule = ruleOf(move.param, move.value);
    const sites = sitesOf(move, model).map((site) => ({ site, weights: weightsOf(model, site) }));
    return {
      isDue: (done) => done % move.steps === 0,
      next: (program, state, posterior, at) =>
        Object.assign({}, ...sites.map((own) => movedSite(move, rule, own, program, state, posterior, at))),
    };
  });
}

/** What kernels draw is the engine's own. */
const isRule = (move: PlanMove): move is PlanRule => move.kind === 'rule';

/** The engine's program, whose state holds the running means of the rules too. */
export function withMemories(program: EngineProgram, { moves, model }: PlanInfer): EngineProgram {
  const specs = moves.filter(isRule).flatMap((move) => {
    const { memories } = ruleOf(move.param, move.value);
    return sitesOf(move, model).flatMap((site) => Array.from({ length: memories }, (_, k) => memorySpec(site, k)));
  });
  if (specs.length === 0) return program;
  const start = Object.fromEntries(specs.map(({ name, type }): [string, HostArray] => [name, realArray(type.shape)]));
  return {
    ...program,
    state: [...program.state, ...specs],
    initial: (key, from) => ({ ...program.initial(key, from), ...start }),
  };
}

function memorySpec({ path, shape }: CheckedSite, k: number): StateSpec {
  return { name: `${path}.running_mean[${k + 1}]`, type: f32(shape), follows: null };
}

function sitesOf({ sites }: PlanRule, model: CheckedModel) {
  return model.sites.filter(isParam).filter((site) => sites.includes(site.path));
}

/** The weights of each group: paths, and the group of each of their numbers, one tensor behind the other. */
interface Weights {
  readonly paths: readonly string[];
  readonly groupOf: Int32Array;
}

function weightsOf(model: CheckedModel, param: CheckedSite): Weights {
  const isOwn = (site: CheckedSite) => param.layer === '' || site.layer === param.layer;
  const weights = model.sites.filter((site) => site.parameter.counts === 'weight' && isOwn(site));
  return {
    paths: weights.map((site) => site.path),
    groupOf: Int32Array.from(weights.flatMap((site) => groupsAlong(site.shape, param.shape))),
  };
}

type ParamSite = ReturnType<typeof sitesOf>[number];

/** The tensors that change: the `param` itself, the same for all particles, and its running means. */
function movedSite(
  move: PlanRule,
  rule: Rule,
  { site, weights }: { readonly site: ParamSite; readonly weights: Weights },
  program: EngineProgram,
  state: StateArrays,
  posterior: Posterior,
  { done, epoch }: Moment,
): StateArrays {
  const { param } = site;
  const name = program.valueName(site.path);
  const size = sizeOf(site.shape);
  const before = state[name]!;
  const memories = Array.from({ length: rule.memories }, (_, k) => memorySpec(site, k).name);
  const moved = rule.move({
    ...momentsOf(posterior, weights, size),
    values: Float64Array.from(before.data.slice(0, size), (real) => valueOfParam(param, Number(real))),
    memories: memories.map((memory) => Float64Array.from(state[memory]!.data)),
    evaluations: done / move.steps,
    epoch,
    step: done,
  });
  const projected = moved.values.map((value) => Math.min(Math.max(value, param.low), param.high));
  const wrong = projected.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw noNumber(move, `${site.path}${size === 1 ? '' : `, number ${wrong + 1}`}`, done);
  return {
    [name]: filled(
      before,
      projected.map((value) => realOfParam(param, value)),
    ),
    ...Object.fromEntries(memories.map((memory, k) => [memory, filled(state[memory]!, moved.memories[k]!)])),
  };
}

/** Again and again up to the end of the array: once for each particle. */
function filled({ type, data }: HostArray, values: Float64Array): HostArray {
  const copy = data.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = values[i % values.length]!;
  return { type, data: copy };
}

function momentsOf(
  { sites }: Posterior,
  { paths, groupOf }: Weights,
  groups: number,
): Pick<Groups, 'mean' | 'sd' | 'kept' | 'groupOf'> {
  const own = paths.map((path) => {
    const site = sites.find((s) => s.path === path);
    if (site === undefined) throw new Error(`internal: the posterior has no ${path}`);
    return site;
  });
  const joined = (key: 'mean' | 'sd') => {
    const all = new Float64Array(groupOf.length);
    let at = 0;
    for (const site of own) {
      all.set(site[key], at);
      at += site[key].length;
    }
    return all;
  };
  const kept = new Uint8Array(groups);
  let at = 0;
  for (const { mean, mask } of own) {
    for (let i = 0; i < mean.length; i++) if (mask?.[i] !== 0) kept[groupOf[at + i]!] = 1;
    at += mean.length;
  }
  return { mean: joined('mean'), sd: joined('sd'), kept, groupOf };
}

function noNumber(move: PlanRule, where: string, done: number): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP5901', move.span, `The rule of \`${move.param}\` gave no number for ${where} after step ${done}.`, {
      notes: [TRAINING_STOPPED],
      hint: 'keep logarithms, roots and quotients of the rule away from 0 and below: `max(E, 1e-8)`',
    }),
  );
}
