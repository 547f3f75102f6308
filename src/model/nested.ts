/**
 * Masks whose 1s come first, of units in consecutive blocks: `Ordered` latents of a plate. Whether the next block is open too, given that
 * this one is, is a variable of 0 and 1 by itself, and a mask is the running product of these (stick breaking).
 */
import { type Shape, sizeOf } from '../base/host-array.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

/** As even as can be: the first ones are larger by one where `blocks` does not divide `units` (NumPy's `array_split`). */
export function blockSizes(units: number, blocks: number): readonly number[] {
  const [least, larger] = [Math.floor(units / blocks), units % blocks];
  return Array.from({ length: blocks }, (_, i) => (i < larger ? least + 1 : least));
}

/** The block of each unit, from 0. */
export function blockOfUnits(units: number, blocks: number): readonly number[] {
  return blockSizes(units, blocks).flatMap((size, i) => new Array<number>(size).fill(i));
}

/** A mask in a graph, from the log odds `[blocks - 1]` of the steps to the next block. */
export interface NestedMask {
  /** `[..., ...shape]` from how open each next block is, given this one: `[..., blocks - 1]`. */
  opened(steps: Ref): Ref;
  /** `[blocks]`: the logarithms of the probabilities to be the last open one. */
  logLast(): Ref;
  /** The mask whose last open block has the 1 of `[blocks]`. */
  endingAt(last: Ref): Ref;
}

export function nestedMask(b: GraphBuilder, logits: Ref, shape: Shape): NestedMask {
  const steps = logits.type.shape[0]!;
  return {
    opened: (open) => spreadOverBlocks(b, runningProducts(b, open), shape),
    logLast() {
      const come = running(b, b.neg(b.softplus(b.neg(logits))), 0, (x, y) => b.add(x, y));
      const stop = b.concat([b.neg(b.softplus(logits)), b.full([1], 0)], 0);
      return b.add(come, stop);
    },
    endingAt(last) {
      const before = running(b, b.slice(last, [0], [steps]), 0, (x, y) => b.add(x, y));
      // Two blocks that tie for the last one are open up to the first of them.
      return spreadOverBlocks(b, b.max(b.sub(1, before), 0), shape);
    },
  };
}

/** `[..., n - 1]` of how open each next block is, given this one, to `[..., n]` of how open each is: the first one is. */
export function runningProducts(b: GraphBuilder, steps: Ref): Ref {
  return running(b, steps, 1, (x, y) => b.mul(x, y));
}

/** What comes of all numbers before each place, `[..., n - 1]` to `[..., n]`, in log2 n rounds (Hillis & Steele 1986). */
function running(b: GraphBuilder, x: Ref, neutral: number, combine: (x: Ref, y: Ref) => Ref): Ref {
  const before = x.type.shape.slice(0, -1);
  const axis = before.length;
  const length = x.type.shape[axis]! + 1;
  const start = (count: number) => b.full([...before, count], neutral);
  let done = b.concat([start(1), x], axis);
  for (let reach = 1; reach < length; reach *= 2) {
    const earlier = b.slice(
      done,
      x.type.shape.map(() => 0),
      [...before, length - reach],
    );
    done = combine(done, b.concat([start(reach), earlier], axis));
  }
  return done;
}

/** `[..., blocks]` to `[..., ...shape]`: each unit has the number of its block. */
export function spreadOverBlocks(b: GraphBuilder, values: Ref, shape: Shape): Ref {
  const before = values.type.shape.slice(0, -1);
  const blocks = values.type.shape.at(-1)!;
  const runs = evenRuns(sizeOf(shape), blocks).map(({ first, count, size }) => {
    const part = b.slice(values, [...before.map(() => 0), first], [...before, count]);
    const wide = b.broadcast(b.reshape(part, [...before, count, 1]), [...before, count, size]);
    return b.reshape(wide, [...before, count * size]);
  });
  const whole = runs.length === 1 ? runs[0]! : b.concat(runs, before.length);
  return b.reshape(whole, [...before, ...shape]);
}

/** The number of the first unit of each block, `[blocks]`. */
export function firstOfBlocks(b: GraphBuilder, mask: Ref, blocks: number): Ref {
  const units = sizeOf(mask.type.shape);
  const flat = b.reshape(mask, [units]);
  const runs = evenRuns(units, blocks).map(({ unit, count, size }) => {
    const rows = b.reshape(b.slice(flat, [unit], [count * size]), [count, size]);
    return b.reshape(b.slice(rows, [0, 0], [count, 1]), [count]);
  });
  return runs.length === 1 ? runs[0]! : b.concat(runs, 0);
}

interface Run {
  /** The first block and the first unit of it. */
  readonly first: number;
  readonly unit: number;
  readonly count: number;
  readonly size: number;
}

/** Blocks of one size that follow each other. */
function evenRuns(units: number, blocks: number): readonly Run[] {
  const sizes = blockSizes(units, blocks);
  const larger = units % blocks;
  const runs = [
    { first: 0, unit: 0, count: larger, size: sizes[0]! },
    { first: larger, unit: larger * sizes[0]!, count: blocks - larger, size: sizes.at(-1)! },
  ];
  return runs.filter(({ count }) => count > 0);
}

/** The probability that each block but the last is open, `[n - 1]`, from the log odds `[n - 1]` of the steps to the next. */
export function reached(b: GraphBuilder, logits: Ref): Ref {
  const open = runningProducts(b, b.sigmoid(logits));
  return b.slice(open, [0], [logits.type.shape[0]!]);
}

/** In nats: that of each step, as often as it is taken. */
export function nestedEntropy(b: GraphBuilder, logits: Ref): Ref {
  const own = b.sub(b.softplus(logits), b.mul(logits, b.sigmoid(logits)));
  return b.sum(b.mul(reached(b, logits), own));
}
