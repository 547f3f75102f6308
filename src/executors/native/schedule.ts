/** In which order units run, which of them run side by side, and which new state is written over the old. */
import { invariant } from '../../base/diagnostic.ts';
import type { Graph } from '../../graph/ir.ts';
import { nestCost, WORTH_THREADS } from './costs.ts';
import { baseOf } from './trace.ts';
import { mayOverwrite, readsOf, type Unit, writesOf } from './units.ts';

/** Units between two meetings of the threads. A call, and loops that are over too soon for threads, stand alone. */
export interface Region {
  readonly units: readonly Unit[];
  readonly parallel: boolean;
}

export interface Schedule {
  readonly regions: readonly Region[];
  /** Value -> the state whose array it is written into. */
  readonly inState: ReadonlyMap<number, string>;
}

interface Task {
  readonly unit: Unit;
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
  readonly after: Set<Task>;
}

export function schedule(graph: Graph, units: readonly Unit[]): Schedule {
  const tasks = units.map(
    (unit): Task => ({ unit, reads: readsOf(graph, unit), writes: writesOf(unit), after: new Set() }),
  );
  const writers = new Map<number, Task[]>();
  for (const task of tasks) for (const v of task.writes) writers.set(v, [...(writers.get(v) ?? []), task]);
  for (const task of tasks) {
    for (const v of task.reads) for (const writer of writers.get(v) ?? []) task.after.add(writer);
  }
  const inState = overwritten(graph, tasks, writers);
  return { regions: regionsOf(inOrder(tasks)), inState };
}

/** State whose new value may stand in the array of the old one; its other readers then come first. */
function overwritten(
  graph: Graph,
  tasks: readonly Task[],
  writers: ReadonlyMap<number, readonly Task[]>,
): ReadonlyMap<number, string> {
  const inState = new Map<number, string>();
  const shown = new Set([...graph.outputs.values()].map((id) => baseOf(graph, id)));
  for (const [name, id] of graph.outputs) {
    const value = baseOf(graph, id);
    const [writer, another] = writers.get(value) ?? [];
    if (!name.startsWith('state/') || writer === undefined || another !== undefined || inState.has(value)) continue;
    const old = graph.inputs.get(name);
    if (old !== undefined) {
      if (shown.has(old)) continue;
      if (writer.reads.has(old) && !mayOverwrite(graph, writer.unit, old, value)) continue;
      const readers = tasks.filter((t) => t !== writer && t.reads.has(old));
      if (readers.some((reader) => follows(reader, writer))) continue;
      for (const reader of readers) writer.after.add(reader);
    }
    inState.set(value, name.slice('state/'.length));
  }
  return inState;
}

/** True when `task` must run after `other`. */
function follows(task: Task, other: Task): boolean {
  const seen = new Set<Task>();
  const visit = (t: Task): boolean => {
    if (t === other) return true;
    if (seen.has(t)) return false;
    seen.add(t);
    return [...t.after].some(visit);
  };
  return visit(task);
}

/** As the graph has it, as far as the dependencies allow. */
function inOrder(tasks: readonly Task[]): readonly Task[] {
  const rank = (t: Task) => Math.max(...t.writes);
  const waiting = [...tasks].sort((a, b) => rank(a) - rank(b));
  const done = new Set<Task>();
  const order: Task[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((t) => [...t.after].every((before) => done.has(before)));
    invariant(next >= 0, 'units of a native program wait for each other in a circle');
    const [task] = waiting.splice(next, 1);
    done.add(task!);
    order.push(task!);
  }
  return order;
}

function regionsOf(order: readonly Task[]): readonly Region[] {
  const regions: { units: Unit[]; parallel: boolean }[] = [];
  let open: Set<Task> | null = null;
  for (const task of order) {
    const parallel =
      task.unit.kind === 'strips' || (task.unit.kind === 'loops' && nestCost(task.unit.nest) >= WORTH_THREADS);
    if (parallel && open !== null && ![...open].some((t) => task.after.has(t))) {
      regions.at(-1)!.units.push(task.unit);
      open.add(task);
      continue;
    }
    regions.push({ units: [task.unit], parallel });
    open = parallel ? new Set([task]) : null;
  }
  return regions;
}
