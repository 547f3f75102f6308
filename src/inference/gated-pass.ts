/**
 * A sample with its latents of 0 and 1. Estimators with a slope draw one state of their gates; at most one estimator looks at several states
 * of all of its own. The sample is then written for one state and batched over them, as particles are: what it has of each is a weighted sum.
 */
import type { OptionValues } from '../base/catalogue.ts';
import type { Expr } from '../base/expr.ts';
import { f32, type Shape, sizeOf } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { batchedGraph } from '../graph/transforms/batch.ts';
import type { SiteView } from '../model/guide.ts';
import { type NoiseSource, StepProgramBuilder } from '../model/step-program.ts';
import type { Timetable } from './course.ts';
import type { GateDraw, GateStates, StatesEstimator } from './gate-estimator.ts';
import { gateEstimators } from './gate-estimators/index.ts';
import { inputsOf } from './step-inputs.ts';
import { costNames, type Pass, type PassInputs, variationalPass } from './variational-pass.ts';
import { found, type GuidedSite, type Setup, statisticsState } from './variational-setup.ts';

/** By names of sites and of state. */
export interface GateScore {
  /** By site path, what is added to the gradients of its log odds. */
  readonly gradients: ReadonlyMap<string, Ref>;
  /** State after the step, by its name. */
  readonly memory: ReadonlyMap<string, Ref>;
}

/** The parts of the loss in each of the states, `[states]`. */
export interface LossOfStates {
  readonly meanLoss: Ref;
  readonly costs: ReadonlyMap<string, Ref>;
  /** From the objective of each state. */
  score(objective: Ref): GateScore | null;
}

export interface GatedPass extends Pass {
  /** Null where one state was drawn. */
  readonly states: LossOfStates | null;
}

/** The one estimator that looks at several states, with its options and its sites. */
interface Joint {
  readonly estimator: StatesEstimator;
  readonly options: OptionValues;
  readonly sites: readonly GuidedSite[];
}

function jointOf({ sites }: Setup): Joint | null {
  const own = sites.flatMap((guided) => {
    const { estimator: chosen } = guided.guide;
    if (chosen === null) return [];
    const estimator = found(gateEstimators.get(chosen.name), `estimator ${chosen.name}`);
    return estimator.kind === 'states' ? [{ estimator, options: chosen.options, guided }] : [];
  });
  const [first] = own;
  return first === undefined ? null : { ...first, sites: own.map((o) => o.guided) };
}

const memoryName = ({ estimator }: Joint, name: string) => `${estimator.name}.${name}`;

function memorySpec(joint: Joint, name: string): StateSpec {
  return { name: memoryName(joint, name), type: f32([]), follows: null };
}

/** What an estimator remembers: 0 at first. */
export function gateState(setup: Setup): readonly StateSpec[] {
  const joint = jointOf(setup);
  return joint === null ? [] : joint.estimator.slots(joint.options).map((name) => memorySpec(joint, name));
}

export function gateScalars(setup: Setup): Readonly<Record<string, Expr | Timetable>> {
  const joint = jointOf(setup);
  if (joint === null) return {};
  const own = Object.entries(joint.estimator.scalars(joint.options));
  return Object.fromEntries(own.map(([name, value]) => [memoryName(joint, name), value]));
}

/** Sample `sample` of a step, with its gates. */
export function gatedPass(
  setup: Setup,
  program: StepProgramBuilder,
  sample: number,
  inputs: Omit<PassInputs, 'gates'>,
): GatedPass {
  const source = program.sample(sample);
  const gates = new Map(setup.sites.flatMap((guided) => slopeDraw(source, guided, inputs.views)));
  const joint = jointOf(setup);
  if (joint === null) return { ...variationalPass(setup, source, { ...inputs, gates }), states: null };
  return passOverStates({ setup, joint, program, source, inputs, gates });
}

