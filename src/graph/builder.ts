/** Builds graphs: a method for each op, which simplifies where that is sure to pay, and constants are folded. */
import { type DType, type Shape, sameShape } from '../base/host-array.ts';
import { type FoldableBinary, type FoldableUnary, foldBinary, foldUnary } from './fold.ts';
import type { Convolution, OpAttrs, OpName, Pooling, Sliding } from './ir.ts';
import { type Ref, ValueTable } from './value-table.ts';

export type { Ref } from './value-table.ts';

/** A number stands for a scalar constant. */
export type Operand = Ref | number;

/** One group unless another number is given. */
export type ConvolutionOptions = Sliding & { readonly groups?: number };

export class GraphBuilder extends ValueTable {
  constant(value: number): Ref {
    return this.emit('constant', [], { value });
  }

  /** A constant broadcast to a shape. */
  full(shape: Shape, value: number): Ref {
    return this.broadcast(this.constant(value), shape);
  }

  neg(x: Operand): Ref {
    const ref = this.#ref(x);
    const value = this.value(this.own(ref));
    if (value.op === 'neg') return this.handle(value.inputs[0]!);
    return this.#unary('neg', ref);
  }
  abs(x: Operand): Ref {
    return this.#unary('abs', x);
  }
  sign(x: Operand): Ref {
    return this.#unary('sign', x);
  }
  exp(x: Operand): Ref {
    return this.#unary('exp', x);
  }
  log(x: Operand): Ref {
    return this.#unary('log', x);
  }
  log1p(x: Operand): Ref {
    return this.#unary('log1p', x);
  }
  sqrt(x: Operand): Ref {
    return this.#unary('sqrt', x);
  }
  square(x: Operand): Ref {
    return this.#unary('square', x);
  }
  reciprocal(x: Operand): Ref {
    return this.#unary('reciprocal', x);
  }
  sigmoid(x: Operand): Ref {
    return this.#unary('sigmoid', x);
  }
  softplus(x: Operand): Ref {
    return this.#unary('softplus', x);
  }
  sin(x: Operand): Ref {
    return this.#unary('sin', x);
  }
  cos(x: Operand): Ref {
    return this.#unary('cos', x);
  }
  tanh(x: Operand): Ref {
    return this.#unary('tanh', x);
  }
  relu(x: Operand): Ref {
    return this.#unary('relu', x);
  }
  /** 1 where x > 0, else 0. */
  step(x: Operand): Ref {
    return this.#unary('step', x);
  }
  floor(x: Operand): Ref {
    return this.#unary('floor', x);
  }
  lgamma(x: Operand): Ref {
    return this.#unary('lgamma', x);
  }
  digamma(x: Operand): Ref {
    return this.#unary('digamma', x);
  }
  expm1(x: Operand): Ref {
    return this.#unary('expm1', x);
  }
  erf(x: Operand): Ref {
    return this.#unary('erf', x);
  }
  /** log Phi(x), exact far into both tails. */
  logNormalCdf(x: Operand): Ref {
    return this.#unary('log_normal_cdf', x);
  }
  /** Phi^{-1}(p) for 0 < p < 1. */
  normalQuantile(p: Operand): Ref {
    return this.#unary('normal_quantile', p);
  }

