/** Factors that are single numbers move outward until they meet and become one. */
import { sizeOf } from '../../../base/host-array.ts';
import type { Ref } from '../../builder.ts';
import type { Algebra, Draft, Rule } from '../simplify.ts';

export const scales: Rule = {
  name: 'scales',
  doc: '(x * s) * t is x * (s * t); (x * s) * y is (x * y) * s; x * s + y * s is (x + y) * s',
  rewrite(a, draft) {
    switch (draft.op) {
      case 'neg':
      case 'sum':
        return ofOne(a, draft);
      case 'mul':
        return product(a, draft);
      case 'div':
        return quotient(a, draft);
      case 'add':
      case 'sub':
        return common(a, draft);
      default:
        return null;
    }
  },
};

interface Scaled {
  readonly of: Ref;
  readonly by: Ref;
}

/** `x` as an array times a single number, when it is made so. */
function scaled(a: Algebra, x: Ref): Scaled | null {
  const made = a.made(x, 'mul');
  const [of, by] = made?.inputs ?? [];
  return of !== undefined && by?.type.shape.length === 0 && of.type.shape.length > 0 ? { of, by } : null;
}

const single = (x: Ref) => x.type.shape.length === 0;

function ofOne(a: Algebra, { op, inputs, attrs }: Draft): Ref | null {
  const x = inputs[0]!;
  const parts = scaled(a, x);
  if (parts === null || !a.sole(x)) return null;
  return op === 'neg'
    ? a.emit('mul', [parts.of, a.emit('neg', [parts.by])])
    : a.emit('mul', [a.emit(op, [parts.of], attrs), parts.by]);
}

function product(a: Algebra, { inputs }: Draft): Ref | null {
  const [x, y] = [inputs[0]!, inputs[1]!];
  const [left, right] = [scaled(a, x), scaled(a, y)];
  if (left !== null && single(y)) return a.emit('mul', [left.of, a.emit('mul', [left.by, y])]);
  if (single(x) || single(y)) return null;
  if (left !== null && a.sole(x) && !grows(x, y)) return a.emit('mul', [a.emit('mul', [left.of, y]), left.by]);
  if (right !== null && a.sole(y) && !grows(y, x)) return a.emit('mul', [a.emit('mul', [x, right.of]), right.by]);
  return null;
}

/** Outside, the factor would meet more numbers than it does inside. */
function grows(inside: Ref, other: Ref): boolean {
  return sizeOf(inside.type.shape) < sizeOf(other.type.shape);
}

function quotient(a: Algebra, { inputs }: Draft): Ref | null {
  const [x, y] = [inputs[0]!, inputs[1]!];
  const n = a.number(y);
  if (n !== null && n !== 0 && !single(x)) return a.emit('mul', [x, a.constant(1 / n)]);
  const left = scaled(a, x);
  if (left === null || !a.sole(x) || single(y) || grows(x, y)) return null;
  return a.emit('mul', [a.emit('div', [left.of, y]), left.by]);
}

function common(a: Algebra, { op, inputs }: Draft): Ref | null {
  const [x, y] = [inputs[0]!, inputs[1]!];
  const [left, right] = [scaled(a, x), scaled(a, y)];
  if (left === null || right === null || left.by.id !== right.by.id || !a.sole(x) || !a.sole(y)) return null;
  if (sizeOf(x.type.shape) !== sizeOf(y.type.shape)) return null;
  return a.emit('mul', [a.emit(op, [left.of, right.of]), left.by]);
}
