/** Arithmetic on constants, and what adding 0 or multiplying by 1 leaves. */

import type { Ref } from '../../builder.ts';
import { foldBinary, foldUnary, isFoldableBinary, isFoldableUnary } from '../../fold.ts';
import type { Algebra, Draft, Rule } from '../simplify.ts';

export const singleNumbers: Rule = {
  name: 'single numbers',
  doc: 'constants are computed; x + 0, x * 1 are x; a single number stands second',
  rewrite(a, draft) {
    return folded(a, draft) ?? neutral(a, draft) ?? ordered(a, draft);
  },
};

function folded(a: Algebra, { op, inputs }: Draft): Ref | null {
  const numbers = inputs.map((x) => a.number(x));
  const [m, n] = numbers;
  if (isFoldableUnary(op) && m != null) return a.constant(foldUnary(op, m));
  if (isFoldableBinary(op) && m != null && n != null) return a.constant(foldBinary(op, m, n));
  return null;
}

function neutral(a: Algebra, { op, inputs }: Draft): Ref | null {
  const [x, y] = inputs;
  if (op === 'add') return a.number(y!) === 0 ? x! : a.number(x!) === 0 ? y! : null;
  if (op === 'sub') return a.number(y!) === 0 ? x! : a.number(x!) === 0 ? a.emit('neg', [y!]) : null;
  if (op === 'mul' && a.number(x!) === 1) return y!;
  if ((op === 'mul' || op === 'div') && a.number(y!) === 1) return x!;
  if (op === 'mul' && a.number(y!) === -1) return a.emit('neg', [x!]);
  return null;
}

/** The other rules look for single numbers in second place. */
function ordered(a: Algebra, { op, inputs }: Draft): Ref | null {
  const [x, y] = inputs;
  if (op !== 'add' && op !== 'mul') return null;
  return x!.type.shape.length === 0 && y!.type.shape.length > 0 ? a.emit(op, [y!, x!]) : null;
}
