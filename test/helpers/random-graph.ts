/** Random graphs for property tests: a list of choices is read as instructions, so that fast-check can shrink it. */
import * as fc from 'fast-check';
import { f32, type Shape, sizeOf } from '../../src/base/host-array.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { broadcastShapes } from '../../src/graph/ops/broadcasting.ts';

/** Which instruction, on which values of the pool, and one more choice. */
export type Choice = readonly [number, number, number, number];

export interface Recipe {
  readonly shapes: readonly Shape[];
  readonly choices: readonly Choice[];
}

const small = fc.nat({ max: 1000 });

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  shapes: fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  choices: fc.array(fc.tuple(small, small, small, small), { minLength: 1, maxLength: 14 }),
});

/** Adds a value, or gives null when the instruction does not fit the shapes. */
type Instruction = (b: GraphBuilder, x: Ref, y: Ref, n: number) => Ref | null;

function broadcasts(x: Ref, y: Ref): boolean {
  try {
    return sizeOf(broadcastShapes(x.type.shape, y.type.shape)) <= 200;
  } catch {
    return false;
  }
}

const pair =
  (f: (b: GraphBuilder, x: Ref, y: Ref) => Ref): Instruction =>
  (b, x, y) =>
    broadcasts(x, y) ? f(b, x, y) : null;

const axisOf = (x: Ref, n: number) => n % x.type.shape.length;
const hasAxes = (x: Ref, count = 1) => x.type.shape.length >= count;

function product(b: GraphBuilder, x: Ref, y: Ref, n: number): Ref | null {
  if (x.type.shape.length !== y.type.shape.length || !hasAxes(x, 2)) return null;
  const options = { transposeA: (n & 1) === 1, transposeB: (n & 2) === 2 };
  const inner = x.type.shape.at(options.transposeA ? -2 : -1);
  const lead = (r: Ref) => r.type.shape.slice(0, -2).join();
  if (inner !== y.type.shape.at(options.transposeB ? -1 : -2) || lead(x) !== lead(y)) return null;
  // Bounded, so that long chains of products stay of size about 1.
  return b.tanh(b.matmul(x, y, options));
}

/** Any value as an image of one row of the batch, its last axis as channels. */
function asImage(b: GraphBuilder, x: Ref): Ref {
  const [channels, width] = [x.type.shape.at(-1) ?? 1, x.type.shape.at(-2) ?? 1];
  return b.reshape(x, [1, sizeOf(x.type.shape) / (channels * width), width, channels]);
}

/** Of the stride, the padding and the groups, a choice that fits. */
function windowsOf(x: Ref, n: number) {
  const before = n % 2;
  return {
    window: [1 + (n % Math.min(2, x.type.shape[1]!)), 1 + before] as const,
    strides: [1 + ((n >> 1) % 2), 1] as const,
    padding: [
      [0, (n >> 2) % 2],
      [before, 0],
    ] as const,
  };
}

function convolved(b: GraphBuilder, x: Ref, y: Ref, n: number): Ref | null {
  const image = asImage(b, x);
  const channels = image.type.shape[3]!;
  const { window, strides, padding } = windowsOf(image, n);
  const shape = [...window, 1, 2 * channels];
  if (sizeOf(y.type.shape) > sizeOf(shape) || sizeOf(shape) % sizeOf(y.type.shape) !== 0) return null;
  const flat = b.reshape(y, [sizeOf(y.type.shape), 1]);
  const filter = b.reshape(b.broadcast(flat, [sizeOf(y.type.shape), sizeOf(shape) / sizeOf(y.type.shape)]), shape);
  return b.tanh(b.conv2d(image, filter, { strides, padding, groups: channels }));
}

function meanPooled(b: GraphBuilder, x: Ref, _: Ref, n: number): Ref | null {
  const image = asImage(b, x);
  const options = windowsOf(image, n);
  return paddedLess(options) ? b.avgPool(image, options) : null;
}

function maxPooled(b: GraphBuilder, x: Ref, _: Ref, n: number): Ref | null {
  const image = asImage(b, x);
  const options = windowsOf(image, n);
  return paddedLess(options) ? b.maxPool(n % 3 === 0 ? b.relu(image) : image, options) : null;
}

/** Pools may not be padded by a whole window. */
function paddedLess({ window, padding }: ReturnType<typeof windowsOf>): boolean {
  return padding.every((pair, axis) => pair.every((n) => n < window[axis]!));
}

function rotated(x: Ref, n: number): number[] {
  const rank = x.type.shape.length;
  return x.type.shape.map((_, i) => (i + n) % rank);
}

