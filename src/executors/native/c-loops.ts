/**
 * A loop nest in C: a function that does one thread's part of it, and, where threads reduce the same numbers, a second that puts
 * their parts together. Long sums are float32 over a few thousand terms and float64 over those, always in the same order.
 */
import type { DType } from '../../base/host-array.ts';
import { type Affine, factorOf } from './affine.ts';
import { applied, arrayType, literal, localType } from './c-ops.ts';
import { type Nest, type Node, nodeDepth, type Traced } from './trace.ts';

/** Where an array is: a C expression for its first byte, the same for all values that stand there. */
export interface Place {
  readonly pointer: string;
  readonly dtype: DType;
  /** How many numbers it has. */
  readonly size: number;
}

export interface Surroundings {
  readonly placeOf: (value: number) => Place;
  /** The most threads that there may be. */
  readonly threads: number;
}

/** Functions without their names, so that nests which differ in their arrays alone have one. They take `ARGUMENTS`. */
export interface LoopsCode {
  readonly run: readonly string[];
  /** Null when nothing is left to be done when all threads are through. */
  readonly finish: readonly string[] | null;
  /** C expressions of the arrays, in the order in which the functions take them. */
  readonly arrays: readonly string[];
}

/** The arrays, the nest's own part of the arena (of `partialBytes`), which part of the work to do, and how many there are. */
export const ARGUMENTS = '(void *const *arrays, char *own, int part, int parts)';

/** Terms that are summed in float32 before they are added to a float64. */
const STRIP = 4096;
/** Rows that are summed in float32 columns before those are added to float64 ones. */
const ROWS = 512;
/** Threads begin at a multiple of these many numbers, so that they share no cache line. */
const GRAIN = 16;
const LINE = 64;

type Way =
  /** One number: a float64 of each thread. */
  | 'total'
  /** Each thread has results of its own, in their array: a sum along the last axis, or column by column. */
  | 'row'
  | 'columns'
  /** All threads add to all results: each has columns of its own. */
  | 'shared columns';

interface Fold extends Traced {
  readonly id: number;
  readonly way: Way;
  readonly alongLast: boolean;
  readonly size: number;
  /** Of its part of the partials. */
  readonly start: number;
}

const aligned = (bytes: number) => Math.ceil(bytes / LINE) * LINE;
const columnsBytes = (size: number) => aligned(4 * size) + aligned(8 * size);

function foldsOf({ extents, results }: Nest, threads: number, sizeOf: (value: number) => number): readonly Fold[] {
  const last = extents.length - 1;
  let start = 0;
  return results
    .filter((r) => r.root.fold !== null)
    .map((r, id): Fold => {
      const kept = extents.map((_, axis) => factorOf(r.at, axis) !== 0);
      const size = sizeOf(r.root.value);
      const alone = kept.every((k, axis) => k === axis < last);
      const way: Way = !kept.includes(true) ? 'total' : !kept[0] ? 'shared columns' : alone ? 'row' : 'columns';
      const fold = { ...r, id, way, alongLast: !kept[last], size, start };
      if (way === 'total') start += threads * LINE;
      if (way === 'shared columns') start += threads * columnsBytes(size);
      return fold;
    });
}

/** Bytes of the arena that a nest needs for itself. */
export function partialBytes(nest: Nest, threads: number, sizeOf: (value: number) => number): number {
  return foldsOf(nest, threads, sizeOf).reduce((sum, { way, size }) => {
    const bytes = way === 'total' ? LINE : way === 'shared columns' ? columnsBytes(size) : 0;
    return sum + threads * bytes;
  }, 0);
}

/** What the function of `rangeCode` takes: the arrays, and the part of the outermost axis. */
export const RANGE_ARGUMENTS = '(void *const *arrays, long from, long to)';

/** A nest without sums as a function of a range of its outermost axis. */
export function rangeCode(nest: Nest, around: Surroundings): Pick<LoopsCode, 'run' | 'arrays'> {
  const writer = new LoopsWriter(nest, around);
  return { run: writer.range(), arrays: writer.arrays };
}

