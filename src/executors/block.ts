/**
 * Executors that run K steps in one call. What K steps read is stacked along a leading axis (a block) on the caller's
 * thread, so that it can be made while the executor, perhaps on another thread, still runs the block before.
 */
import { invariant } from '../base/diagnostic.ts';
import { type HostArray, type NumericArray, type Shape, sizeOf, type TensorType } from '../base/host-array.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import { verifyProgram } from '../graph/verify.ts';
import type { Compiled, Feed, Info, Session, Staged } from './executor.ts';

/** The order of axes in which a program reads an input: as given, or `[N, C, H, W]` for one that is given as `[N, H, W, C]`. */
export type Order = 'given' | 'channels-first';

export interface BlockInput {
  /** `batch/x`, `noise/fc1.local`, `scalar/adam.rate`. */
  readonly name: string;
  /** Of one step, in that order of axes. */
  readonly type: TensorType;
  readonly order: Order;
}

/** By name, the numbers of all steps, one step after the other. */
export type Stacked = Readonly<Record<string, NumericArray>>;

/** A session in terms of blocks: plain data in, plain data out, so that it can stand behind a message port. */
export interface BlockSession {
  /** Prepares a program; `id` is the caller's name for it. Gives the inputs that it reads. */
  compile(id: number, program: StepProgram): Promise<readonly BlockInput[]>;
  write(values: Stacked): Promise<void>;
  read(names: readonly string[]): Promise<Stacked>;
  /** Runs `steps` steps on inputs that stay the caller's; gives the info of all of them, stacked. */
  run(id: number, steps: number, inputs: Stacked): Promise<Stacked>;
  dispose(): void;
}

interface Prepared {
  readonly id: number;
  readonly inputs: readonly BlockInput[];
  /** Arrays of blocks that have run, to be filled again. */
  readonly spare: Stacked[];
}

/** A block that stands ready. */
interface StagedBlock extends Staged {
  readonly inputs: Stacked;
}

/** A session as the rest of bprune knows it. */
export function sessionOf(state: readonly StateSpec[], blocks: BlockSession): Session {
  const specs = new Map(state.map((s) => [s.name, s]));
  const programs = new Map<Compiled, Prepared>();
  const typeOf = (name: string): TensorType => {
    const spec = specs.get(name);
    invariant(spec !== undefined, `this session has no state \`${name}\``);
    return spec.type;
  };
  const prepared = (compiled: Compiled): Prepared => {
    const known = programs.get(compiled);
    invariant(known !== undefined, 'the program was compiled in another session');
    return known;
  };
  const stage = (compiled: Compiled, steps: number, feedOf: (step: number) => Feed): StagedBlock => {
    const { inputs, spare } = prepared(compiled);
    return { steps, inputs: stack(inputs, steps, feedOf, spare.pop() ?? {}) };
  };
  return {
    async compile(program) {
      verifyProgram(program);
      for (const s of program.state) {
        invariant(sizeOf(typeOf(s.name).shape) === sizeOf(s.type.shape), `state \`${s.name}\` has another shape here`);
      }
      const id = programs.size;
      const compiled = { program };
      programs.set(compiled, { id, inputs: await blocks.compile(id, program), spare: [] });
      return compiled;
    },
    write(values) {
      const arrays = Object.entries(values).map(([name, array]) => [name, ownArray(typeOf(name), array.data, name)]);
      return blocks.write(Object.fromEntries(arrays));
    },
    async read(names = [...specs.keys()]) {
      const arrays = await blocks.read(names);
      return Object.fromEntries(names.map((name) => [name, { type: typeOf(name), data: arrays[name]! }]));
    },
    stage,
    async run(compiled, feeds) {
      const block = isFeeds(feeds) ? stage(compiled, feeds.length, (step) => feeds[step]!) : (feeds as StagedBlock);
      const { id, spare } = prepared(compiled);
      const info = await blocks.run(id, block.steps, block.inputs);
      spare.push(block.inputs);
      return unstack(compiled.program, info, block.steps);
    },
    dispose: () => blocks.dispose(),
  };
}

function isFeeds(feeds: readonly Feed[] | Staged): feeds is readonly Feed[] {
  return Array.isArray(feeds);
}

const kinds = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

function ownArray(type: TensorType, data: NumericArray, name: string): NumericArray {
  invariant(data.length === sizeOf(type.shape), `state \`${name}\` is written in another size`);
  return new kinds[type.dtype](data);
}

/** What all steps are fed, input by input, in the orders of axes in which they are read; into `spare` where that is long enough. */
function stack(inputs: readonly BlockInput[], steps: number, feedOf: (step: number) => Feed, spare: Stacked): Stacked {
  const stacked = inputs.map(({ name, type }) => [name, roomFor(type, steps, spare[name])] as const);
  for (let step = 0; step < steps; step++) {
    const feed = feedOf(step);
    inputs.forEach((input, i) => {
      put(feed, input, stacked[i]![1], step);
    });
  }
  return Object.fromEntries(stacked);
}

/** Shared: arrays that moved to another thread and back with each block would keep the garbage collector busy. Some browsers have none. */
const Memory = globalThis.SharedArrayBuffer ?? ArrayBuffer;

function roomFor(type: TensorType, steps: number, spare: NumericArray | undefined): NumericArray {
  const length = steps * sizeOf(type.shape);
  const kind = kinds[type.dtype];
  const bytes = length * kind.BYTES_PER_ELEMENT;
  const fits = spare !== undefined && spare.buffer.byteLength >= bytes;
  return new kind((fits ? spare.buffer : new Memory(bytes)) as ArrayBuffer, 0, length);
}

function put(feed: Feed, { name, type, order }: BlockInput, out: NumericArray, step: number): void {
  const size = sizeOf(type.shape);
  const value = fed(feed, name);
  if (typeof value === 'number') {
    out[step] = value;
    return;
  }
  invariant(value.length === size, `\`${name}\` was not fed in its size`);
  if (order === 'given') out.set(value, step * size);
  else putChannelsFirst(value, type.shape, out, step * size);
}

function fed(feed: Feed, name: string): NumericArray | number {
  const slash = name.indexOf('/');
  const [group, key] = [name.slice(0, slash), name.slice(slash + 1)];
  const value = group === 'scalar' ? feed.scalars[key] : (group === 'batch' ? feed.batch : feed.noise)[key]?.data;
  invariant(value !== undefined, `\`${name}\` was not fed`);
  return value;
}

/** `[N, H, W, C]` to `[N, C, H, W]`; `shape` is the latter. */
function putChannelsFirst(data: NumericArray, shape: Shape, out: NumericArray, start: number): void {
  const [, channels, height, width] = shape as readonly [number, number, number, number];
  const area = height * width;
  for (let image = 0; image < data.length; image += area * channels) {
    for (let c = 0; c < channels; c++) {
      const plane = start + image + c * area;
      for (let p = 0, i = image + c; p < area; p++, i += channels) out[plane + p] = data[i]!;
    }
  }
}

/** The info of each step out of that of all. */
function unstack(program: StepProgram, all: Stacked, steps: number): Info[] {
  return Array.from({ length: steps }, (_, step) =>
    Object.fromEntries(
      program.info.map(({ name, type }): [string, HostArray] => {
        const size = sizeOf(type.shape);
        return [name, { type, data: all[name]!.slice(step * size, (step + 1) * size) }];
      }),
    ),
  );
}
