/** `silu`: x sigmoid(x), for each number (Elfwing, Uchibe & Doya 2018; also called swish). */
import { elementwise } from './elementwise.ts';

export const silu = elementwise('silu', 'x sigmoid(x)', (b, x) => b.mul(x, b.sigmoid(x)));
