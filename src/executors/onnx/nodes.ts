/** Collects the nodes of an ONNX graph; constants are shared. */
import type { Attribute, NodeProto, TensorProto } from './model-proto.ts';
import { ELEMENT } from './model-proto.ts';

export const MICROSOFT = 'com.microsoft';

export class Nodes {
  readonly #list: NodeProto[] = [];
  /** Names under which values leave the graph, by the names that they were made with. */
  readonly #renamed = new Map<string, string>();
  readonly #made = new Set<string>();
  readonly #constants = new Map<string, TensorProto>();

  get list(): readonly NodeProto[] {
    const renamed = (name: string) => this.#renamed.get(name) ?? name;
    return this.#list.map((n) => ({ ...n, input: n.input.map(renamed), output: n.output.map(renamed) }));
  }

  get constants(): readonly TensorProto[] {
    return [...this.#constants.values()];
  }

  /** Adds a node of one output and gives that output's name. */
  add(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string {
    return this.addMany(opType, input, 1, attributes, domain)[0]!;
  }

  addMany(
    opType: string,
    input: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): readonly string[] {
    const name = `n${this.#list.length}`;
    const output = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}.${i}`));
    for (const o of output) this.#made.add(o);
    this.#list.push({ opType, name: `${opType}.${name}`, domain, input, output, attributes });
    return output;
  }

  /** Gives a value a name of its own: in its node where it can be, since an Identity is a copy. */
  rename(value: string, name: string): void {
    if (this.#made.has(value) && !this.#renamed.has(value)) {
      this.#renamed.set(value, name);
      return;
    }
    const attributes = {};
    this.#list.push({ opType: 'Identity', name: `as.${name}`, domain: '', input: [value], output: [name], attributes });
  }

  real(value: number, dims: readonly number[] = []): string {
    const digits = Object.is(value, -0) ? '-0' : String(value);
    return this.#constant({ name: `f${digits}[${dims}]`, dims, dataType: ELEMENT.f32, floatData: [value] });
  }

  reals(values: readonly number[], dims: readonly number[]): string {
    return this.#constant({ name: `f[${values}][${dims}]`, dims, dataType: ELEMENT.f32, floatData: values });
  }

  /** A list of whole numbers, as shapes and axes are given. */
  wholes(values: readonly number[]): string {
    return this.#constant({
      name: `i[${values}]`,
      dims: [values.length],
      dataType: ELEMENT.i64,
      int64Data: values,
    });
  }

  /** The numbers 0 ... n - 1 as 32-bit integers. */
  range(n: number): string {
    const int32Data = Array.from({ length: n }, (_, i) => i);
    return this.#constant({ name: `range[${n}]`, dims: [n], dataType: ELEMENT.i32, int32Data });
  }

  truth(value: boolean): string {
    return this.#constant({ name: `b${value}`, dims: [], dataType: ELEMENT.bool, int32Data: [value ? 1 : 0] });
  }

  #constant(tensor: TensorProto): string {
    this.#constants.set(tensor.name, tensor);
    return tensor.name;
  }
}
