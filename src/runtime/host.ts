/** What the runtime needs of the world, as an interface: files, clock, messages. `host-node.ts` is the one for Node. */
import type { FileAccess } from '../base/data.ts';

export interface Host extends FileAccess {
  /** Absolute form of a path given on the command line. */
  resolve(path: string): string;
  exists(path: string): Promise<boolean>;
  makeDirectory(path: string): Promise<void>;
  /** Makes a directory (and those above it) for the caller alone; false when something of that name is there already. */
  claimDirectory(path: string): Promise<boolean>;
  /** Writes to a temporary name beside `path`, then renames: never half a file. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Writes a file that is not there yet; false when it is. */
  writeNew(path: string, content: string): Promise<boolean>;
  append(path: string, content: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a directory with all in it; nothing there is no error. */
  remove(path: string): Promise<void>;
  /** Milliseconds of a steady clock. */
  now(): number;
  /** ISO time of the wall clock. */
  date(): string;
  /** True once the user asked to stop; the run then ends at the next step boundary. */
  interrupted(): boolean;
  /** Lets timers and signals in between two blocks of steps. */
  breathe(): Promise<void>;
  /** Bytes that this process may still take, what it has already included. */
  freeMemory(): number;
  /** The most bytes that this process ever held. */
  peakMemory(): number;
  /** Of this process. */
  readonly pid: number;
  /** A mark of the process of that number on this machine, which a later one of the same number does not have; null where none runs. */
  markOf(pid: number): Promise<string | null>;
  /** The name of this machine. */
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
}
