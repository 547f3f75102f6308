/** One or more cases for every op: what gradient checks and executor conformance walk over. */
import { f32, type HostArray, type TensorType } from '../../src/base/host-array.ts';
import type { OpName } from '../../src/graph/ir.ts';
import { type Case, randomReal } from './evaluate.ts';
import { windowCases } from './window-cases.ts';

export interface OpCase extends Case {
  readonly op: OpName;
  readonly name: string;
  arrays(next: () => number): readonly HostArray[];
}

const i32 = (shape: readonly number[]): TensorType => ({ dtype: 'i32', shape });

type Range = readonly [number, number];

function real(
  op: OpName,
  name: string,
  shapes: readonly (readonly number[])[],
  build: Case['build'],
  ranges: readonly Range[] = [],
): OpCase {
  return {
    op,
    name,
    inputs: shapes.map(f32),
    build,
    arrays: (next) => shapes.map((shape, i) => randomReal(shape, next, ...(ranges[i] ?? ranges[0] ?? [-2, 2]))),
  };
}

const positive: Range = [0.2, 3];
const matrix = [[3, 4]] as const;

const unaryCases: OpCase[] = [
  real('neg', 'neg', matrix, (b, [x]) => b.neg(x!)),
  real('abs', 'abs', matrix, (b, [x]) => b.abs(x!)),
  real('sign', 'sign', matrix, (b, [x]) => b.sign(x!)),
  real('exp', 'exp', matrix, (b, [x]) => b.exp(x!)),
  real('log', 'log', matrix, (b, [x]) => b.log(x!), [positive]),
  real('log1p', 'log1p', matrix, (b, [x]) => b.log1p(x!), [[-0.9, 3]]),
  real('sqrt', 'sqrt', matrix, (b, [x]) => b.sqrt(x!), [positive]),
  real('square', 'square', matrix, (b, [x]) => b.square(x!)),
  real('reciprocal', 'reciprocal', matrix, (b, [x]) => b.reciprocal(x!), [positive]),
  real('sigmoid', 'sigmoid', matrix, (b, [x]) => b.sigmoid(x!)),
  real('softplus', 'softplus', matrix, (b, [x]) => b.softplus(x!)),
  real('softplus', 'softplus of large values', matrix, (b, [x]) => b.softplus(x!), [[-80, 80]]),
  real('sin', 'sin', matrix, (b, [x]) => b.sin(x!), [[-9, 9]]),
  real('cos', 'cos', matrix, (b, [x]) => b.cos(x!), [[-9, 9]]),
  real('tanh', 'tanh', matrix, (b, [x]) => b.tanh(x!)),
  real('relu', 'relu', matrix, (b, [x]) => b.relu(x!)),
  real('step', 'step', matrix, (b, [x]) => b.step(x!)),
  real('floor', 'floor', matrix, (b, [x]) => b.floor(x!)),
  real('lgamma', 'lgamma', matrix, (b, [x]) => b.lgamma(x!), [[0.3, 12]]),
  real('digamma', 'digamma', matrix, (b, [x]) => b.digamma(x!), [[0.3, 12]]),
  real('expm1', 'expm1', matrix, (b, [x]) => b.expm1(x!)),
  real('expm1', 'expm1 near 0', matrix, (b, [x]) => b.mul(b.expm1(x!), 1e4), [[-1e-4, 1e-4]]),
  real('erf', 'erf', matrix, (b, [x]) => b.erf(x!)),
  real('log_normal_cdf', 'log_normal_cdf', matrix, (b, [x]) => b.logNormalCdf(x!)),
  real('log_normal_cdf', 'log_normal_cdf in its tail', matrix, (b, [x]) => b.logNormalCdf(x!), [[-9, -2]]),
  real('normal_quantile', 'normal_quantile', matrix, (b, [x]) => b.normalQuantile(x!), [[0.01, 0.99]]),
  real('normal_quantile', 'normal_quantile in its tail', matrix, (b, [x]) => b.normalQuantile(b.exp(x!)), [[-14, -5]]),
];

const pairs: readonly (readonly (readonly number[])[])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], [4]],
  [
    [3, 1],
    [1, 4],
  ],
  [[], [2, 3]],
];

