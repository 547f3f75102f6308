/**
 * Integrals of densities given by their logarithm. The support is mapped to a piece of the real line on which the integrand falls
 * off doubly exponentially (Takahasi & Mori 1974), so that heavy tails and poles at the ends do no harm; there, halves are halved
 * again wherever Gauss's rule of 7 nodes and Kronrod's of 15 disagree (Piessens et al. 1983, QUADPACK's QAG).
 */

export type Integral =
  | { readonly kind: 'finite'; readonly value: number; readonly error: number }
  | { readonly kind: 'infinite' }
  /** The two rules did not come to agree. */
  | { readonly kind: 'not_found' }
  /** The logarithm is not a number somewhere within the support. */
  | { readonly kind: 'undefined'; readonly at: number };

/** A half-line or an interval as images of t: the place, and the logarithm of its slope. */
interface Piece {
  at(t: number): { readonly x: number; readonly logSlope: number };
}

/** Up to here u = sinh(t) pi / 2 stays below 640, and exp(u) below the largest number. */
const REACH = 6.7;
/** Of the integrand at the ends of the reach, beside its maximum: below, what lies further out is of no matter. */
const NEGLIGIBLE = 1e-13;
const GOAL = 1e-10;
const FIRST_PARTS = 12;
/** Halvings of the distance to the peak. */
const CLOSER = 24;
const SCAN = 400;
const SECTIONS = 60;
const GOLDEN = 0.5 * (Math.sqrt(5) - 1);
const MOST_PARTS = 3000;
/** Further out than this, a logarithm that is not a number is an overflow of the formula and not a hole in it. */
const ORDINARY = 1e6;

const doubly = (t: number) => ({ u: 0.5 * Math.PI * Math.sinh(t), logSlope: Math.log(0.5 * Math.PI * Math.cosh(t)) });

/** The number next to `end`: where the map has no more digits, the end itself is not part of the support. */
const beside = (end: number, direction: 1 | -1) =>
  end + direction * Math.max(Math.abs(end) * 2 ** -52, Number.MIN_VALUE);

/** From `end` away to infinity, `direction` 1 or -1: x = end +- exp(u). */
function halfLine(end: number, direction: 1 | -1): Piece {
  return {
    at(t) {
      const { u, logSlope } = doubly(t);
      const x = end + direction * Math.exp(u);
      return { x: x === end ? beside(end, direction) : x, logSlope: logSlope + u };
    },
  };
}

/** x = low + (high - low) / (1 + exp(-u)); from the end that is nearer, so that poles there keep their digits. */
function between(low: number, high: number): Piece {
  const width = high - low;
  return {
    at(t) {
      const { u, logSlope } = doubly(t);
      const share = 1 / (1 + Math.exp(Math.abs(u)));
      const x = u < 0 ? low + width * share : high - width * share;
      return {
        x: Math.min(Math.max(x, beside(low, 1)), beside(high, -1)),
        logSlope: logSlope + Math.log(width) + Math.log(share) + Math.log1p(-share),
      };
    },
  };
}

/** The real line falls into two halves at 0, where densities of weights have their peaks and poles. */
function piecesOf(low: number, high: number): readonly Piece[] {
  if (Number.isFinite(low)) return [Number.isFinite(high) ? between(low, high) : halfLine(low, 1)];
  return Number.isFinite(high) ? [halfLine(high, -1)] : [halfLine(0, -1), halfLine(0, 1)];
}

/** The integral of exp(log(x)) times `factor(x)`, which is between 0 and 1, from `low` to `high`, either of which may be infinite. */
export function integrateDensity(
  log: (x: number) => number,
  low: number,
  high: number,
  factor: (x: number) => number = () => 1,
): Integral {
  let total: Integral = { kind: 'finite', value: 0, error: 0 };
  for (const piece of piecesOf(low, high)) {
    const part = integratePiece(piece, log, factor);
    if (part.kind !== 'finite') return part;
    total = { kind: 'finite', value: total.value + part.value, error: total.error + part.error };
  }
  return total;
}

