/** What the steps of a training are fed: batches in their shuffled order, keyed noise, schedules at their time. */
import type { Dataset } from '../base/data.ts';
import type { FeedLoops } from '../base/feed-loops.ts';
import type { HostArray, NumericArray } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillNormal, fillUniform } from '../base/normal.ts';
import { permutation } from '../base/sample.ts';
import { augmentKey, noiseKey, shuffleKey } from '../base/streams.ts';
import { augmentBatch, freshRoom, gatherBatch, type Room } from '../data/index.ts';
import type { Feed } from '../executors/executor.ts';
import type { NoiseSpec, StepProgram } from '../graph/program.ts';
import type { EngineProgram } from '../inference/engine.ts';
import { compileSchedule } from '../language/index.ts';

export interface Feeder {
  readonly stepsPerEpoch: number;
  /** Rows of the batch of a step: the last one of an epoch may be short. */
  rowsOf(step: number): number;
  /** The same step always gets the same feed, in arrays of its own. */
  feed(program: StepProgram, step: number): Feed;
  /** The same, in arrays that the next call fills again. */
  passingFeed(program: StepProgram, step: number): Feed;
}

/** The data with the rows of another split in the place of the training rows. */
export function trainingOn(split: string, dataset: Dataset): Dataset {
  return split === 'train' ? dataset : { ...dataset, splits: { ...dataset.splits, train: dataset.splits[split]! } };
}

/** Feeds a run step (its key) over the rows that are trained with, `batch` of them at a time; by the loops of an executor that brings some. */
export function feeder(
  dataset: Dataset,
  batch: number,
  scalars: EngineProgram['scalars'],
  runStep: Key,
  loops?: FeedLoops,
): Feeder {
  const split = dataset.splits.train!;
  const stepsPerEpoch = Math.ceil(split.rows / batch);
  const schedules = Object.entries(scalars).map(([name, scalar]) => {
    return [name, typeof scalar === 'function' ? scalar : compileSchedule(scalar)] as const;
  });
  const start = (step: number) => (step % stepsPerEpoch) * batch;
  const rowsOf = (step: number) => Math.min(batch, split.rows - start(step));
  let order: { readonly epoch: number; readonly rows: Uint32Array } = { epoch: -1, rows: new Uint32Array(0) };
  const orderOf = (epoch: number): Uint32Array => {
    if (order.epoch !== epoch) order = { epoch, rows: permutation(shuffleKey(runStep, epoch), split.rows) };
    return order.rows;
  };
  const feedInto = (program: StepProgram, step: number, room: Room): Feed => {
    const rows = orderOf(Math.floor(step / stepsPerEpoch)).subarray(start(step), start(step) + rowsOf(step));
    const at = { epoch: step / stepsPerEpoch, step };
    const columns = program.batch.map((b) => b.name);
    const batch = gatherBatch(split, columns, rows, (name, type) => room(`batch/${name}`, type), loops?.bytes);
    augmentBatch(batch, dataset.augment, (column, change) => augmentKey(runStep, column, change, step));
    return {
      batch,
      noise: Object.fromEntries(program.noise.map((n) => [n.name, noiseOf(n, runStep, step, room, loops)])),
      scalars: Object.fromEntries(schedules.map(([name, schedule]) => [name, schedule(at)])),
    };
  };
  const kept = keptRoom();
  return {
    stepsPerEpoch,
    rowsOf,
    feed: (program, step) => feedInto(program, step, freshRoom),
    passingFeed: (program, step) => feedInto(program, step, kept),
  };
}

/** One array for each input and size, given out again and again. */
function keptRoom(): Room {
  const arrays = new Map<string, NumericArray>();
  return (name, type) => {
    const key = `${name} ${type.dtype} ${type.shape}`;
    const known = arrays.get(key) ?? freshRoom(name, type);
    arrays.set(key, known);
    return known;
  };
}

function noiseOf(spec: NoiseSpec, runStep: Key, step: number, room: Room, loops?: FeedLoops): HostArray {
  const data = room(`noise/${spec.name}`, spec.type) as Float32Array;
  const key = noiseKey(runStep, spec.path, step);
  if (spec.kind === 'normal') fillNormal(key, data, loops?.normals);
  else fillUniform(key, data);
  return { type: spec.type, data };
}