export function loopsCode(nest: Nest, around: Surroundings): LoopsCode {
  const writer = new LoopsWriter(nest, around);
  return { run: writer.run(), finish: writer.finish(), arrays: writer.arrays };
}

const indented = (lines: readonly string[]) => lines.map((line) => (line.startsWith('#') ? line : `  ${line}`));

function placeText({ offset, terms }: Affine): string {
  const parts = terms.map(({ axis, factor }) => (factor === 1 ? `i${axis}` : `i${axis} * ${factor}`));
  if (offset !== 0 || parts.length === 0) parts.push(String(offset));
  return parts.join(' + ');
}

class LoopsWriter {
  readonly #extents: readonly number[];
  readonly #results: readonly Traced[];
  readonly #folds: readonly Fold[];
  readonly #nodes: readonly Node[];
  readonly #names = new Map<Node, string>();
  readonly #around: Surroundings;
  readonly #written: ReadonlySet<string>;
  /** C types by pointer. */
  readonly #types: ReadonlyMap<string, string>;
  readonly arrays: readonly string[];

  constructor(nest: Nest, around: Surroundings) {
    this.#extents = nest.extents;
    this.#results = nest.results;
    this.#around = around;
    this.#nodes = nest.nodes;
    this.#folds = foldsOf(nest, around.threads, (value) => around.placeOf(value).size);
    this.#nodes.forEach((node, i) => {
      this.#names.set(node, node.kind === 'number' ? literal(node.value) : `t${i}`);
    });
    const results = nest.results.map((r) => r.root.value);
    const read = this.#nodes.flatMap((n) => (n.kind === 'load' ? [n.value] : []));
    this.#written = new Set(results.map((v) => this.#place(v).pointer));
    this.arrays = [...new Set([...results, ...read].map((v) => this.#place(v).pointer))];
    this.#types = new Map([...results, ...read].map((v) => [this.#place(v).pointer, arrayType(this.#place(v).dtype)]));
  }

  run(): readonly string[] {
    const rank = this.#extents.length;
    const body = rank === 0 ? this.#innermost() : [...this.#computed(-1), ...this.#sharedLoop()];
    return [
      '{',
      ...indented([
        '(void)own, (void)part, (void)parts;',
        ...this.#pointers(),
        ...this.#before(),
        ...body,
        ...this.#after(),
      ]),
      '}',
    ];
  }

  range(): readonly string[] {
    const body = [...this.#pointers(), ...this.#computed(-1), ...this.#loop(0, 'from', 'to')];
    return ['{', ...indented(body), '}'];
  }

  finish(): readonly string[] | null {
    const folds = this.#folds.filter(({ way }) => way === 'total' || way === 'shared columns');
    if (folds.length === 0) return null;
    return ['{', ...indented(['(void)part;', ...folds.flatMap((fold) => this.#together(fold))]), '}'];
  }

  #pointers(): readonly string[] {
    return this.arrays.map((pointer, i) => {
      const type = `${this.#written.has(pointer) ? '' : 'const '}${this.#types.get(pointer)}`;
      return `${type} *restrict p${i} = arrays[${i}];`;
    });
  }

  #array(value: number): string {
    return `p${this.arrays.indexOf(this.#place(value).pointer)}`;
  }

  #place(value: number): Place {
    return this.#around.placeOf(value);
  }

  /** What is computed at a depth of the nest. */
  #computed(depth: number): readonly string[] {
    return this.#nodes
      .filter((node) => node.kind !== 'number' && nodeDepth(node) === depth)
      .map((node) => `const ${nodeType(node)} ${this.#names.get(node)} = ${this.#text(node)};`);
  }

  #text(node: Node): string {
    if (node.kind === 'load') return `${this.#array(node.value)}[${placeText(node.at)}]`;
    if (node.kind === 'index') return placeText(node.at);
    if (node.kind === 'number') return literal(node.value);
    const from = node.inputs[0]!;
    const operands = node.inputs.map((n) => this.#names.get(n)!);
    return applied(
      node.op,
      node.dtype,
      from.kind === 'index' ? 'i32' : from.kind === 'number' ? 'f32' : from.dtype,
      operands,
    );
  }

  /** The outermost loop, over this thread's part; in strips of rows where columns are summed. */
  #sharedLoop(): readonly string[] {
    const [rows] = this.#extents;
    const rank = this.#extents.length;
    const share = `share(${rows}, ${rank === 1 ? GRAIN : 1}, part, parts, &from, &to);`;
    const columns = this.#folds.filter(({ way }) => way === 'shared columns');
    if (columns.length === 0) return ['long from, to;', share, ...this.#loop(0, 'from', 'to')];
    return [
      'long from, to;',
      share,
      `for (long block = from; block < to; block += ${ROWS}) {`,
      ...indented([
        `const long end = block + ${ROWS} < to ? block + ${ROWS} : to;`,
        ...columns.map(({ id, size, root }) => `for (long j = 0; j < ${size}; j++) a${id}[j] = ${startOf(root.fold)};`),
        ...this.#loop(0, 'block', 'end'),
        ...columns.map(
          ({ id, size, root }) =>
            `for (long j = 0; j < ${size}; j++) d${id}[j] = ${joinedText(root.fold, `d${id}[j]`, `a${id}[j]`, true)};`,
        ),
      ]),
      '}',
    ];
  }

  #loop(axis: number, from: string, to: string): readonly string[] {
    const i = `i${axis}`;
    if (axis === this.#extents.length - 1) return this.#lastLoop(i, from, to);
    const inner = [...this.#computed(axis), ...this.#loop(axis + 1, '0', String(this.#extents[axis + 1]))];
    const body = axis === 0 ? [...this.#zeros(), ...inner] : inner;
    return [`for (long ${i} = ${from}; ${i} < ${to}; ${i}++) {`, ...indented(body), '}'];
  }

  /** The loop that becomes vector code, in strips where it sums many numbers. */
  #lastLoop(i: string, from: string, to: string): readonly string[] {
    const along = this.#folds.filter((f) => f.alongLast);
    const sums = along.filter((f) => f.root.fold === 'sum').map((f) => `r${f.id}`);
    const tops = along.filter((f) => f.root.fold === 'reduce_max').map((f) => `r${f.id}`);
    const clauses = [
      ...(sums.length > 0 ? [`reduction(+ : ${sums.join(', ')})`] : []),
      ...(tops.length > 0 ? [`reduction(top : ${tops.join(', ')})`] : []),
    ];
    const loop = (first: string, last: string) => [
      ...along.map((f) => `float r${f.id} = ${startOf(f.root.fold)};`),
      `#pragma omp simd ${clauses.join(' ')}`.trim(),
      `for (long ${i} = ${first}; ${i} < ${last}; ${i}++) {`,
      ...indented(this.#innermost()),
      '}',
    ];
    const long = this.#extents.at(-1)! > STRIP;
    if (along.length === 0) return loop(from, to);
    if (!long) return ['{', ...indented([...loop(from, to), ...along.map((f) => this.#folded(f, `r${f.id}`))]), '}'];
    return [
      '{',
      ...indented([
        ...along.map((f) => `double w${f.id} = ${startOf(f.root.fold)};`),
        `for (long strip = ${from}; strip < ${to}; strip += ${STRIP}) {`,
        ...indented([
          `const long stop = strip + ${STRIP} < ${to} ? strip + ${STRIP} : ${to};`,
          ...loop('strip', 'stop'),
          ...along.map((f) => `w${f.id} = ${joinedText(f.root.fold, `w${f.id}`, `r${f.id}`, true)};`),
        ]),
        '}',
        ...along.map((f) => this.#folded(f, `w${f.id}`)),
      ]),
      '}',
    ];
  }

  /** What is done at each point of the domain. */
  #innermost(): readonly string[] {
    return [
      ...this.#computed(this.#extents.length - 1),
      ...this.#folds.map((f) => {
        const value = this.#names.get(f.node)!;
        return f.alongLast
          ? `r${f.id} = ${joinedText(f.root.fold, `r${f.id}`, value, false)};`
          : this.#folded(f, value);
      }),
      ...this.#results
        .filter((r) => r.root.fold === null)
        .map((r) => `${this.#array(r.root.value)}[${placeText(r.at)}] = ${this.#stored(r)};`),
    ];
  }

  #stored({ node, root }: Traced): string {
    const { dtype } = this.#place(root.value);
    return dtype === 'bool' ? `(uint8_t)${this.#names.get(node)}` : this.#names.get(node)!;
  }

  /** Adds to where a fold's result grows. */
  #folded(fold: Fold, value: string): string {
    const { id, way, root, at } = fold;
    if (way === 'total') return `total${id} = ${joinedText(root.fold, `total${id}`, value, true)};`;
    const name = way === 'shared columns' ? `a${id}` : this.#array(root.value);
    const place = `${name}[${placeText(at)}]`;
    return way === 'row'
      ? `${place} = (float)${value};`
      : `${place} = ${joinedText(root.fold, place, `(float)${value}`, false)};`;
  }

  /** Results that grow column by column begin anew with each index of the outermost axis. */
  #zeros(): readonly string[] {
    return this.#folds
      .filter(({ way }) => way === 'columns')
      .flatMap(({ at, root }) => {
        const axes = at.terms.map((t) => t.axis).filter((axis) => axis > 0);
        const heads = axes.map((axis) => `for (long i${axis} = 0; i${axis} < ${this.#extents[axis]}; i${axis}++) `);
        return [`${heads.join('')}${this.#array(root.value)}[${placeText(at)}] = ${startOf(root.fold)};`];
      });
  }

  #before(): readonly string[] {
    return this.#folds.flatMap((fold) => {
      const { id, way, size, root } = fold;
      if (way === 'total') return [`double total${id} = ${startOf(root.fold)};`];
      if (way !== 'shared columns') return [];
      return [
        `float *restrict a${id} = (float *)(${this.#own(fold, 'part')});`,
        `double *restrict d${id} = (double *)(${this.#own(fold, 'part')} + ${aligned(4 * size)});`,
        `for (long j = 0; j < ${size}; j++) d${id}[j] = ${startOf(root.fold)};`,
      ];
    });
  }

  #after(): readonly string[] {
    return this.#folds
      .filter(({ way }) => way === 'total')
      .map((fold) => `*(double *)(${this.#own(fold, 'part')}) = total${fold.id};`);
  }

  #own({ start, way, size }: Fold, part: string): string {
    return `own + ${start} + ${part} * ${way === 'total' ? LINE : columnsBytes(size)}L`;
  }

  #together(fold: Fold): readonly string[] {
    const { way, size, root } = fold;
    const array = `arrays[${this.arrays.indexOf(this.#place(root.value).pointer)}]`;
    const one = way === 'total' ? this.#own(fold, 'p') : `${this.#own(fold, 'p')} + ${aligned(4 * size)}`;
    const partial = `((double *)(${one}))[j]`;
    return [
      `for (long j = 0; j < ${size}; j++) {`,
      ...indented([
        `double all = ${startOf(root.fold)};`,
        `for (int p = 0; p < parts; p++) all = ${joinedText(root.fold, 'all', partial, true)};`,
        `((float *)${array})[j] = (float)all;`,
      ]),
      '}',
    ];
  }
}

function nodeType(node: Node): string {
  return node.kind === 'index' || node.kind === 'number' ? 'int32_t' : localType(node.dtype);
}

const startOf = (fold: Traced['root']['fold']) => (fold === 'sum' ? '0' : '-INFINITY');

function joinedText(fold: Traced['root']['fold'], a: string, b: string, double: boolean): string {
  if (fold === 'sum') return `${a} + ${b}`;
  return double ? `top_double(${a}, ${b})` : `bp_max(${a}, ${b})`;
}