/** Uniform numbers of a site. */
function uniformOf(source: NoiseSource, { site: { path } }: GuidedSite, shape: Shape): Ref {
  return source.noise(`${path}.draw`, [path, 'draw'], 'uniform', shape);
}

/** By its path the draw of a latent whose estimator has a slope; nothing for all other sites. */
function slopeDraw(
  source: NoiseSource,
  guided: GuidedSite,
  views: ReadonlyMap<string, SiteView>,
): [string, GateDraw][] {
  const { site, guide } = guided;
  if (guide.estimator === null) return [];
  const { name, options } = guide.estimator;
  const estimator = found(gateEstimators.get(name), `estimator ${name}`);
  if (estimator.kind !== 'slope') return [];
  const b = source.graph;
  const logits = logitsOf(views, site.path);
  const { nested } = views.get(site.path)!;
  const drawn = (): GateDraw => {
    if (nested === undefined || estimator.choose === undefined) {
      const draw = estimator.draw(b, logits, uniformOf(source, guided, logits.type.shape), options);
      return nested === undefined ? draw : mapped(draw, (steps) => nested.opened(steps));
    }
    const last = nested.logLast();
    const draw = estimator.choose(b, last, uniformOf(source, guided, last.type.shape), options);
    return mapped(draw, (choice) => nested.endingAt(choice));
  };
  const draw = drawn();
  return [[site.path, { ...draw, value: labelled(b, draw.value, guided) }]];
}

function mapped({ value, smooth }: GateDraw, f: (x: Ref) => Ref): GateDraw {
  return { value: f(value), smooth: smooth === null ? null : f(smooth) };
}

function logitsOf(views: ReadonlyMap<string, SiteView>, path: string): Ref {
  const logits = views.get(path)?.logits ?? null;
  if (logits === null) throw new Error(`internal: ${path} has no log odds`);
  return logits;
}

function labelled(b: GraphBuilder, value: Ref, { site }: GuidedSite): Ref {
  return b.label(value, `draw of ${site.path}`, site.span);
}

interface Sample {
  readonly setup: Setup;
  readonly joint: Joint;
  readonly program: StepProgramBuilder;
  readonly source: NoiseSource;
  readonly inputs: Omit<PassInputs, 'gates'>;
  /** Draws that are the same in all states. */
  readonly gates: ReadonlyMap<string, GateDraw>;
}

const gateName = (path: string) => `gate/${path}`;
const LOSS = 'mean_loss';
const costName = (name: string) => `cost/${name}`;

function passOverStates(s: Sample): GatedPass {
  const { setup, joint, program } = s;
  const b = program.graph;
  const { states, parts } = drawStates(s);
  const count = states.weights.type.shape[0]!;
  const single = passOfOneState(s);
  const batched = Object.fromEntries(joint.sites.map(({ site }, i) => [gateName(site.path), parts[i]!]));
  const each = batchedGraph(b, count, { batched, shared: sharedInputs(s, single) }, single.graph);
  const ofEach = (name: string) => each[`info/${name}`]!;
  const total = (name: string) => {
    const [, ...shape] = ofEach(name).type.shape;
    return b.sum(b.mul(ofEach(name), b.reshape(states.weights, [count, ...shape.map(() => 1)])), [0]);
  };
  const costs = costNames(setup);
  return {
    meanLoss: total(LOSS),
    costs: new Map(costs.map((name) => [name, total(costName(name))])),
    draws: s.gates,
    latents: (path) => {
      throw new Error(`internal: ${path} has a value in each state of the gates`);
    },
    statistics: new Map(statisticsState(setup).map(({ name }) => [name, total(name)])),
    states: {
      meanLoss: ofEach(LOSS),
      costs: new Map(costs.map((name) => [name, ofEach(costName(name))])),
      score: (objective) => scoreOf(s, states, objective),
    },
  };
}

