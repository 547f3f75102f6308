/** The four workloads: their program, how the peers run them best, and the matrix products that one step cannot do without. */

/** `count` products of [m, k] with [k, n]. */
export interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly count: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly program: string;
  readonly data: 'mnist' | 'cifar';
  /** Framework -> its forms (see peers/). */
  readonly peers: Readonly<Record<string, readonly string[]>>;
  readonly products: readonly Product[];
}

export const BATCH = 128;
const PARTICLES = 20;

/** A layer as products: forward, gradient by the weights and, but for the first layer, by its input; `draws` of each. */
export function layer(rows: number, inputs: number, outputs: number, draws: number, first = false): Product[] {
  const forward = { m: rows, k: inputs, n: outputs, count: draws };
  const byWeights = { m: inputs, k: rows, n: outputs, count: draws };
  const byInput = { m: rows, k: outputs, n: inputs, count: draws };
  return first ? [forward, byWeights] : [forward, byWeights, byInput];
}

/** Local reparameterisation multiplies twice: means by means, variances by variances. */
const LOCAL = 2;

const w1 = [layer(BATCH, 784, 300, LOCAL, true), layer(BATCH, 300, 100, LOCAL), layer(BATCH, 100, 10, LOCAL)];

const w2 = [
  layer(BATCH * 24 * 24, 25, 20, LOCAL, true),
  layer(BATCH * 8 * 8, 25 * 20, 50, LOCAL),
  layer(BATCH, 800, 500, LOCAL),
  layer(BATCH, 500, 10, LOCAL),
];

const PARAMETERS = 784 * 100 + 100 + 100 * 10 + 10;
const w3 = [
  layer(BATCH, 784, PARTICLES * 100, 1, true),
  layer(BATCH, 100, 10, PARTICLES),
  [
    { m: PARTICLES, k: PARAMETERS, n: PARTICLES, count: 1 },
    { m: PARTICLES, k: PARTICLES, n: PARAMETERS, count: 1 },
  ],
];

/** ResNet-20: three stages of three blocks; the first block of the second and third stage halves the image and projects. */
function resnet20(): Product[][] {
  const layers = [layer(BATCH * 32 * 32, 27, 16, 1, true)];
  let inputs = 16;
  for (const [width, side] of [
    [16, 32],
    [32, 16],
    [64, 8],
  ] as const) {
    const rows = BATCH * side * side;
    if (inputs !== width) layers.push(layer(rows, inputs, width, 1));
    layers.push(layer(rows, 9 * inputs, width, 1));
    for (let i = 0; i < 5; i++) layers.push(layer(rows, 9 * width, width, 1));
    inputs = width;
  }
  return [...layers, layer(BATCH, 64, 10, 1)];
}

const BOTH = { torch: ['eager', 'compile'], jax: ['step', 'scan'] };

export const workloads: readonly Workload[] = [
  {
    name: 'w1',
    title: 'LeNet-300-100, sparse variational dropout',
    program: 'w1-lenet300.bprune',
    data: 'mnist',
    peers: BOTH,
    products: w1.flat(),
  },
  {
    name: 'w2',
    title: 'LeNet-5, sparse variational dropout',
    program: 'w2-lenet5.bprune',
    data: 'mnist',
    peers: BOTH,
    products: w2.flat(),
  },
  {
    name: 'w3',
    title: 'SVGD, 20 particles of 784-100-10',
    program: 'w3-svgd.bprune',
    data: 'mnist',
    peers: BOTH,
    products: w3.flat(),
  },
  {
    name: 'w4',
    title: 'ResNet-20, mean-field Normal guide',
    program: 'w4-resnet20.bprune',
    data: 'cifar',
    peers: { torch: ['eager', 'compile'], jax: ['step'] },
    products: resnet20().flat(),
  },
];

/** Floating-point operations of the products of a step: two for a multiplication and an addition. */
export function operations(products: readonly Product[]): number {
  return products.reduce((sum, { m, k, n, count }) => sum + 2 * m * k * n * count, 0);
}
