/** A step program as one file of C: its loop nests, one step as a list of what runs, and K steps around it. */
import { sizeOf } from '../../base/host-array.ts';
import type { Graph, OpAttrs } from '../../graph/ir.ts';
import type { StepProgram } from '../../graph/program.ts';
import { bytesOf } from '../../graph/transforms/memory.ts';
import type { BlockInput } from '../block.ts';
import { callCode } from './c-calls.ts';
import { ARGUMENTS, loopsCode, type Place, partialBytes, RANGE_ARGUMENTS, rangeCode } from './c-loops.ts';
import { arrayType } from './c-ops.ts';
import { STRIP, stripsBytes, stripsCode } from './c-strips.ts';
import { fuse } from './fuse.ts';
import { arena, type Tenant } from './memory.ts';
import { prepare } from './prepare.ts';
import { type Schedule, schedule } from './schedule.ts';
import { baseOf } from './trace.ts';
import { type Loops, readsOf, type Strips, writesOf } from './units.ts';

export interface ProgramCode {
  readonly text: string;
  /** Of the arena, without the kernels' scratch. */
  readonly arenaBytes: number;
  /** State arrays in the order in which the program takes them. */
  readonly state: readonly string[];
  readonly inputs: readonly BlockInput[];
  readonly info: readonly string[];
}

export function programCode(program: StepProgram, threads: number): ProgramCode {
  return new ProgramWriter(program, threads).code();
}

const PRELUDE = `#include "numbers.h"
#include "program.h"

typedef struct {
  const bp_kernels *kernels;
  char *arena;
  float *scratch;
  void *const *state;
  const void **inputs;
} bp_frame;

#pragma omp declare reduction(top : float : omp_out = bp_max(omp_out, omp_in)) initializer(omp_priv = -INFINITY)

/* Functions that only call others: there is nothing to optimise in them, and compilers take long to find that out. */
#ifdef __clang__
#define PLAIN __attribute__((noinline, optnone))
#else
#define PLAIN __attribute__((noinline, optimize("O0")))
#endif
#define NEST __attribute__((noinline))

static inline double top_double(double x, double y) { return (x > y) | (x != x) ? x : y; }

/* The part of a thread, in multiples of \`grain\`. */
static inline void share(long count, long grain, int part, int parts, long *from, long *to) {
  const long grains = (count + grain - 1) / grain;
  *from = grains * part / parts * grain;
  *to = grains * (part + 1) / parts * grain;
  if (*to > count) *to = count;
}
`;

/** A tenant of the arena: the array of a value, a loop nest's own part, or the copy of a state that others read to the end. */
type Key = string;
const arrayKey = (value: number): Key => `value ${value}`;
const nestKey = (region: number, unit: number): Key => `nest ${region} ${unit}`;
const copyKey = (state: string): Key => `copy ${state}`;

class ProgramWriter {
  readonly #program: StepProgram;
  readonly #graph: Graph;
  readonly #threads: number;
  readonly #schedule: Schedule;
  readonly #state: readonly string[];
  readonly #inputs: readonly BlockInput[];
  readonly #arena: ReturnType<typeof arena<Key>>;
  /** Names of functions by what they take and do. */
  readonly #functions = new Map<string, string>();