const pairCases: OpCase[] = pairs.flatMap((shapes) => {
  const title = (op: string) => `${op} ${JSON.stringify(shapes)}`;
  return [
    real('add', title('add'), shapes, (b, [x, y]) => b.add(x!, y!)),
    real('sub', title('sub'), shapes, (b, [x, y]) => b.sub(x!, y!)),
    real('mul', title('mul'), shapes, (b, [x, y]) => b.mul(x!, y!)),
    real('div', title('div'), shapes, (b, [x, y]) => b.div(x!, y!), [[-2, 2], positive]),
    real('pow', title('pow'), shapes, (b, [x, y]) => b.pow(x!, y!), [positive, [-2, 2]]),
    real('max', title('max'), shapes, (b, [x, y]) => b.max(x!, y!)),
    real('min', title('min'), shapes, (b, [x, y]) => b.min(x!, y!)),
    real('greater', title('greater'), shapes, (b, [x, y]) => b.cast(b.greater(x!, y!), 'f32')),
    real('greater_equal', title('greater_equal'), shapes, (b, [x, y]) => b.cast(b.greaterEqual(x!, y!), 'f32')),
    real('less', title('less'), shapes, (b, [x, y]) => b.cast(b.less(x!, y!), 'f32')),
    real('less_equal', title('less_equal'), shapes, (b, [x, y]) => b.cast(b.lessEqual(x!, y!), 'f32')),
    real('equal', title('equal'), shapes, (b, [x, y]) => b.cast(b.equal(b.floor(x!), b.floor(y!)), 'f32')),
    real('select', title('select'), shapes, (b, [x, y]) => b.select(b.greater(x!, 0.1), x!, y!)),
  ];
});

const shapeCases: OpCase[] = [
  real('input', 'input', matrix, (_, [x]) => x!),
  real('constant', 'constant', matrix, (b, [x]) => b.add(x!, b.constant(0.5))),
  real('cast', 'cast to i32 and back', matrix, (b, [x]) => b.cast(b.cast(x!, 'i32'), 'f32')),
  real('and', 'and', [[3, 4], [4]], (b, [x, y]) => b.cast(b.and(b.greater(x!, 0), b.less(y!, 1)), 'f32')),
  real('or', 'or', [[3, 4], [4]], (b, [x, y]) => b.cast(b.or(b.greater(x!, 0), b.less(y!, 1)), 'f32')),
  real('not', 'not', matrix, (b, [x]) => b.cast(b.not(b.greater(x!, 0)), 'f32')),
  real('transpose', 'transpose', [[2, 3, 4]], (b, [x]) => b.transpose(x!, [2, 0, 1])),
  real('reshape', 'reshape', [[2, 3, 4]], (b, [x]) => b.reshape(x!, [4, 6])),
  real('broadcast', 'broadcast', [[3, 1]], (b, [x]) => b.broadcast(x!, [2, 3, 4])),
  real(
    'concat',
    'concat',
    [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    (b, parts) => b.concat(parts, 1),
  ),
  real('slice', 'slice', [[4, 5]], (b, [x]) => b.slice(x!, [1, 2], [2, 3])),
  {
    op: 'one_hot',
    name: 'one_hot',
    inputs: [i32([5]), f32([5, 4])],
    build: (b, [x, y]) => b.mul(b.oneHot(x!, 4), y!),
    arrays: (next) => [{ type: i32([5]), data: Int32Array.from([0, 3, 1, 2, 3]) }, randomReal([5, 4], next)],
  },
];

const flags = [false, true];
const linearCases: OpCase[] = [
  ...flags.flatMap((transposeA) =>
    flags.flatMap((transposeB) =>
      [[], [2]].map((lead) =>
        real(
          'matmul',
          `matmul ${transposeA} ${transposeB} ${lead.length}`,
          [
            [...lead, ...(transposeA ? [3, 2] : [2, 3])],
            [...lead, ...(transposeB ? [4, 3] : [3, 4])],
          ],
          (b, [x, y]) => b.matmul(x!, y!, { transposeA, transposeB }),
        ),
      ),
    ),
  ),
  ...[[0], [1], [0, 2], [0, 1, 2]].flatMap((axes) =>
    flags.flatMap((keep) => [
      real('sum', `sum ${axes} ${keep}`, [[2, 3, 4]], (b, [x]) => b.sum(x!, axes, keep)),
      real('reduce_max', `reduce_max ${axes} ${keep}`, [[2, 3, 4]], (b, [x]) => b.reduceMax(x!, axes, keep)),
    ]),
  ),
  real('log_softmax', 'log_softmax', matrix, (b, [x]) => b.logSoftmax(x!)),
  real('log_softmax', 'log_softmax of large values', matrix, (b, [x]) => b.logSoftmax(x!), [[-300, 300]]),
];

export const opCases: readonly OpCase[] = [...unaryCases, ...pairCases, ...shapeCases, ...linearCases, ...windowCases];
