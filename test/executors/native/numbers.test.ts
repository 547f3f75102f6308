/** The float32 functions of numbers.h against float64: how many units of the last place they are off, and their values at the edges. */
import { describe, expect, it } from 'vitest';
import { f32, realArray } from '../../../src/base/host-array.ts';
import { native } from '../../../src/executors/native/native.ts';
import { reference } from '../../../src/executors/reference/reference.ts';
import { GraphBuilder, type Ref } from '../../../src/graph/builder.ts';
import { type StepProgram, stepProgram } from '../../../src/graph/program.ts';
import { nativeInThread } from '../../helpers/single-precision.ts';

interface Tested {
  readonly name: string;
  readonly build: (b: GraphBuilder, x: Ref) => Ref;
  readonly from: number;
  readonly to: number;
  /** Units of the last place: what was found, and half of it more. */
  readonly ulp: number;
}

const tested: readonly Tested[] = [
  { name: 'exp', build: (b, x) => b.exp(x), from: -87, to: 88.7, ulp: 1.5 },
  { name: 'log', build: (b, x) => b.log(x), from: 1e-30, to: 3, ulp: 1.5 },
  { name: 'log1p', build: (b, x) => b.log1p(x), from: -0.9999, to: 3, ulp: 2 },
  { name: 'expm1', build: (b, x) => b.expm1(x), from: -20, to: 88, ulp: 2 },
  { name: 'sin', build: (b, x) => b.sin(x), from: -1000, to: 1000, ulp: 1 },
  { name: 'cos', build: (b, x) => b.cos(x), from: -1000, to: 1000, ulp: 1 },
  { name: 'tanh', build: (b, x) => b.tanh(x), from: -10, to: 10, ulp: 4 },
  { name: 'sigmoid', build: (b, x) => b.sigmoid(x), from: -80, to: 30, ulp: 4 },
  { name: 'softplus', build: (b, x) => b.softplus(x), from: -80, to: 30, ulp: 3 },
  { name: 'erf', build: (b, x) => b.erf(x), from: -4, to: 4, ulp: 4 },
];
const COUNT = 20_000;

/** At 0, infinities and NaN; where float64 gives an infinity or NaN, float32 must too. */
const edges = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1, -1, 100, -200];
const atEdges: Readonly<Record<string, (b: GraphBuilder, x: Ref) => Ref>> = {
  ...Object.fromEntries(tested.map(({ name, build }) => [name, build])),
  sqrt: (b, x) => b.sqrt(x),
  reciprocal: (b, x) => b.reciprocal(x),
  relu: (b, x) => b.relu(x),
  step: (b, x) => b.step(x),
  sign: (b, x) => b.sign(x),
  floor: (b, x) => b.floor(x),
  'max with 0.5': (b, x) => b.max(x, 0.5),
  'min with 0.5': (b, x) => b.min(b.broadcast(b.constant(0.5), [edges.length]), x),
  'power 2.5 of |x|': (b, x) => b.pow(b.abs(x), 2.5),
  'normal quantile': (b, x) => b.normalQuantile(x),
  'log normal cdf': (b, x) => b.logNormalCdf(x),
  'log gamma of |x|': (b, x) => b.lgamma(b.min(b.abs(x), 1000)),
};

/** One program with all functions, each of an input of its own. */
function programOf(functions: Readonly<Record<string, (b: GraphBuilder, x: Ref) => Ref>>, size: number): StepProgram {
  const b = new GraphBuilder();
  const names = Object.keys(functions);
  const type = f32([size]);
  for (const name of names) b.output(`info/${name}`, functions[name]!(b, b.input(`batch/${name}`, type)));
  const specs = names.map((name) => ({ name, type }));
  return stepProgram({ graph: b.finish(), batch: specs, info: specs });
}

async function values(executor: typeof native, program: StepProgram, points: (name: string) => Float32Array) {
  const session = await executor.open([]);
  const batch = Object.fromEntries(program.batch.map(({ name, type }) => [name, realArray(type.shape, points(name))]));
  const [info] = await session.run(await session.compile(program), [{ batch, noise: {}, scalars: {} }]);
  session.dispose();
  return info!;
}

/** The distance of two neighbours in float32 at the size of `x`. */
function unit(x: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(x))));
  return 2 ** (exponent - 23);
}

describe.skipIf((await native.unavailable()) !== null)('float32 functions of native', () => {
  it('are as near to float64 as they say', async () => {
    const program = programOf(Object.fromEntries(tested.map(({ name, build }) => [name, build])), COUNT);
    const points = (name: string) => {
      const { from, to } = tested.find((t) => t.name === name)!;
      return Float32Array.from({ length: COUNT }, (_, i) => from + ((to - from) * (i + 0.5)) / COUNT);
    };
    const [exact, found] = [await values(reference, program, points), await values(nativeInThread, program, points)];
    for (const { name, ulp } of tested) {
      const worst = Array.from(exact[name]!.data).reduce(
        (most, y, i) => Math.max(most, Math.abs(found[name]!.data[i]! - y) / unit(y)),
        0,
      );
      expect(worst, name).toBeLessThan(ulp);
      expect(worst, name).toBeGreaterThan(0);
    }
  });

  it('have the values of float64 at 0, at infinities and at NaN', async () => {
    const program = programOf(atEdges, edges.length);
    const points = () => Float32Array.from(edges);
    const [exact, found] = [await values(reference, program, points), await values(nativeInThread, program, points)];
    for (const name of Object.keys(atEdges)) {
      edges.forEach((x, i) => {
        const [y, z] = [Math.fround(exact[name]!.data[i]!), found[name]!.data[i]!];
        const at = `${name} at ${x}`;
        if (Number.isFinite(y)) expect(Math.abs(z - y), at).toBeLessThanOrEqual(4e-6 * Math.max(1, Math.abs(y)));
        else expect(z, at).toBe(y);
      });
    }
  });

  it('are waves also far from 0: near to float64 up to 1e8, and between -1 and 1 beyond', async () => {
    const far = [1e6, -3e6, 1e7, 9.9e7, 1e12, -1e30, 3e38];
    const program = programOf({ sin: (b, x) => b.sin(x), cos: (b, x) => b.cos(x) }, far.length);
    const points = () => Float32Array.from(far);
    const [exact, found] = [await values(reference, program, points), await values(nativeInThread, program, points)];
    for (const name of ['sin', 'cos']) {
      far.forEach((x, i) => {
        const z = found[name]!.data[i]!;
        if (Math.abs(x) < 1e8) expect(Math.abs(z - exact[name]!.data[i]!), `${name} at ${x}`).toBeLessThan(1e-6);
        else expect(Math.abs(z), `${name} at ${x}`).toBeLessThanOrEqual(1);
      });
    }
  });
});