/** Infinitely often differentiable, with values and derivatives of size about 1. */
export const smoothInstructions: readonly Instruction[] = [
  pair((b, x, y) => b.add(x, y)),
  pair((b, x, y) => b.sub(x, y)),
  pair((b, x, y) => b.tanh(b.mul(x, y))),
  pair((b, x, y) => b.div(b.tanh(x), b.add(1, b.softplus(y)))),
  pair((b, x, y) => b.pow(b.add(0.5, b.sigmoid(x)), b.tanh(y))),
  (b, x) => b.sigmoid(x),
  (b, x) => b.softplus(x),
  (b, x) => b.neg(x),
  (b, x) => b.exp(b.tanh(x)),
  (b, x) => b.log(b.add(0.5, b.sigmoid(x))),
  (b, x) => b.log1p(b.sigmoid(x)),
  (b, x) => b.sqrt(b.add(1, b.square(b.tanh(x)))),
  (b, x) => b.reciprocal(b.add(1, b.sigmoid(x))),
  (b, x) => b.lgamma(b.add(1, b.sigmoid(x))),
  product,
  (b, x, _, n) => (hasAxes(x) ? b.mean(x, [axisOf(x, n)], n % 2 === 0) : null),
  (b, x) => b.tanh(b.sum(x)),
  (b, x, _, n) => (hasAxes(x) ? b.logSumExp(x, axisOf(x, n), n % 2 === 0) : null),
  (b, x) => (hasAxes(x) ? b.tanh(b.logSoftmax(x)) : null),
  (b, x, _, n) => (hasAxes(x) ? b.transpose(x, rotated(x, n)) : null),
  (b, x) => b.reshape(x, [sizeOf(x.type.shape)]),
  (b, x, y) => (broadcasts(x, y) ? b.broadcast(x, broadcastShapes(x.type.shape, y.type.shape)) : null),
  (b, x, _, n) => (hasAxes(x) ? b.concat([x, b.neg(x)], axisOf(x, n)) : null),
  (b, x, _, n) => {
    if (!hasAxes(x)) return null;
    const axis = axisOf(x, n);
    const size = x.type.shape.map((m, i) => (i === axis ? 1 : m));
    return b.slice(
      x,
      x.type.shape.map((m, i) => (i === axis ? n % m : 0)),
      size,
    );
  },
];

/** Convolutions and means over windows; apart, since their values must be reshaped to images. */
export const windowInstructions: readonly Instruction[] = [convolved, meanPooled];

/** Ops with kinks and jumps, and those between types. */
const otherInstructions: readonly Instruction[] = [
  pair((b, x, y) => b.max(x, y)),
  pair((b, x, y) => b.min(x, y)),
  pair((b, x, y) => b.select(b.greater(x, y), x, 0)),
  pair((b, x, y) => b.cast(b.or(b.lessEqual(x, y), b.not(b.equal(x, y))), 'f32')),
  pair((b, x, y) => b.cast(b.and(b.greaterEqual(x, y), b.less(x, 1)), 'f32')),
  (b, x) => b.relu(x),
  (b, x) => b.abs(x),
  (b, x) => b.sign(x),
  (b, x) => b.step(x),
  (b, x) => b.floor(x),
  (b, x, _, n) => (hasAxes(x) ? b.reduceMax(x, [axisOf(x, n)], n % 2 === 0) : null),
  (b, x) => (sizeOf(x.type.shape) <= 60 ? b.oneHot(b.cast(x, 'i32'), 2) : null),
  maxPooled,
  (b, x) => b.mul(x, 1),
  (b, x) => b.add(b.mul(0, x), 2),
];

export const allInstructions: readonly Instruction[] = [
  ...smoothInstructions,
  ...windowInstructions,
  ...otherInstructions,
];

/** Runs the choices over a pool that begins with the inputs; gives every value that was made, inputs first. */
export function follow(
  b: GraphBuilder,
  inputs: readonly Ref[],
  choices: readonly Choice[],
  instructions: readonly Instruction[],
): readonly Ref[] {
  const pool = [...inputs];
  for (const [which, i, j, n] of choices) {
    const instruction = instructions[which % instructions.length]!;
    const made = instruction(b, pool[i % pool.length]!, pool[j % pool.length]!, n);
    if (made !== null && sizeOf(made.type.shape) <= 400 && made.type.shape.length <= 4) pool.push(made);
  }
  return pool;
}

export const typesOf = (recipe: Recipe) => recipe.shapes.map((shape) => f32(shape));
