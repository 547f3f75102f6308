/** Cases of convolutions and pools: strides, padding, groups, odd sizes, windows that overlap or leave a rest. */
import { f32 } from '../../src/base/host-array.ts';
import type { Convolution, OpName, Pooling } from '../../src/graph/ir.ts';
import { windowCount } from '../../src/graph/ops/window.ts';
import { type Case, randomReal } from './evaluate.ts';
import type { OpCase } from './op-cases.ts';

type Four = readonly [number, number, number, number];

function real(op: OpName, name: string, shapes: readonly (readonly number[])[], build: Case['build']): OpCase {
  return {
    op,
    name: `${op}, ${name}`,
    inputs: shapes.map(f32),
    build,
    arrays: (next) => shapes.map((shape) => randomReal(shape, next, -1, 1)),
  };
}

const still = [
  [0, 0],
  [0, 0],
] as const;
const plain = { strides: [1, 1], padding: still } as const;

const convolutions: readonly (readonly [string, Four, Four, Convolution])[] = [
  ['one channel', [2, 5, 4, 1], [3, 2, 1, 2], { ...plain, groups: 1 }],
  ['1 x 1', [2, 3, 3, 3], [1, 1, 3, 2], { ...plain, groups: 1 }],
  ['strides', [1, 7, 6, 2], [3, 3, 2, 3], { ...plain, strides: [2, 3], groups: 1 }],
  [
    'padding that differs on each side',
    [1, 4, 5, 2],
    [3, 3, 2, 2],
    {
      strides: [1, 2],
      padding: [
        [1, 0],
        [2, 1],
      ],
      groups: 1,
    },
  ],
  [
    'padding wider than the filter',
    [1, 3, 3, 1],
    [2, 2, 1, 2],
    {
      ...plain,
      padding: [
        [3, 2],
        [0, 4],
      ],
      groups: 1,
    },
  ],
  ['strides that leave a rest', [2, 8, 6, 1], [3, 3, 1, 2], { ...plain, strides: [2, 2], groups: 1 }],
  [
    'a stride larger than the filter',
    [1, 6, 7, 2],
    [1, 2, 2, 2],
    {
      strides: [2, 3],
      padding: [
        [1, 1],
        [0, 0],
      ],
      groups: 1,
    },
  ],
  [
    'two groups',
    [2, 4, 4, 4],
    [2, 3, 2, 6],
    {
      ...plain,
      padding: [
        [0, 1],
        [1, 1],
      ],
      groups: 2,
    },
  ],
  ['a filter for each channel', [1, 4, 5, 3], [3, 3, 1, 3], { ...plain, strides: [1, 2], groups: 3 }],
];

const convolutionCases = convolutions.flatMap(([name, image, filter, options]): OpCase[] => {
  const { strides, padding } = options;
  const grid = ([0, 1] as const).map((i) => windowCount(image[i + 1]!, filter[i]!, strides[i], padding[i]));
  const result = [image[0], ...grid, filter[3]];
  return [
    real('conv2d', name, [image, filter], (b, [x, w]) => b.conv2d(x!, w!, options)),
    real('conv2d_input_gradient', name, [result, filter], (b, [g, w]) => b.conv2dInputGradient(g!, w!, image, options)),
    real('conv2d_filter_gradient', name, [image, result], (b, [x, g]) =>
      b.conv2dFilterGradient(x!, g!, filter, options),
    ),
  ];
});

const pools: readonly (readonly [string, Four, Pooling])[] = [
  ['side by side', [2, 4, 6, 2], { ...plain, window: [2, 2], strides: [2, 2] }],
  ['a rest at the end', [1, 5, 7, 3], { ...plain, window: [2, 3], strides: [2, 3] }],
  ['overlapping', [2, 5, 5, 2], { ...plain, window: [3, 2], strides: [2, 1] }],
  ['places between the windows', [1, 7, 5, 2], { ...plain, window: [2, 1], strides: [3, 2] }],
  [
    'padding',
    [1, 5, 4, 2],
    {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
  ],
  [
    'padding side by side',
    [1, 5, 6, 2],
    {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [1, 0],
        [1, 1],
      ],
    },
  ],
  ['the whole image', [2, 3, 4, 2], { ...plain, window: [3, 4], strides: [1, 1] }],
];

const poolingCases = pools.flatMap(([name, image, options]): OpCase[] => {
  const { window, strides, padding } = options;
  const grid = ([0, 1] as const).map((i) => windowCount(image[i + 1]!, window[i], strides[i], padding[i]));
  const result = [image[0], ...grid, image[3]];
  return [
    real('max_pool', name, [image], (b, [x]) => b.maxPool(x!, options)),
    real('max_pool_gradient', name, [image, result], (b, [x, g]) =>
      b.maxPoolGradient(x!, b.maxPool(x!, options), g!, options),
    ),
    real('avg_pool', name, [image], (b, [x]) => b.avgPool(x!, options)),
    real('avg_pool_gradient', name, [result], (b, [g]) => b.avgPoolGradient(g!, image, options)),
  ];
});

export const windowCases: readonly OpCase[] = [...convolutionCases, ...poolingCases];
