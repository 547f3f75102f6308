/**
 * The values of a graph that is being built: each call adds one, or finds the equal one that is there already, and returns its handle.
 * Shapes are inferred and checked at each call; a mismatch is a bug of the caller and throws.
 */
import { invariant } from '../base/diagnostic.ts';
import type { TensorType } from '../base/host-array.ts';
import type { Span } from '../base/span.ts';
import type { Graph, OpAttrs, OpName, Value } from './ir.ts';
import { opRecord } from './ops/index.ts';
import { removeDeadCode } from './transforms/dead-code.ts';

/** A handle of a value in the builder that made it. */
export interface Ref {
  readonly id: number;
  readonly type: TensorType;
}

interface Draft {
  op: OpName;
  inputs: readonly number[];
  attrs: OpAttrs[OpName];
  type: TensorType;
  label: string | null;
  origin: Span | null;
}

export class ValueTable {
  readonly #values: Draft[] = [];
  readonly #known = new Map<string, Ref>();
  readonly #inputs = new Map<string, number>();
  readonly #outputs = new Map<string, number>();
  #origin: Span | null = null;

  input(name: string, type: TensorType): Ref {
    invariant(!this.#inputs.has(name), `input \`${name}\` is declared twice`);
    const ref = this.#push('input', [], { name }, type);
    this.#inputs.set(name, ref.id);
    return ref;
  }

  /** A value that stands for any other of its type: what a graph says must not depend on it. */
  placeholder(type: TensorType): Ref {
    return this.#push('input', [], { name: 'placeholder' }, type);
  }

  /** Gives a value the words and the place by which a person knows it (NaN reports use them); the first name stays. */
  label(x: Ref, label: string, origin: Span | null = null): Ref {
    const value = this.#values[this.own(x)]!;
    if (value.label === null) {
      value.label = label;
      value.origin = origin ?? value.origin;
    }
    return x;
  }

  /** Values made inside `body` come from `origin`. */
  at<T>(origin: Span | null, body: () => T): T {
    const before = this.#origin;
    this.#origin = origin ?? before;
    try {
      return body();
    } finally {
      this.#origin = before;
    }
  }

  output(name: string, x: Ref): void {
    invariant(!this.#outputs.has(name), `output \`${name}\` is declared twice`);
    this.#outputs.set(name, this.own(x));
  }

  /** The values so far, in order: what a transform such as the gradient walks over. */
  value(id: number): Value {
    return this.#values[id]!;
  }

  /** The graph without what no output needs; declared inputs stay. */
  finish(): Graph {
    const values = this.#values.map((v) => Object.freeze({ ...v }));
    return removeDeadCode({ kind: 'graph', values, inputs: new Map(this.#inputs), outputs: new Map(this.#outputs) });
  }

  protected handle(id: number): Ref {
    return { id, type: this.#values[id]!.type };
  }

  /** The id of a handle of this builder. A handle of another one would name some other value, so it is refused. */
  protected own(x: Ref): number {
    invariant(this.#values[x.id]?.type === x.type, 'a value of another builder was used');
    return x.id;
  }

  /** Adds a value through its op's record, or finds it. */
  protected emit<K extends OpName>(op: K, inputs: readonly Ref[], attrs: OpAttrs[K]): Ref {
    const ids = inputs.map((x) => this.own(x));
    const key = `${op}(${ids.join(',')})${op === 'constant' ? constantKey(attrs as OpAttrs['constant']) : JSON.stringify(attrs)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const type = opRecord(op).infer(
      inputs.map((x) => x.type),
      attrs,
    );
    const ref = this.#push(op, ids, attrs, type);
    this.#known.set(key, ref);
    return ref;
  }

  #push(op: OpName, inputs: readonly number[], attrs: OpAttrs[OpName], type: TensorType): Ref {
    const id = this.#values.length;
    this.#values.push({ op, inputs, attrs, type, label: null, origin: this.#origin });
    return { id, type };
  }
}

/** JSON would write infinities and NaN as null, and -0 as 0. */
function constantKey(attrs: OpAttrs['constant']): string {
  return Object.is(attrs.value, -0) ? '-0' : String(attrs.value);
}