function scoreOf({ joint, program, inputs: { views } }: Sample, states: GateStates, objective: Ref): GateScore | null {
  if (states.score === null) return null;
  const { gradient, slots } = states.score(objective);
  const shapes = joint.sites.map(({ site }) => logitsOf(views, site.path).type.shape);
  return {
    gradients: new Map(split(program.graph, gradient, shapes, 0).map((part, i) => [joint.sites[i]!.site.path, part])),
    memory: new Map(Object.entries(slots).map(([name, value]) => [memoryName(joint, name), value])),
  };
}

/** The states of all gates, and of each site `[states, ...shape]`. */
function drawStates({ joint, program, source, inputs: { views } }: Sample): {
  readonly states: GateStates;
  readonly parts: readonly Ref[];
} {
  const b = program.graph;
  const { estimator, options, sites } = joint;
  const logits = sites.map(({ site }) => logitsOf(views, site.path));
  const shapes = logits.map(({ type }) => type.shape);
  const flat = logits.map((own) => b.reshape(own, [sizeOf(own.type.shape)]));
  const count = estimator.uniforms(options);
  const own = (guided: GuidedSite, i: number) => {
    const uniform = uniformOf(source, guided, [count, ...shapes[i]!]);
    return b.reshape(uniform, [count, sizeOf(shapes[i]!)]);
  };
  const uniform = count === 0 ? null : b.concat(sites.map(own), 1);
  const states = estimator.draw(b, b.concat(flat, 0), uniform, options, {
    slot: (name) => program.state(memorySpec(joint, name)),
    scalar: (name) => program.scalar(memoryName(joint, name)),
  });
  const parts = split(b, states.values, shapes, 1).map((gates, i) => {
    const { nested } = views.get(sites[i]!.site.path)!;
    return labelled(b, nested === undefined ? gates : nested.opened(gates), sites[i]!);
  });
  return { states, parts };
}

/** `[...before, gates]` to `[...before, ...shape]` for each site, of the shapes of their log odds. */
function split(b: GraphBuilder, values: Ref, shapes: readonly Shape[], before: number): readonly Ref[] {
  const first = values.type.shape.slice(0, before);
  let begin = 0;
  return shapes.map((shape) => {
    const size = sizeOf(shape);
    const part = b.slice(values, [...first.map(() => 0), begin], [...first, size]);
    begin += size;
    return b.reshape(part, [...first, ...shape]);
  });
}

/** The sample at one state as a program of its own, whose gates are inputs. */
function passOfOneState({ setup, joint, inputs, gates }: Sample): StepProgram {
  const inner = new StepProgramBuilder();
  const drawn = [
    ...[...gates].map(([path, { value }]) => ({ path, type: value.type })),
    ...joint.sites.map(({ site }) => ({ path: site.path, type: f32(site.shape) })),
  ];
  const own = drawn.map(({ path, type }): [string, GateDraw] => {
    return [path, { value: inner.graph.input(gateName(path), type), smooth: null }];
  });
  const pass = variationalPass(setup, inner, { ...inputsOf(setup, inner, inputs.rows), gates: new Map(own) });
  inner.info(LOSS, pass.meanLoss);
  for (const [name, value] of pass.costs) inner.info(costName(name), value);
  for (const [path, value] of pass.statistics) inner.info(path, value);
  return inner.finish();
}

/** What all states see, by the names of the graph of one. */
function sharedInputs({ program, source, inputs, gates }: Sample, single: StepProgram): Readonly<Record<string, Ref>> {
  const { observed, columns } = inputs.batch;
  return Object.fromEntries([
    ...single.state.map((spec) => [`state/${spec.name}`, program.state(spec)]),
    ...single.batch.map(({ name }) => [`batch/${name}`, columns[name] ?? observed]),
    ...single.noise.map(({ name, path, kind, type }) => [`noise/${name}`, source.noise(name, path, kind, type.shape)]),
    ...single.scalars.map((name) => [`scalar/${name}`, program.scalar(name)]),
    ...[...gates].map(([path, { value }]) => [gateName(path), value]),
  ]);
}
