/** One number of each element-wise op in C. Reals are `float`; whole numbers and truth values are `int32_t`. */
import type { DType } from '../../base/host-array.ts';
import type { OpName } from '../../graph/ir.ts';

/** Operands are names or literals. */
type Row = (x: string, y: string, z: string) => string;

const call =
  (name: string): Row =>
  (x) =>
    `${name}(${x})`;

const pair =
  (name: string): Row =>
  (x, y) =>
    `${name}(${x}, ${y})`;

const between =
  (operator: string): Row =>
  (x, y) =>
    `${x} ${operator} ${y}`;

const rows: { readonly [K in OpName]?: Row } = {
  neg: (x) => `-${x}`,
  abs: call('fabsf'),
  sign: call('bp_sign'),
  exp: call('bp_exp'),
  log: call('bp_log'),
  log1p: call('bp_log1p'),
  sqrt: call('sqrtf'),
  square: (x) => `${x} * ${x}`,
  reciprocal: (x) => `1.0f / ${x}`,
  sigmoid: call('bp_sigmoid'),
  softplus: call('bp_softplus'),
  sin: call('bp_sin'),
  cos: call('bp_cos'),
  tanh: call('bp_tanh'),
  relu: call('bp_relu'),
  step: call('bp_step'),
  floor: call('floorf'),
  lgamma: call('bp_lgamma'),
  digamma: call('bp_digamma'),
  expm1: call('bp_expm1'),
  erf: call('bp_erf'),
  log_normal_cdf: call('bp_log_normal_cdf'),
  normal_quantile: call('bp_normal_quantile'),
  add: between('+'),
  sub: between('-'),
  mul: between('*'),
  div: between('/'),
  pow: pair('bp_pow'),
  max: pair('bp_max'),
  min: pair('bp_min'),
  greater: between('>'),
  greater_equal: between('>='),
  less: between('<'),
  less_equal: between('<='),
  equal: between('=='),
  and: (x, y) => `(${x} != 0) & (${y} != 0)`,
  or: (x, y) => `(${x} != 0) | (${y} != 0)`,
  not: (x) => `${x} == 0`,
  select: (x, y, z) => `${x} != 0 ? ${y} : ${z}`,
  one_hot: (x, y) => `${x} == ${y} ? 1.0f : 0.0f`,
};

export function applied(op: OpName, dtype: DType, from: DType, operands: readonly string[]): string {
  const [x = '', y = '', z = ''] = operands;
  if (op === 'cast') return cast(x, from, dtype);
  const row = rows[op];
  if (row === undefined) throw new Error(`internal: ${op} is not computed element by element`);
  return row(x, y, z);
}

/** A NaN has no whole number: 0, as in the reference. */
function cast(x: string, from: DType, to: DType): string {
  if (to === 'f32') return `(float)${x}`;
  if (to === 'bool') return `${x} != 0`;
  return from === 'f32' ? `${x} == ${x} ? (int32_t)${x} : 0` : x;
}

/** A float32 literal that means exactly this number. */
export function literal(value: number): string {
  if (Number.isNaN(value)) return 'NAN';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? 'INFINITY' : '-INFINITY';
  const text = Object.is(single, -0) ? '-0.0' : single.toPrecision(9).replace(/(\.\d*?)0+(e|$)/, '$1$2');
  const digits = /[.e]/.test(text) ? text.replace(/\.(e|$)/, '.0$1') : `${text}.0`;
  return single < 0 || Object.is(single, -0) ? `(${digits}f)` : `${digits}f`;
}

export const localType = (dtype: DType) => (dtype === 'f32' ? 'float' : 'int32_t');
export const arrayType = (dtype: DType) => ({ f32: 'float', i32: 'int32_t', bool: 'uint8_t' })[dtype];
