/** The flags of `npm run bench:uci`. */
import { parseArgs } from 'node:util';
import { HERE } from '../contenders.ts';
import type { Judged } from './job.ts';
import { engines, SPLITS, tables } from './tables.ts';

export interface UciOptions {
  readonly sets: readonly string[];
  readonly engines: readonly string[];
  /** From 1. */
  readonly splits: readonly number[];
  readonly on: Judged;
  /** A folder with `uci/NAME`. */
  readonly data: string;
  readonly backend: string;
  /** Where the table and the record are written. */
  readonly out: string;
}

/** Throws `RangeError` for what there is not. */
export function readUciOptions(args: readonly string[]): UciOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sets: { type: 'string', default: tables.map((t) => t.name).join(',') },
      engines: { type: 'string', default: engines.join(',') },
      splits: { type: 'string', default: `1-${SPLITS}` },
      on: { type: 'string', default: 'test' },
      data: { type: 'string', default: process.env.BPRUNE_DATA ?? '../shared/data' },
      backend: { type: 'string', default: 'onnx' },
      out: { type: 'string', default: HERE },
    },
  });
  const { data, backend, out } = values;
  const names = tables.map((t) => t.name);
  const [on] = chosen('on', values.on, ['test', 'validation']) as [Judged];
  return {
    sets: chosen('sets', values.sets, names),
    engines: chosen('engines', values.engines, engines),
    splits: range(values.splits),
    ...{ on, data, backend, out },
  };
}

function chosen(flag: string, text: string, known: readonly string[]): readonly string[] {
  const names = text.split(',');
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new RangeError(`--${flag} ${wrong}: there are ${known.join(', ')}`);
  return names;
}

/** `3` or `1-5`. */
function range(text: string): readonly number[] {
  const [first = Number.NaN, last = first] = text.split('-').map(Number);
  if (!(first >= 1 && last <= SPLITS && first <= last))
    throw new RangeError(`--splits ${text}: a number from 1 to ${SPLITS}, or two with a dash between them`);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
