/**
 * Channels last or first. The graph is channels-last (`[N, H, W, C]`), ONNX Runtime's convolutions are channels-first. Each
 * value is emitted in the order in which its operands lie; the other order is made when somebody asks for it, once.
 */
import { invariant } from '../../base/diagnostic.ts';
import { type Shape, sizeOf } from '../../base/host-array.ts';
import type { Order } from '../block.ts';
import type { Nodes } from './nodes.ts';

/** Axes of `[N, H, W, C]` in the order N, C, H, W. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
const TO_CHANNELS_LAST = [0, 2, 3, 1] as const;

export function channelsFirst(shape: Shape): Shape {
  return TO_CHANNELS_FIRST.map((axis) => shape[axis]!);
}

/** The place of a channels-last axis among channels-first ones. */
export function movedAxis(axis: number): number {
  return TO_CHANNELS_FIRST.indexOf(axis as 0 | 1 | 2 | 3);
}

/** How a value comes to be: it lies in an order already, or is made in the first order that is asked for, or in each. */
export type Making =
  | { readonly kind: 'lies'; readonly order: Order; readonly name: string }
  | { readonly kind: 'made-once'; readonly make: (order: Order) => string }
  | { readonly kind: 'made-in-each'; readonly make: (order: Order) => string };

/** A value of the graph in the orders of axes in which it exists so far. */
export class Laid {
  readonly #names: { [O in Order]?: string } = {};
  readonly #permuted = new Map<string, string>();
  readonly #shape: Shape;
  readonly #making: Making;

  constructor(shape: Shape, making: Making) {
    this.#shape = shape;
    this.#making = making;
    if (making.kind === 'lies') this.#names[making.order] = making.name;
  }

  /** True when the other order would have to be made. */
  get isChannelsFirst(): boolean {
    return this.#names['channels-first'] !== undefined && this.#names.given === undefined;
  }

  given(nodes: Nodes): string {
    return this.#in('given', nodes, TO_CHANNELS_LAST, this.#shape);
  }

  /** Channels-first; a value of lower rank gets the axes that it needs to be stretched beside one of rank 4. */
  channelsFirst(nodes: Nodes): string {
    const rank = this.#shape.length;
    if (rank === 4) return this.#in('channels-first', nodes, TO_CHANNELS_FIRST, channelsFirst(this.#shape));
    if (rank === 0) return this.given(nodes);
    const known = this.#names['channels-first'];
    if (known !== undefined) return known;
    const whole = [...Array.from({ length: 4 - rank }, () => 1), ...this.#shape];
    const turned = channelsFirst(whole);
    const flat = movesNothing(whole, TO_CHANNELS_FIRST);
    const name = flat
      ? nodes.add('Reshape', [this.given(nodes), nodes.wholes(turned)])
      : nodes.add('Transpose', [nodes.add('Reshape', [this.given(nodes), nodes.wholes(whole)])], {
          perm: TO_CHANNELS_FIRST,
        });
    this.#names['channels-first'] = name;
    return name;
  }

  /** The axes as given, in another order. */
  permuted(nodes: Nodes, perm: readonly number[]): string {
    const key = perm.join();
    const known = this.#permuted.get(key) ?? nodes.add('Transpose', [this.given(nodes)], { perm });
    this.#permuted.set(key, known);
    return known;
  }

  #in(order: Order, nodes: Nodes, perm: readonly number[], shape: Shape): string {
    const known = this.#names[order];
    if (known !== undefined) return known;
    const name = this.#made(order) ?? this.#turned(order, nodes, perm, shape);
    this.#names[order] = name;
    return name;
  }

  #made(order: Order): string | null {
    const making = this.#making;
    if (making.kind === 'lies') return null;
    const isFirst = this.#names.given === undefined && this.#names['channels-first'] === undefined;
    return isFirst || making.kind === 'made-in-each' ? making.make(order) : null;
  }

  #turned(order: Order, nodes: Nodes, perm: readonly number[], shape: Shape): string {
    const other = this.#names[order === 'given' ? 'channels-first' : 'given'];
    invariant(other !== undefined, 'a value without a name in any order');
    const from = order === 'given' ? channelsFirst(this.#shape) : this.#shape;
    return movesNothing(from, perm)
      ? nodes.add('Reshape', [other, nodes.wholes(shape)])
      : nodes.add('Transpose', [other], { perm });
  }
}

/** Only axes of length 1 change place: the numbers stay where they are. */
function movesNothing(shape: Shape, perm: readonly number[]): boolean {
  const real = perm.filter((axis) => shape[axis] !== 1);
  return sizeOf(shape) === 0 || real.every((axis, i) => i === 0 || axis > real[i - 1]!);
}