function integratePiece(piece: Piece, log: (x: number) => number, factor: (x: number) => number): Integral {
  const holes: { readonly x: number; readonly t: number }[] = [];
  const logAt = (t: number): number => {
    const { x, logSlope } = piece.at(t);
    const value = log(x) + logSlope;
    if (!Number.isNaN(value)) return value;
    if (Math.abs(x) < ORDINARY) holes.push({ x, t });
    return Number.NEGATIVE_INFINITY;
  };
  const integrand = (t: number): number => {
    const value = Math.exp(logAt(t));
    return value === 0 ? 0 : value * factor(piece.at(t).x);
  };
  const ends = Math.max(integrand(-REACH), integrand(REACH));
  const found = adaptively(integrand, partsAround(peakOf(logAt)));
  const [hole] = holes.sort((a, b) => Math.abs(a.t) - Math.abs(b.t));
  if (hole !== undefined) return { kind: 'undefined', at: hole.x };
  const { value, error, largest } = found;
  if (ends > NEGLIGIBLE * largest) return { kind: ends > 0.5 * largest ? 'infinite' : 'not_found' };
  if (!Number.isFinite(value)) return { kind: 'infinite' };
  return error <= 1e3 * GOAL * Math.max(value, GOAL) ? { kind: 'finite', value, error } : { kind: 'not_found' };
}

/** Where the integrand is largest: the best of a row of places, and golden sections beside it, which climb even where it is 0 in float64. */
function peakOf(logAt: (t: number) => number): number {
  const step = (2 * REACH) / SCAN;
  let best = -REACH;
  for (let t = -REACH; t <= REACH; t += step) if (logAt(t) > logAt(best)) best = t;
  let [from, to] = [best - step, best + step];
  for (let i = 0; i < SECTIONS; i++) {
    const [left, right] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
    if (logAt(left) > logAt(right)) to = right;
    else from = left;
  }
  return 0.5 * (from + to);
}

/** Ends of parts: evenly, and closer and closer to the peak, so that no peak falls between the nodes. */
function partsAround(peak: number): readonly number[] {
  const even = Array.from({ length: FIRST_PARTS + 1 }, (_, i) => -REACH + (i * 2 * REACH) / FIRST_PARTS);
  const near = Array.from({ length: CLOSER }, (_, i) => 2 ** -(i + 1)).flatMap((d) => [peak - d, peak + d]);
  const inside = [...even, ...near].filter((t) => t > -REACH && t < REACH);
  return [...new Set([-REACH, ...inside, REACH])].sort((x, y) => x - y);
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly error: number;
}

/** Halves the part with the largest error until all errors together are small enough, or there are too many parts. */
function adaptively(
  f: (t: number) => number,
  ends: readonly number[],
): { value: number; error: number; largest: number } {
  let largest = 0;
  const seen = (t: number) => {
    const y = f(t);
    largest = Math.max(largest, y);
    return y;
  };
  const parts: Part[] = ends.slice(1).map((to, i) => kronrod(seen, ends[i]!, to));
  const sum = (of: 'value' | 'error') => parts.reduce((total, part) => total + part[of], 0);
  let [value, error] = [sum('value'), sum('error')];
  while (error > GOAL * value && parts.length < MOST_PARTS) {
    const worst = parts.reduce((most, part, i) => (part.error > parts[most]!.error ? i : most), 0);
    const { from, to } = parts[worst]!;
    const middle = 0.5 * (from + to);
    // Down to neighbouring numbers: a jump lies between them.
    if (middle <= from || middle >= to) break;
    parts.splice(worst, 1, kronrod(seen, from, middle), kronrod(seen, middle, to));
    [value, error] = [sum('value'), sum('error')];
  }
  return { value, error, largest };
}

/** Nodes of Kronrod's rule from the outermost to the middle, its weights, and Gauss's at every second node (QUADPACK, QK15). */
const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993943, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
];
const KRONROD = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const GAUSS = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

function kronrod(f: (t: number) => number, from: number, to: number): Part {
  const [middle, half] = [0.5 * (from + to), 0.5 * (to - from)];
  let [fine, coarse] = [0, 0];
  NODES.forEach((node, i) => {
    const y = node === 0 ? f(middle) : f(middle - half * node) + f(middle + half * node);
    fine += KRONROD[i]! * y;
    if (i % 2 === 1) coarse += GAUSS[(i - 1) / 2]! * y;
  });
  return { from, to, value: fine * half, error: Math.abs(fine - coarse) * half };
}
