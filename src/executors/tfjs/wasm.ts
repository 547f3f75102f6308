/**
 * Ops for which the wasm backend (4.22) has a slow kernel and a quick way around it. Nanoseconds an element, measured on
 * [784, 300]: arithmetic 0.1, Sigmoid 1.0, Log 4, Exp 6.6, Tanh 13, Softplus 14; Maximum, Pow and comparisons 4 to 17, but 100
 * where an operand is stretched along its last axis; a product packs its second operand anew in each step, at 3.
 */
import { sameShape, sizeOf } from '../../base/host-array.ts';
import type { OpName } from '../../graph/ir.ts';
import { chain, type Kit, type Lowering, lowerings, stretch, swapLast } from './kernels.ts';
import type { TensorInfo } from './load.ts';
import { wasmWindowLowerings } from './wasm-windows.ts';

/** Below this size three quick calls cost more than a slow one. */
const SMALL = 1024;

/** exp x = sigmoid(x) / sigmoid(-x): both are exact to the last digits. Above 87.3 it is already infinite, below -87.3 zero. */
function quickExp(kit: Kit, x: TensorInfo): TensorInfo {
  return chain(kit, (keep) => {
    const up = keep(kit.run('Sigmoid', { x }));
    const minus = keep(kit.run('Neg', { x }));
    return kit.run('RealDiv', { a: up, b: keep(kit.run('Sigmoid', { x: minus })) });
  });
}

const exp: Lowering<'exp'> = (kit, [x], _, type) =>
  sizeOf(type.shape) < SMALL ? lowerings.exp(kit, [x!]) : quickExp(kit, x!);

/**
 * The kernel is log(1 + x), 0 for a small x. What rounding takes from u = 1 + x is found again as x - (u - 1), and adds (x - (u - 1)) / u
 * to the logarithm. Clipped, since at infinity and -1 there is nothing to add.
 */
function exactLog1p(kit: Kit, x: TensorInfo): TensorInfo {
  const one = kit.scalar(1);
  return chain(kit, (keep) => {
    const inner = keep(kit.run('ClipByValue', { x }, { clipValueMin: -0.99, clipValueMax: 2 ** 24 }));
    const rounded = keep(kit.run('Add', { a: inner, b: one }));
    const lost = keep(kit.run('Sub', { a: inner, b: keep(kit.run('Sub', { a: rounded, b: one })) }));
    const log = keep(kit.run('Log', { x: keep(kit.run('Add', { a: x, b: one })) }));
    return kit.run('Add', { a: log, b: keep(kit.run('RealDiv', { a: lost, b: rounded })) });
  });
}

/** softplus x = max(x, 0) + log(1 + exp(-|x|)). */
const softplus: Lowering<'softplus'> = (kit, [x], _, type) => {
  if (sizeOf(type.shape) < SMALL) return lowerings.softplus(kit, [x!]);
  return chain(kit, (keep) => {
    const size = keep(kit.run('Abs', { x: x! }));
    const decay = keep(quickExp(kit, keep(kit.run('Neg', { x: size }))));
    return kit.run('Add', { a: keep(kit.run('Relu', { x: x! })), b: keep(exactLog1p(kit, decay)) });
  });
};

const PACK = 3;
const TURN = 0.5;

/** A B or (B' A')', whichever packs and turns less. Plain products only: the transpose flags are ten times slower. */
const matmul: Lowering<'matmul'> = (kit, [x, y], attrs, type) => {
  const { transposeA, transposeB } = attrs;
  const [left, right, whole] = [sizeOf(x!.shape), sizeOf(y!.shape), sizeOf(type.shape)];
  const plain = (transposeA ? TURN * left : 0) + (transposeB ? TURN * right : 0) + PACK * right;
  const turned = (transposeA ? 0 : TURN * left) + (transposeB ? 0 : TURN * right) + PACK * left + TURN * whole;
  if (type.shape.length > 2 || plain <= turned) return lowerings.matmul(kit, [x!, y!], attrs, type);
  return chain(kit, (keep) => {
    const flipped = { transposeA: !transposeB, transposeB: !transposeA };
    const shape = [...type.shape.slice(0, -2), type.shape.at(-1)!, type.shape.at(-2)!];
    return swapLast(kit, keep(lowerings.matmul(kit, [y!, x!], flipped, { ...type, shape })));
  });
};

/** Axis by axis from the last: a single run over all elements adds them one by one in float32 and loses digits (4e-5 of 235,200 terms). */
const sum: Lowering<'sum'> = (kit, [x], { axes, keep }) =>
  chain(kit, (made) => {
    let total = x!;
    for (const axis of axes.slice(1).reverse()) {
      total = made(kit.run('Sum', { x: total }, { axis: [axis], keepDims: keep }));
    }
    return lowerings.sum(kit, [total], { axes: axes.slice(0, 1), keep });
  });

/** The kernel copies numbers into bytes: 0.5 would be false and 256 too. */
const cast: Lowering<'cast'> = (kit, [x], attrs) => {
  if (attrs.dtype !== 'bool' || x!.dtype === 'bool') return lowerings.cast(kit, [x!], attrs);
  return chain(kit, (keep) => {
    const real = x!.dtype === 'float32' ? x! : keep(kit.run('Cast', { x: x! }, { dtype: 'float32' }));
    return kit.run('NotEqual', { a: real, b: kit.scalar(0) });
  });
};

type Pair = Extract<OpName, 'max' | 'min' | 'pow' | 'greater' | 'greater_equal' | 'less' | 'less_equal' | 'equal'>;

/** These kernels step through a stretched operand element by element, so real operands are stretched before. */
function stretched<K extends Pair>(op: K): Lowering<K> {
  return (kit, operands, attrs, type) =>
    chain(kit, (keep) => {
      const whole = operands.map((x) => {
        const fits = x.shape.length === 0 || sameShape(x.shape, type.shape) || x.dtype !== 'float32';
        return fits ? x : keep(stretch(kit, x, type.shape));
      });
      return (lowerings[op] as Lowering<K>)(kit, whole, attrs, type);
    });
}

/** The kernel forgets a NaN in its second operand: a single number goes there, and where both are arrays NaNs are put back. */
function extreme(op: 'max' | 'min'): Lowering<'max'> & Lowering<'min'> {
  const plain = stretched(op);
  return (kit, [x, y], attrs, type) => {
    const [first, second] = x!.shape.length < y!.shape.length ? [y!, x!] : [x!, y!];
    if (second.shape.length === 0) {
      const number = Number(kit.backend.readSync(second.dataId)[0]);
      return Number.isNaN(number) ? stretch(kit, second, type.shape) : plain(kit, [first, second], attrs, type);
    }
    return chain(kit, (keep) => {
      const other = sameShape(second.shape, type.shape) ? second : keep(stretch(kit, second, type.shape));
      const found = keep(plain(kit, [first, other], attrs, type));
      const known = keep(kit.run('Equal', { a: other, b: other }));
      return kit.run('Select', { condition: known, t: found, e: other });
    });
  };
}

export const wasmLowerings = {
  exp,
  log1p: (kit, [x]) => exactLog1p(kit, x!),
  softplus,
  matmul,
  sum,
  cast,
  max: extreme('max'),
  min: extreme('min'),
  pow: stretched('pow'),
  greater: stretched('greater'),
  greater_equal: stretched('greater_equal'),
  less: stretched('less'),
  less_equal: stretched('less_equal'),
  equal: stretched('equal'),
  ...wasmWindowLowerings,
} satisfies { readonly [K in OpName]?: Lowering<K> };
