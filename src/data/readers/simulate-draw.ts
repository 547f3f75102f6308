/**
 * One column of simulated data. Its randomness depends on seed, split and the name of the column alone, and that of a number on
 * its place besides, so that more columns or rows change nothing that was there. Columns below see the numbers as they are stored.
 */
import type { Column, ColumnDraw, ColumnRequest } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import { childKey, type Key } from '../../base/keys.ts';
import { fillNormal, fillUniform } from '../../base/normal.ts';
import { simulateKey } from '../../base/streams.ts';
import type { Report } from '../reader.ts';
import { type Computed, compileColumn } from './simulate-expression.ts';
import { type ColumnSampler, drawClass, samplers } from './simulate-samplers.ts';

export interface Drawing {
  readonly seed: number;
  readonly split: string;
  readonly rows: number;
  /** Those above. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly report: Report;
}

/** Null after a report. */
export function drawColumn(request: ColumnRequest, drawing: Drawing): Column | null {
  const { name, type, draw } = request;
  if (draw === undefined) throw new Error(`internal: column ${name} has no distribution`);
  const plain = { name, kind: type.kind, scale: [1], offset: [0] };
  if (type.kind === 'class') {
    // A distribution of single numbers draws 0 and 1.
    const ofTwo = draw.distribution in samplers;
    const data = ofTwo ? drawNumbers(name, draw, 1, drawing) : drawClasses(name, draw, type.classes, drawing);
    return data === null ? null : { ...plain, shape: [], data: Int32Array.from(data) };
  }
  const data = drawNumbers(name, draw, sizeOf(type.shape), drawing);
  return data === null ? null : { ...plain, shape: type.shape, data };
}

function drawNumbers(name: string, draw: ColumnDraw, width: number, drawing: Drawing): Float32Array | null {
  const sampler = samplers[draw.distribution];
  if (sampler === undefined) throw new Error(`internal: ${draw.distribution} has no sampler`);
  const out = new Float32Array(drawing.rows * width);
  const key = simulateKey(drawing.seed, drawing.split, name);
  const noise = sampler.noise.map((kind, i) => filled(childKey(key, i), kind, out.length));
  const given = sampler.arguments.map((argument) => argumentOf(draw, argument, drawing));
  const args = given.map(() => 0);
  const values = noise.map(() => 0);
  for (let at = 0; at < out.length; at++) {
    const row = Math.floor(at / width);
    for (let i = 0; i < args.length; i++) args[i] = given[i]!(row, at - row * width);
    for (let i = 0; i < values.length; i++) values[i] = noise[i]![at]!;
    out[at] = sampler.draw(args, values);
    // Also where single precision has no such number.
    if (!Number.isFinite(out[at]) || outOfRange(sampler, args)) return refuse(draw, sampler, args, row, drawing);
  }
  return out;
}

function drawClasses(name: string, draw: ColumnDraw, classes: number, drawing: Drawing): Int32Array | null {
  const key = simulateKey(drawing.seed, drawing.split, name);
  const noise = filled(childKey(key, 0), 'uniform', drawing.rows);
  const logit = argumentOf(draw, 'logits', drawing);
  const logits = new Array<number>(classes).fill(0);
  const out = new Int32Array(drawing.rows);
  for (let row = 0; row < drawing.rows; row++) {
    for (let k = 0; k < classes; k++) logits[k] = logit(row, k);
    const wrong = logits.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) return say(draw, 'logits', 'finite', wrong, row, drawing);
    out[row] = drawClass(logits, noise[row]!);
  }
  return out;
}

function filled(key: Key, kind: 'normal' | 'uniform', length: number): Float32Array {
  const noise = new Float32Array(length);
  if (kind === 'normal') fillNormal(key, noise);
  else fillUniform(key, noise);
  return noise;
}

/** A single number goes with every element of a row. */
function argumentOf(draw: ColumnDraw, name: string, { columns }: Drawing): Computed['at'] {
  const written = draw.args.find((a) => a.name === name);
  if (written === undefined) throw new Error(`internal: ${draw.distribution} has no argument ${name}`);
  const computed = compileColumn(written.expr, columns);
  return computed.width === 1 ? (row) => computed.at(row, 0) : computed.at;
}

function outOfRange(sampler: ColumnSampler, args: readonly number[]): boolean {
  for (let i = 0; i < args.length; i++) {
    if (!(args[i]! > 0) && sampler.positive.includes(sampler.arguments[i]!)) return true;
  }
  return outOfOrder(sampler, args);
}

function outOfOrder({ increasing, arguments: names }: ColumnSampler, args: readonly number[]): boolean {
  return increasing !== null && !(args[names.indexOf(increasing[0])]! < args[names.indexOf(increasing[1])]!);
}

/** Names the argument that is at fault; where none is, the number itself is too large. */
function refuse(
  draw: ColumnDraw,
  sampler: ColumnSampler,
  args: readonly number[],
  row: number,
  drawing: Drawing,
): null {
  for (const [i, name] of sampler.arguments.entries()) {
    const value = args[i]!;
    const bound = sampler.increasing?.includes(name) === true && !Number.isNaN(value);
    if (!Number.isFinite(value) && !bound) return say(draw, name, 'finite', value, row, drawing);
    if (sampler.positive.includes(name) && value <= 0) return say(draw, name, 'positive', value, row, drawing);
  }
  const low = sampler.increasing?.[0];
  if (low !== undefined && outOfOrder(sampler, args)) {
    return say(draw, low, 'below the other bound', args[sampler.arguments.indexOf(low)]!, row, drawing);
  }
  const message = `\`${draw.distribution}\` gives a number in row ${row + 1} of ${drawing.split} that is too large`;
  drawing.report(diagnostic('BP7161', draw.span, message, { hint: 'draw from a narrower distribution' }));
  return null;
}

const HINTS = {
  finite: 'an index must be one that the list or column has; logarithms and roots need positive numbers',
  positive: 'make it positive for every row, with `exp(...)` or `softplus(...)` for instance',
  'below the other bound': 'the lower bound must be the smaller one in every row',
};

function say(
  draw: ColumnDraw,
  name: string,
  wanted: keyof typeof HINTS,
  value: number,
  row: number,
  { split, report }: Drawing,
): null {
  const found = Number.isNaN(value) ? 'not a number' : Number(value.toPrecision(6));
  const message = `\`${name}\` of \`${draw.distribution}\` must be ${wanted}, but is ${found} in row ${row + 1} of ${split}`;
  const place = draw.args.find((a) => a.name === name)?.expr.span ?? draw.span;
  report(diagnostic('BP7161', place, message, { hint: HINTS[wanted] }));
  return null;
}
