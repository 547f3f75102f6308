/** Collects what a step program reads and writes while its graph is built, so that names and specs cannot drift apart. */
import { f32, type Shape, type TensorType } from '../base/host-array.ts';
import { GraphBuilder, type Ref } from '../graph/builder.ts';
import type { InputSpec, NoiseKind, NoiseSpec, StateSpec, StepProgram } from '../graph/program.ts';

/** A graph, and where fresh noise for it comes from. */
export interface NoiseSource {
  readonly graph: GraphBuilder;
  /** Fresh numbers for each step; asking twice for one name gives the same numbers. */
  noise(name: string, path: readonly string[], kind: NoiseKind, shape: Shape): Ref;
}

export class StepProgramBuilder implements NoiseSource {
  readonly graph = new GraphBuilder();
  private readonly states = new Map<string, { readonly spec: StateSpec; readonly ref: Ref }>();
  private readonly batches: InputSpec[] = [];
  private readonly noises = new Map<string, { readonly spec: NoiseSpec; readonly ref: Ref }>();
  private readonly scalarRefs = new Map<string, Ref>();
  private readonly infos: InputSpec[] = [];

  /** The value of a state tensor before the step. */
  state(spec: StateSpec): Ref {
    const known = this.states.get(spec.name);
    if (known !== undefined) return known.ref;
    const ref = this.graph.input(`state/${spec.name}`, spec.type);
    this.states.set(spec.name, { spec, ref });
    return ref;
  }

  /** Sets the value of a state tensor after the step. */
  setState(name: string, value: Ref): void {
    if (!this.states.has(name)) throw new Error(`internal: state ${name} is set but was never read`);
    this.graph.output(`state/${name}`, value);
  }

  batch(spec: InputSpec): Ref {
    this.batches.push(spec);
    return this.graph.input(`batch/${spec.name}`, spec.type);
  }

  /** Fresh numbers for each step; asking twice for one name gives the same numbers. */
  noise(name: string, path: readonly string[], kind: NoiseKind, shape: Shape): Ref {
    const known = this.noises.get(name);
    if (known !== undefined) return known.ref;
    const type: TensorType = f32(shape);
    const ref = this.graph.input(`noise/${name}`, type);
    this.noises.set(name, { spec: { name, path, kind, type }, ref });
    return ref;
  }

  /** The noise of Monte Carlo sample `sample` (from 0): the first has the plain names and paths, the others their own. */
  sample(sample: number): NoiseSource {
    if (sample === 0) return this;
    const number = String(sample + 1);
    return {
      graph: this.graph,
      noise: (name, path, kind, shape) => this.noise(`${name}[${number}]`, [...path, 'sample', number], kind, shape),
    };
  }

  scalar(name: string): Ref {
    const known = this.scalarRefs.get(name);
    if (known !== undefined) return known;
    const ref = this.graph.input(`scalar/${name}`, f32([]));
    this.scalarRefs.set(name, ref);
    return ref;
  }

  info(name: string, value: Ref): void {
    this.infos.push({ name, type: value.type });
    this.graph.output(`info/${name}`, value);
  }

  finish(): StepProgram {
    return {
      kind: 'step-program',
      graph: this.graph.finish(),
      state: [...this.states.values()].map((s) => s.spec),
      batch: this.batches,
      noise: [...this.noises.values()].map((n) => n.spec),
      scalars: [...this.scalarRefs.keys()],
      info: this.infos,
    };
  }
}