  add(a: Operand, b: Operand): Ref {
    if (this.#is(a, 0)) return this.#ref(b);
    if (this.#is(b, 0)) return this.#ref(a);
    return this.#binary('add', a, b);
  }
  sub(a: Operand, b: Operand): Ref {
    if (this.#is(b, 0)) return this.#ref(a);
    if (this.#is(a, 0)) return this.neg(b);
    return this.#binary('sub', a, b);
  }
  mul(a: Operand, b: Operand): Ref {
    if (this.#is(a, 1)) return this.#ref(b);
    if (this.#is(b, 1)) return this.#ref(a);
    if (this.#is(a, -1)) return this.neg(b);
    if (this.#is(b, -1)) return this.neg(a);
    return this.#binary('mul', a, b);
  }
  div(a: Operand, b: Operand): Ref {
    if (this.#is(b, 1)) return this.#ref(a);
    return this.#binary('div', a, b);
  }
  pow(a: Operand, b: Operand): Ref {
    if (this.#is(b, 1)) return this.#ref(a);
    if (this.#is(b, 2)) return this.square(a);
    return this.#binary('pow', a, b);
  }
  max(a: Operand, b: Operand): Ref {
    return this.#binary('max', a, b);
  }
  min(a: Operand, b: Operand): Ref {
    return this.#binary('min', a, b);
  }
  clamp(x: Operand, low: number, high: number): Ref {
    return this.max(this.min(x, high), low);
  }

  greater(a: Operand, b: Operand): Ref {
    return this.emit('greater', [this.#ref(a), this.#ref(b)], {});
  }
  greaterEqual(a: Operand, b: Operand): Ref {
    return this.emit('greater_equal', [this.#ref(a), this.#ref(b)], {});
  }
  less(a: Operand, b: Operand): Ref {
    return this.emit('less', [this.#ref(a), this.#ref(b)], {});
  }
  lessEqual(a: Operand, b: Operand): Ref {
    return this.emit('less_equal', [this.#ref(a), this.#ref(b)], {});
  }
  equal(a: Operand, b: Operand): Ref {
    return this.emit('equal', [this.#ref(a), this.#ref(b)], {});
  }
  and(a: Ref, b: Ref): Ref {
    return this.emit('and', [a, b], {});
  }
  or(a: Ref, b: Ref): Ref {
    return this.emit('or', [a, b], {});
  }
  not(a: Ref): Ref {
    return this.emit('not', [a], {});
  }
  select(condition: Ref, a: Operand, b: Operand): Ref {
    return this.emit('select', [condition, this.#ref(a), this.#ref(b)], {});
  }
  cast(x: Ref, dtype: DType): Ref {
    return x.type.dtype === dtype ? x : this.emit('cast', [x], { dtype });
  }

  matmul(a: Ref, b: Ref, options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Ref {
    return this.emit('matmul', [a, b], {
      transposeA: options.transposeA ?? false,
      transposeB: options.transposeB ?? false,
    });
  }
  /** The last two axes are swapped unless an order is given. */
  transpose(x: Ref, perm?: readonly number[]): Ref {
    const rank = x.type.shape.length;
    const swapped = x.type.shape.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
    const order = perm ?? swapped;
    return order.every((p, i) => p === i) ? x : this.emit('transpose', [x], { perm: order });
  }
  reshape(x: Ref, shape: Shape): Ref {
    return sameShape(x.type.shape, shape) ? x : this.emit('reshape', [x], { shape });
  }
  broadcast(x: Ref, shape: Shape): Ref {
    return sameShape(x.type.shape, shape) ? x : this.emit('broadcast', [x], { shape });
  }
  /** Sum over the axes; all when none are named. */
  sum(x: Ref, axes?: readonly number[], keep = false): Ref {
    return this.#reduce('sum', x, axes, keep);
  }
  mean(x: Ref, axes?: readonly number[], keep = false): Ref {
    const over = axes ?? x.type.shape.map((_, i) => i);
    const count = over.reduce((n, axis) => n * x.type.shape[axis]!, 1);
    return this.mul(this.sum(x, over, keep), 1 / count);
  }
  reduceMax(x: Ref, axes?: readonly number[], keep = false): Ref {
    return this.#reduce('reduce_max', x, axes, keep);
  }
  /** log sum exp over one axis, stable. What the shift adds to the gradient cancels. */
  logSumExp(x: Ref, axis: number, keep = false): Ref {
    const top = this.reduceMax(x, [axis], true);
    const total = this.add(this.log(this.sum(this.exp(this.sub(x, top)), [axis], true)), top);
    return keep
      ? total
      : this.reshape(
          total,
          x.type.shape.filter((_, i) => i !== axis),
        );
  }
  logSoftmax(x: Ref): Ref {
    return this.emit('log_softmax', [x], {});
  }
  oneHot(indices: Ref, depth: number): Ref {
    return this.emit('one_hot', [indices], { depth });
  }
  concat(parts: readonly Ref[], axis: number): Ref {
    return parts.length === 1 ? parts[0]! : this.emit('concat', parts, { axis });
  }
  slice(x: Ref, begin: readonly number[], size: readonly number[]): Ref {
    return sameShape(x.type.shape, size) ? x : this.emit('slice', [x], { begin, size });
  }

  conv2d(x: Ref, w: Ref, options: ConvolutionOptions): Ref {
    return this.emit('conv2d', [x, w], convolution(options));
  }
  /** The gradient of a convolution by its image of this shape. */
  conv2dInputGradient(grad: Ref, w: Ref, shape: Shape, options: ConvolutionOptions): Ref {
    return this.emit('conv2d_input_gradient', [grad, w], { ...convolution(options), shape });
  }
  /** The gradient of a convolution by its filters of this shape. */
  conv2dFilterGradient(x: Ref, grad: Ref, shape: Shape, options: ConvolutionOptions): Ref {
    return this.emit('conv2d_filter_gradient', [x, grad], { ...convolution(options), shape });
  }
  /** Of relu x it is relu of the pooled x, which is the same and asks relu and its gradient of a quarter of the numbers. */
  maxPool(x: Ref, options: Pooling): Ref {
    const value = this.value(this.own(x));
    if (value.op === 'relu') return this.relu(this.maxPool(this.handle(value.inputs[0]!), options));
    return this.emit('max_pool', [x], pooling(options));
  }
  maxPoolGradient(x: Ref, y: Ref, grad: Ref, options: Pooling): Ref {
    return this.emit('max_pool_gradient', [x, y, grad], pooling(options));
  }
  avgPool(x: Ref, options: Pooling): Ref {
    return this.emit('avg_pool', [x], pooling(options));
  }
  /** The gradient of an average pool by its image of this shape. */
  avgPoolGradient(grad: Ref, shape: Shape, options: Pooling): Ref {
    return this.emit('avg_pool_gradient', [grad], { ...pooling(options), shape });
  }

  /** Adds a value through its op's record; used by transforms that copy graphs. */
  apply<K extends OpName>(op: K, inputs: readonly Ref[], attrs: OpAttrs[K]): Ref {
    return this.emit(op, inputs, attrs);
  }

  #ref(x: Operand): Ref {
    return typeof x === 'number' ? this.constant(x) : x;
  }

  /** The number that `x` is, or null. */
  #number(x: Operand): number | null {
    if (typeof x === 'number') return x;
    const value = this.value(this.own(x));
    return value.op === 'constant' ? (value.attrs as OpAttrs['constant']).value : null;
  }

  #is(x: Operand, n: number): boolean {
    return this.#number(x) === n;
  }

  #unary(op: FoldableUnary, x: Operand): Ref {
    const n = this.#number(x);
    return n === null ? this.emit(op, [this.#ref(x)], {}) : this.constant(foldUnary(op, n));
  }

  #binary(op: FoldableBinary, a: Operand, b: Operand): Ref {
    const [m, n] = [this.#number(a), this.#number(b)];
    if (m !== null && n !== null) return this.constant(foldBinary(op, m, n));
    const [x, y] = [this.#ref(a), this.#ref(b)];
    return this.emit(op, [this.#unstretched(x, y), this.#unstretched(y, x)], {});
  }

  /** The op stretches its operands itself: an explicit broadcast to the other one's shape is a copy for nothing. */
  #unstretched(x: Ref, other: Ref): Ref {
    const value = this.value(x.id);
    if (value.op !== 'broadcast') return x;
    const small = this.handle(value.inputs[0]!);
    const fits = small.type.shape.length <= other.type.shape.length && sameShape(x.type.shape, other.type.shape);
    return fits && this.value(other.id).op !== 'broadcast' ? small : x;
  }

  #reduce(op: 'sum' | 'reduce_max', x: Ref, axes: readonly number[] | undefined, keep: boolean): Ref {
    const over = [...(axes ?? x.type.shape.map((_, i) => i))].sort((a, b) => a - b);
    return over.length === 0 ? x : this.emit(op, [x], { axes: over, keep });
  }
}

/** Attributes alone, always in the same order, so that equal ops are found again whatever record they were asked with. */
function convolution({ strides, padding, groups }: ConvolutionOptions): Convolution {
  return { strides, padding, groups: groups ?? 1 };
}

function pooling({ window, strides, padding }: Pooling): Pooling {
  return { window, strides, padding };
}
