/** The user's cache folder: what bprune found out about this machine, and what it installed there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, homedir } from 'node:os';
import { join } from 'node:path';
import type { Measurements } from '../../runtime/backends.ts';
import { version } from './version.ts';

/** `$XDG_CACHE_HOME/bprune`, by default `~/.cache/bprune`. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bprune');
}

/** Figures of another machine or version say nothing about this one. */
function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown'} x ${availableParallelism()}, node ${process.versions.node}, bprune ${version}`;
}

const file = () => join(cacheFolder(), 'backends.json');

/** What `bprune doctor --measure` wrote on this machine; null when it never did, or the file is damaged. */
export function readMeasurements(): Measurements | null {
  try {
    const found: { readonly machine?: unknown; readonly measurements?: Measurements } = JSON.parse(
      readFileSync(file(), 'utf8'),
    );
    return found.machine === machine() && isWhole(found.measurements) ? found.measurements : null;
  } catch {
    return null;
  }
}

function isWhole(found: Measurements | undefined): found is Measurements {
  const times = [found?.dense, found?.convolution];
  return times.every(
    (t) => typeof t === 'object' && t !== null && Object.values(t).every((ms) => Number.isFinite(ms) && ms > 0),
  );
}

/** Gives the path that was written. */
export function writeMeasurements(measurements: Measurements): string {
  mkdirSync(cacheFolder(), { recursive: true });
  const temporary = `${file()}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify({ machine: machine(), measurements }, null, 2)}\n`);
  renameSync(temporary, file());
  return file();
}
