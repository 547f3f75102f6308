/** Ctrl-C, or the system's wish that the process ends: the run stops at the end of its block of steps; the second time at once. */
import { nodeHost } from '../../runtime/host-node.ts';
import type { Host } from '../../runtime/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Gives `body` a host that knows whether somebody asked to stop. */
export async function stoppable<T>(body: (host: Host) => Promise<T>): Promise<T> {
  const stop = { requested: false };
  const onSignal = () => {
    if (stop.requested) process.exit(130);
    stop.requested = true;
    process.stderr.write('\nStopping at the end of this block of steps; Ctrl-C once more stops at once.\n');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await body(nodeHost(stop));
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** Runs `body`, which takes moments, to its end: who asks meanwhile that the process ends is obeyed after it. */
export async function uninterrupted(body: () => Promise<void>): Promise<void> {
  let asked = false;
  const onSignal = () => {
    asked = true;
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await body();
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  if (asked) process.exit(130);
}
