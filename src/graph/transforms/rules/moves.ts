/** Two moves in a row are one; a move that changes nothing is none; a product takes transposed operands as they lie. */
import { sameShape, sizeOf } from '../../../base/host-array.ts';
import type { Ref } from '../../builder.ts';
import type { OpAttrs } from '../../ir.ts';
import type { Algebra, Draft, Rule } from '../simplify.ts';

export const moves: Rule = {
  name: 'moves',
  doc: 'reshapes, transposes and broadcasts in a row are one; transposes go into products',
  rewrite(a, draft) {
    switch (draft.op) {
      case 'reshape':
      case 'broadcast':
        return last(a, draft);
      case 'transpose':
        return transpose(a, draft);
      case 'matmul':
        return product(a, draft);
      default:
        return null;
    }
  },
};

/** Of two reshapes, or two broadcasts, only the last one matters. */
function last(a: Algebra, { op, inputs, attrs }: Draft): Ref | null {
  const x = inputs[0]!;
  const { shape } = attrs as OpAttrs['reshape'];
  if (sameShape(x.type.shape, shape)) return x;
  // A single number is stretched from rank 0, where the other rules know it.
  if (op === 'broadcast' && x.type.shape.length > 0 && sizeOf(x.type.shape) === 1)
    return a.emit(op, [a.emit('reshape', [x], { shape: [] })], { shape });
  const before = a.made(x, op);
  return before === null ? null : a.emit(op, before.inputs, attrs);
}

function transpose(a: Algebra, { inputs, attrs }: Draft): Ref | null {
  const x = inputs[0]!;
  const { perm } = attrs as OpAttrs['transpose'];
  if (perm.every((p, i) => p === i)) return x;
  const before = a.made(x, 'transpose');
  if (before === null) return null;
  const first = (before.attrs as OpAttrs['transpose']).perm;
  return a.emit('transpose', before.inputs, { perm: perm.map((p) => first[p]!) });
}

function product(a: Algebra, { inputs, attrs }: Draft): Ref | null {
  const { transposeA, transposeB } = attrs as OpAttrs['matmul'];
  const [x, y] = inputs.map((operand) => swapped(a, operand));
  if (x === null && y === null) return null;
  return a.emit('matmul', [x ?? inputs[0]!, y ?? inputs[1]!], {
    transposeA: transposeA !== (x !== null),
    transposeB: transposeB !== (y !== null),
  });
}

/** What `x` is the matrix transpose of; null when it is none. */
function swapped(a: Algebra, x: Ref): Ref | null {
  const made = a.made(x, 'transpose');
  if (made === null) return null;
  const { perm } = made.attrs as OpAttrs['transpose'];
  const rank = perm.length;
  const swaps = perm.every((p, i) => p === (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i));
  return swaps ? made.inputs[0]! : null;
}
