/** The flags of the bench's programs. */
import { executors as known } from '../../src/executors/index.ts';
import { chosen, type Flag, parseFlags, positive } from '../helpers/flags.ts';
import { HERE } from './contenders.ts';

export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Longest time for one process, in seconds. */
  readonly limit: number;
  readonly only: readonly string[];
  readonly executors: readonly string[];
  readonly peers: readonly string[];
  readonly venv: string;
  readonly out: string;
}

const PEERS: readonly string[] = ['torch', 'jax'];

/** What a script calls itself, what `only` chooses from, and where its flags stand when they are not given. */
export interface Script {
  readonly name: string;
  readonly parts: readonly string[];
  readonly rounds?: string;
  readonly executors?: string;
}

export const VENV: Flag = {
  default: process.env.BPRUNE_PEERS ?? `${HERE}/peers/venv`,
  says: 'the Python environment of the peers',
};
export const OUT: Flag = { default: HERE, says: 'the folder of the results, made where it is missing' };

export const DATA: Flag = {
  default: process.env.BPRUNE_DATA ?? '../shared/data',
  says: 'the folder of the tables',
};

/** Throws `Ending`. */
export function readOptions(args: readonly string[], script: Script): BenchOptions {
  const { rounds, seconds, limit, only, executors, peers, venv, out } = parseFlags(
    script.name,
    {
      rounds: { default: script.rounds ?? '5', says: 'how often each contender is measured' },
      seconds: { default: '2', says: 'of measuring, for each process' },
      limit: { default: '180', says: 'seconds that one process may take' },
      only: { default: script.parts.join(','), says: 'what is measured' },
      executors: { default: script.executors ?? 'native,onnx,tensorflow,wasm', says: 'our own contenders' },
      peers: { default: PEERS.join(','), says: 'the others, or none' },
      venv: VENV,
      out: OUT,
    },
    args,
  );
  return {
    rounds: positive('rounds', rounds),
    seconds: positive('seconds', seconds),
    limit: positive('limit', limit),
    only: chosen('only', only, script.parts),
    executors: chosen('executors', executors, known.names),
    peers: chosen('peers', peers, PEERS),
    venv,
    out,
  };
}
