/** Signs move outward and into additions, where they cost nothing. */
import type { Ref } from '../../builder.ts';
import type { Algebra, Draft, Rule } from '../simplify.ts';

export const signs: Rule = {
  name: 'signs',
  doc: 'a + -b is a - b; -a * b is -(a * b); -(a - b) is b - a',
  rewrite(a, draft) {
    const { op } = draft;
    if (op === 'neg') return negation(a, draft);
    if (op === 'add' || op === 'sub') return addition(a, draft);
    if (op === 'mul' || op === 'div') return product(a, draft);
    return outward(a, draft);
  },
};

/** What `x` is the negative of; null when it is not a negation. */
function positive(a: Algebra, x: Ref): Ref | null {
  return a.made(x, 'neg')?.inputs[0] ?? null;
}

function negation(a: Algebra, { inputs }: Draft): Ref | null {
  const x = inputs[0]!;
  const inner = positive(a, x);
  if (inner !== null) return inner;
  if (!a.sole(x)) return null;
  const difference = a.made(x, 'sub');
  return difference === null ? null : a.emit('sub', [difference.inputs[1]!, difference.inputs[0]!]);
}

function addition(a: Algebra, { op, inputs }: Draft): Ref | null {
  const [x, y] = [inputs[0]!, inputs[1]!];
  const [minusX, minusY] = [positive(a, x), positive(a, y)];
  if (minusY !== null) return a.emit(op === 'add' ? 'sub' : 'add', [x, minusY]);
  if (minusX === null) return null;
  if (op === 'add') return a.emit('sub', [y, minusX]);
  // Two values in place of two only when the negation goes.
  return a.sole(x) ? a.emit('neg', [a.emit('add', [minusX, y])]) : null;
}

function product(a: Algebra, { op, inputs }: Draft): Ref | null {
  const [x, y] = [inputs[0]!, inputs[1]!];
  const [minusX, minusY] = [positive(a, x), positive(a, y)];
  if (minusX !== null && minusY !== null) return a.emit(op, [minusX, minusY]);
  if (minusX !== null && a.sole(x)) return a.emit('neg', [a.emit(op, [minusX, y])]);
  // A sign on a single number is where signs end up: the scale of an array.
  if (y.type.shape.length === 0 && x.type.shape.length > 0) return null;
  if (minusY !== null && a.sole(y)) return a.emit('neg', [a.emit(op, [x, minusY])]);
  return null;
}

function outward(a: Algebra, { op, inputs, attrs }: Draft): Ref | null {
  const minus = inputs.length === 1 ? positive(a, inputs[0]!) : null;
  if (minus === null) return null;
  if (op === 'square' || op === 'abs') return a.emit(op, [minus]);
  const moved = op === 'sum' || op === 'reshape' || op === 'transpose';
  return moved && a.sole(inputs[0]!) ? a.emit('neg', [a.emit(op, [minus], attrs as never)]) : null;
}
