/** The peak resident memory of this process and its children, where the system tells it (Linux); else of this process alone. */
import { readFileSync } from 'node:fs';

export function peakMiB(): number {
  const own = process.resourceUsage().maxRSS / 1024;
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return own + children.map(peakOfChild).reduce((a, b) => a + b, 0);
  } catch {
    return own;
  }
}

/** The compiler that lets Node read TypeScript is not part of what is measured. */
function peakOfChild(pid: string): number {
  if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('esbuild')) return 0;
  const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) / 1024;
}