  constructor(program: StepProgram, threads: number) {
    this.#program = program;
    this.#graph = prepare(program.graph);
    this.#threads = threads;
    this.#schedule = schedule(this.#graph, fuse(this.#graph));
    const names = [...this.#graph.inputs.keys(), ...this.#graph.outputs.keys()];
    this.#state = [...new Set(names.filter((n) => n.startsWith('state/')).map((n) => n.slice('state/'.length)))];
    this.#inputs = [...this.#graph.inputs]
      .filter(([name]) => !name.startsWith('state/'))
      .map(([name, id]) => ({ name, type: this.#graph.values[id]!.type, order: 'given' }));
    this.#arena = arena(this.#tenants());
  }

  code(): ProgramCode {
    const step = this.#step();
    const functions = [...this.#functions].map(([text, name]) => `NEST static void ${name}${text}\n`);
    const text = [PRELUDE, ...functions, ...step, '', ...this.#scratch(), '', ...this.#run(), ''].join('\n');
    return {
      text,
      arenaBytes: this.#arena.bytes,
      state: this.#state,
      inputs: this.#inputs,
      info: this.#program.info.map((i) => i.name),
    };
  }

  #tenants(): readonly Tenant<Key>[] {
    const { regions, inState } = this.#schedule;
    const end = regions.length;
    const [from, to] = [new Map<number, number>(), new Map<number, number>()];
    const nests: Tenant<Key>[] = [];
    regions.forEach(({ units }, r) => {
      units.forEach((unit, u) => {
        for (const v of writesOf(unit)) if (!from.has(v)) from.set(v, r);
        for (const v of [...writesOf(unit), ...readsOf(this.#graph, unit)]) to.set(v, r);
        if (unit.kind === 'call') return;
        const bytes = unit.kind === 'loops' ? this.#partialBytes(unit) : stripsBytes(unit, this.#threads);
        nests.push({ key: nestKey(r, u), bytes, from: r, to: r });
      });
    });
    for (const id of this.#graph.outputs.values()) to.set(baseOf(this.#graph, id), end);
    const arrays = [...from]
      .filter(([value]) => !inState.has(value))
      .map(([value, start]) => ({
        key: arrayKey(value),
        bytes: bytesOf(this.#graph.values[value]!.type),
        from: start,
        to: to.get(value)!,
      }));
    const copies = this.#stateFromInputs().map(([state, id]) => ({
      key: copyKey(state),
      bytes: bytesOf(this.#graph.values[id]!.type),
      from: end,
      to: end,
    }));
    return [...arrays, ...nests, ...copies];
  }

  #partialBytes(unit: Loops): number {
    return partialBytes(unit.nest, this.#threads, (value) => sizeOf(this.#graph.values[value]!.type.shape));
  }

  /** New state that is another input as it came. */
  #stateFromInputs(): readonly (readonly [string, number])[] {
    return this.#newState().filter(([name, id]) => {
      const base = baseOf(this.#graph, id);
      return this.#graph.values[base]!.op === 'input' && this.#graph.inputs.get(`state/${name}`) !== base;
    });
  }

  #newState(): readonly (readonly [string, number])[] {
    return [...this.#graph.outputs]
      .filter(([name]) => name.startsWith('state/'))
      .map(([name, id]) => [name.slice('state/'.length), id] as const);
  }

  #placeOf(value: number): Place {
    const { op, attrs, type } = this.#graph.values[value]!;
    const about = { dtype: type.dtype, size: sizeOf(type.shape) };
    const state = this.#schedule.inState.get(value);
    if (state !== undefined) return { pointer: this.#statePointer(state), ...about };
    if (op !== 'input') {
      return { pointer: `f->arena + ${this.#arena.offsets.get(arrayKey(value))}`, ...about };
    }
    const { name } = attrs as OpAttrs['input'];
    if (name.startsWith('state/')) return { pointer: this.#statePointer(name.slice('state/'.length)), ...about };
    const i = this.#inputs.findIndex((input) => input.name === name);
    return { pointer: `f->inputs[${i}]`, ...about };
  }

  #statePointer(state: string): string {
    return `f->state[${this.#state.indexOf(state)}]`;
  }

  #pointer(value: number): string {
    const { pointer, dtype } = this.#placeOf(baseOf(this.#graph, value));
    return `(${arrayType(dtype)} *)(${pointer})`;
  }

  /** What runs a nest, and what puts the parts of all threads together; both know where its arrays are. */
  #nestCalls({ nest }: Loops, region: number, unit: number, parallel: boolean): readonly [string, string | null] {
    const { run, finish, arrays } = loopsCode(nest, {
      placeOf: (value) => this.#placeOf(value),
      threads: this.#threads,
    });
    const own = `f->arena + ${this.#arena.offsets.get(nestKey(region, unit))}`;
    const call = (body: readonly string[], parts: string) =>
      `${this.#functionOf(ARGUMENTS, body)}((void *[]){${arrays.map((a) => `(void *)(${a})`).join(', ')}}, ${own}, ${parts});`;
    const all = parallel ? '0, f->kernels->threads()' : '0, 1';
    return [call(run, parallel ? 'part, parts' : all), finish === null ? null : call(finish, all)];
  }

  /** Strips of products and the nest that reads them, for one thread's columns. */
  #stripsCalls(unit: Strips, region: number, at: number): readonly string[] {
    const stripOf = (product: number) => `strip + ${unit.products.indexOf(product) * unit.rows * STRIP}`;
    const { run, arrays } = rangeCode(unit.loops.nest, {
      placeOf: (value) =>
        unit.products.includes(value)
          ? { pointer: `${stripOf(value)} + row * ${STRIP} - first`, dtype: 'f32', size: unit.rows * unit.columns }
          : this.#placeOf(value),
      threads: this.#threads,
    });
    return stripsCode(this.#graph, unit, {
      own: `f->arena + ${this.#arena.offsets.get(nestKey(region, at))}`,
      stripOf,
      pointer: (value) => this.#pointer(value),
      nest: `${this.#functionOf(RANGE_ARGUMENTS, run)}((void *[]){${arrays.map((a) => `(void *)(${a})`).join(', ')}}, first, first + width);`,
    });
  }

  /** The name of the function with this body; nests that differ in their arrays alone share one. */
  #functionOf(takes: string, body: readonly string[]): string {
    const text = `${takes} ${body.join('\n')}`;
    const name = this.#functions.get(text) ?? `nest_${this.#functions.size}`;
    this.#functions.set(text, name);
    return name;
  }

  /** The regions, each a function where threads share it, and the step that runs one after the other. */
  #step(): readonly string[] {
    const regions: string[] = [];
    const lines: string[] = [];
    this.#schedule.regions.forEach(({ units, parallel }, r) => {
      for (const unit of units) {
        if (unit.kind === 'call') lines.push(callCode(this.#graph, unit.value, (v) => this.#pointer(v)).run);
      }
      const calls = units.flatMap((unit, u) => (unit.kind === 'loops' ? [this.#nestCalls(unit, r, u, parallel)] : []));
      const strips = units.flatMap((unit, u) => (unit.kind === 'strips' ? this.#stripsCalls(unit, r, u) : []));
      if (parallel) {
        regions.push(
          `PLAIN static void region_${r}(void *context, int part, int parts) {`,
          '  const bp_frame *f = context;',
        );
        regions.push(...[...calls.map(([run]) => run), ...strips].map((line) => `  ${line}`), '}', '');
        lines.push(`f->kernels->parallel(region_${r}, f);`);
      } else lines.push(...calls.map(([run]) => run));
      lines.push(...calls.flatMap(([, finish]) => (finish === null ? [] : [finish])));
    });
    return [
      ...regions,
      'PLAIN static void step(bp_frame *f) {',
      '  (void)f;',
      ...lines.map((line) => `  ${line}`),
      '}',
    ];
  }

  #scratch(): readonly string[] {
    const wants = this.#schedule.regions
      .flatMap(({ units }) => units)
      .flatMap((unit) =>
        unit.kind === 'call' ? [callCode(this.#graph, unit.value, (v) => this.#pointer(v)).scratch] : [],
      )
      .filter((want): want is string => want !== null);
    return [
      'size_t bp_program_scratch(const bp_kernels *kernels) {',
      '  (void)kernels;',
      '  size_t most = 0, wanted;',
      ...[...new Set(wants)].map((want) => `  if ((wanted = ${want}) > most) most = wanted;`),
      '  (void)wanted;',
      '  return most;',
      '}',
    ];
  }

  #run(): readonly string[] {
    const inputs = this.#inputs.map(
      ({ type }, i) => `    moved[${i}] = (const char *)inputs[${i}] + step_number * ${bytesOf(type)};`,
    );
    return [
      'void bp_program_run(const bp_kernels *kernels, long steps, void *const *state, const void *const *inputs, void *const *info,',
      '                    char *arena) {',
      '  (void)inputs, (void)info;',
      `  const void *moved[${Math.max(1, this.#inputs.length)}];`,
      `  bp_frame frame = {kernels, arena, (float *)(arena + ${this.#arena.bytes}), state, moved};`,
      '  bp_frame *f = &frame;',
      '  for (long step_number = 0; step_number < steps; step_number++) {',
      ...inputs,
      '    step(f);',
      ...this.#copies().map((line) => `    ${line}`),
      '  }',
      '}',
    ];
  }

  /** What goes outside at the end of a step: first what is shown, since the new state may take its place. */
  #copies(): readonly string[] {
    const bytes = (id: number) => bytesOf(this.#graph.values[id]!.type);
    const info = this.#program.info.map(({ name }, i) => {
      const id = this.#graph.outputs.get(`info/${name}`)!;
      return `memcpy((char *)info[${i}] + step_number * ${bytes(id)}, ${this.#pointer(id)}, ${bytes(id)});`;
    });
    const copied = this.#stateFromInputs();
    const aside = copied.map(
      ([state, id]) =>
        `memcpy(f->arena + ${this.#arena.offsets.get(copyKey(state))}, ${this.#pointer(id)}, ${bytes(id)});`,
    );
    const back = copied.map(
      ([state, id]) =>
        `memcpy(${this.#statePointer(state)}, f->arena + ${this.#arena.offsets.get(copyKey(state))}, ${bytes(id)});`,
    );
    const made = this.#newState()
      .filter(([state, id]) => {
        const base = baseOf(this.#graph, id);
        return this.#graph.values[base]!.op !== 'input' && this.#schedule.inState.get(base) !== state;
      })
      .map(([state, id]) => `memcpy(${this.#statePointer(state)}, ${this.#pointer(id)}, ${bytes(id)});`);
    return [...info, ...aside, ...made, ...back];
  }
}
