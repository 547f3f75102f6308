/**
 * The median heuristic: h = med^2 / log(P + 1), with med the median distance of two particles, so that a particle's pulls
 * from all others together weigh about as much as its own score (Liu & Wang 2016, section 5; P + 1 as in their code, where a
 * single particle must not divide by log 1).
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';

/** Of squared distances `[P, P]`, 0 on the diagonal. 1 where all particles are one point, since any number does there. */
export function medianBandwidth(b: GraphBuilder, squaredDistances: Ref): Ref {
  const [particles] = squaredDistances.type.shape;
  const h = b.mul(medianOfPairs(b, squaredDistances), 1 / Math.log(particles! + 1));
  return b.add(h, b.sub(1, b.step(h)));
}

/** Thresholds that one round tries, and rounds: the interval that holds the median shrinks to 1 / 64^3 of the largest distance. */
const THRESHOLDS = 64;
const ROUNDS = 3;

/**
 * The median over pairs of particles, the lower one of two: the smallest distance that half of the pairs do not exceed.
 * There is no sort, and comparing all pairs with all pairs would take P^4 steps; so thresholds are compared with all of them,
 * again and again between two neighbours. The last interval is narrow enough to hold a single distance, which is the result.
 */
export function medianOfPairs(b: GraphBuilder, squaredDistances: Ref): Ref {
  const [particles] = squaredDistances.type.shape;
  const pairs = (particles! * (particles! - 1)) / 2;
  const all = b.reshape(squaredDistances, [1, particles! ** 2]);
  const grid = b.reshape(b.add(counting(b, THRESHOLDS), 1), [THRESHOLDS, 1]);
  let width = b.reduceMax(squaredDistances);
  let low: Ref = b.constant(0);
  for (let round = 0; round < ROUNDS; round++) {
    width = b.mul(width, 1 / THRESHOLDS);
    const thresholds = b.add(b.mul(grid, width), low);
    const above = b.sum(b.step(b.sub(all, thresholds)), [1]);
    // Each pair stands twice in the matrix, the diagonal is never above: more than `pairs` entries above is more than half.
    const tooLow = b.sum(b.step(b.sub(above, pairs)));
    low = b.add(low, b.mul(width, tooLow));
  }
  const inside = b.sub(1, b.step(b.sub(squaredDistances, b.add(low, width))));
  return b.reduceMax(b.mul(squaredDistances, inside));
}

/** 0, 1, ..., n - 1. */
export function counting(b: GraphBuilder, n: number): Ref {
  let numbers = b.full([1], 0);
  while (numbers.type.shape[0]! < n) numbers = b.concat([numbers, b.add(numbers, numbers.type.shape[0]!)], 0);
  return b.slice(numbers, [0], [n]);
}
