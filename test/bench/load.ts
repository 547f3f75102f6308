/** How much of the machine other processes used meanwhile: figures taken beside them are worth little. Linux tells, others do not. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

interface Clock {
  /** Ticks (hundredths of a second) of the whole machine at work, and of this process with its ended children. */
  readonly busy: number;
  readonly own: number;
  readonly at: number;
}

function read(): Clock | null {
  try {
    const cpu = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
    const [user, nice, system, , , irq, softirq, steal] = cpu;
    const mine = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15)
      .map(Number);
    const busy = user! + nice! + system! + irq! + softirq! + steal!;
    return { busy, own: mine.reduce((a, b) => a + b, 0), at: performance.now() };
  } catch {
    return null;
  }
}

/** Starts to look; the function that it gives says the others' share of the machine since then, null where nobody knows. */
export function watchOthers(): () => number | null {
  const before = read();
  return () => {
    const after = read();
    if (before === null || after === null) return null;
    const ticks = ((after.at - before.at) / 10) * availableParallelism();
    return Math.max(0, (after.busy - before.busy - (after.own - before.own)) / ticks);
  };
}
