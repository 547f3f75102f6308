/**
 * Cuts: which channels of a network go together. The units of a layer are inputs of the next; filters that an `add` joins are one
 * cut, and so are the scale and shift of a batch norm between them (semantics of groups: coupled cuts count once).
 */
import type { CheckedLayer, CheckedNetwork } from '../language/check/checked.ts';
import { layers } from './layers/index.ts';

export interface Cut {
  /** `fc1.unit`, `conv2.filter`; several where lines are joined. Empty for the inputs of the network. */
  readonly outputs: readonly string[];
  /** What each channel takes along: `fc2.input`, `bn1.channel`. */
  readonly along: readonly string[];
  /** How many channels there are. */
  readonly size: number;
  /** Why it is no group of its own; null where it can be cut. */
  readonly fixed:
    | 'feeds the likelihood'
    | 'cannot be followed through a reshape'
    | 'cannot be matched one by one'
    | null;
}

interface Open {
  readonly outputs: string[];
  readonly along: string[];
  readonly size: number;
  fixed: Cut['fixed'];
}

/** Cuts in the order of their first layer; that of the network's inputs comes first. */
export function cutsOf(network: CheckedNetwork): readonly Cut[] {
  const tracer = new Tracer();
  const values = new Map<string, Value>([['input', [tracer.open(null, network.inputShape.at(-1) ?? 1)]]]);
  for (const layer of network.layers) {
    values.set(
      layer.path,
      tracer.follow(
        layer,
        layer.inputs.map((path) => values.get(path)!),
      ),
    );
  }
  for (const cut of values.get(network.output) ?? []) tracer.fix(cut, 'feeds the likelihood');
  return tracer.cuts();
}

/** A value is the cuts whose channels stand side by side in it. */
type Value = readonly Open[];

class Tracer {
  private readonly all: Open[] = [];
  /** A cut that was joined to another one. */
  private readonly joined = new Map<Open, Open>();

  open(output: string | null, size: number): Open {
    const cut: Open = { outputs: output === null ? [] : [output], along: [], size, fixed: null };
    this.all.push(cut);
    return cut;
  }

  fix(cut: Open, reason: NonNullable<Cut['fixed']>): void {
    this.rootOf(cut).fixed ??= reason;
  }

  cuts(): readonly Cut[] {
    return this.all.filter((cut) => !this.joined.has(cut)).map((cut) => ({ ...cut, along: [...new Set(cut.along)] }));
  }

  follow(layer: CheckedLayer, inputs: readonly Value[]): Value {
    const [first = [], ...others] = inputs;
    switch (layers.get(layer.kind)?.channels) {
      case 'own':
        this.takeAlong(inputs, `${layer.path}.input`);
        return [this.open(`${layer.path}.${nounOf(layer)}`, layer.outputShape.at(-1) ?? 1)];
      case 'joined':
        for (const other of others) this.join(first, other);
        return first;
      case 'stacked':
        return inputs.flat();
      case 'rearranged':
        for (const cut of inputs.flat()) this.fix(cut, 'cannot be followed through a reshape');
        return inputs.flat();
      default:
        if (layer.parameters.length > 0) this.takeAlong(inputs, `${layer.path}.channel`);
        return first;
    }
  }

  private takeAlong(inputs: readonly Value[], what: string): void {
    for (const cut of inputs.flat()) this.rootOf(cut).along.push(what);
  }

  /** Channel by channel; where the cuts of the two values do not lie alike, none of them can go. */
  private join(a: Value, b: Value): void {
    const alike = a.length === b.length && a.every((cut, i) => cut.size === b[i]!.size);
    if (alike) for (const [i, cut] of b.entries()) this.unite(a[i]!, cut);
    else for (const cut of [...a, ...b]) this.fix(cut, 'cannot be matched one by one');
  }

  /** Into the one that was opened first. */
  private unite(a: Open, b: Open): void {
    const order = (cut: Open) => this.all.indexOf(cut);
    const [into, from] = [this.rootOf(a), this.rootOf(b)].sort((x, y) => order(x) - order(y)) as [Open, Open];
    if (into === from) return;
    into.outputs.push(...from.outputs);
    into.along.push(...from.along);
    into.fixed ??= from.fixed;
    this.joined.set(from, into);
  }

  private rootOf(cut: Open): Open {
    const into = this.joined.get(cut);
    return into === undefined ? cut : this.rootOf(into);
  }
}

/** Rows of numbers have units, images and sequences have filters. */
function nounOf(layer: CheckedLayer): 'unit' | 'filter' {
  return layer.outputShape.length === 1 ? 'unit' : 'filter';
}
