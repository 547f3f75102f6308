/** One division where a reciprocal and a product stood; a square where a value is multiplied by itself. */
import type { Rule } from '../simplify.ts';

export const quotients: Rule = {
  name: 'quotients',
  doc: 'a * (1 / b) is a / b; x * x is the square of x',
  rewrite(a, { op, inputs }) {
    if (op !== 'mul') return null;
    const [x, y] = [inputs[0]!, inputs[1]!];
    if (x.id === y.id) return a.emit('square', [x]);
    const below = a.made(y, 'reciprocal')?.inputs[0];
    if (below !== undefined && a.sole(y)) return a.emit('div', [x, below]);
    const above = a.made(x, 'reciprocal')?.inputs[0];
    return above !== undefined && a.sole(x) ? a.emit('div', [y, above]) : null;
  },
};
