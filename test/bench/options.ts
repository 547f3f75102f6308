/** The flags of the bench's programs. */
import { parseArgs } from 'node:util';
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

const list = (text: string): readonly string[] => text.split(',').filter((word) => word !== '' && word !== 'none');

type Defaults = Partial<Record<'rounds' | 'only' | 'executors', string>>;

export function readOptions(args: readonly string[], defaults: Defaults = {}): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: defaults.rounds ?? '5' },
      seconds: { type: 'string', default: '2' },
      limit: { type: 'string', default: '180' },
      only: { type: 'string', default: defaults.only ?? 'w1,w2,w3,w4' },
      executors: { type: 'string', default: defaults.executors ?? 'native,onnx,tensorflow,wasm' },
      peers: { type: 'string', default: 'torch,jax' },
      venv: { type: 'string', default: process.env.BPRUNE_PEERS ?? `${HERE}/peers/venv` },
      out: { type: 'string', default: HERE },
    },
  });
  const { rounds, seconds, limit, venv, out } = values;
  return {
    rounds: positive('rounds', rounds),
    seconds: positive('seconds', seconds),
    limit: positive('limit', limit),
    only: list(values.only),
    executors: list(values.executors),
    peers: list(values.peers),
    venv,
    out,
  };
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${flag} ${text}: a number above 0 is needed`);
  return value;
}
