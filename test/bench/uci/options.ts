/** The flags of `npm run bench:uci`. */
import { executors as known } from '../../../src/executors/index.ts';
import { chosen, Ending, parseFlags } from '../../helpers/flags.ts';
import { DATA, OUT } from '../options.ts';
import type { Judged } from './job.ts';
import { engines as all, SPLITS, tables } from './tables.ts';

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

/** Throws `Ending`, for what there is not too. */
export function readUciOptions(args: readonly string[]): UciOptions {
  const names = tables.map((t) => t.name);
  const { sets, engines, splits, on, data, backend, out } = parseFlags(
    'bench:uci',
    {
      sets: { default: names.join(','), says: 'the tables' },
      engines: { default: all.join(','), says: 'the engines' },
      splits: { default: `1-${SPLITS}`, says: 'one number, or two with a dash between them' },
      on: { default: 'test', says: 'the rows that judge: test, or validation, which writes nothing' },
      data: DATA,
      backend: { default: 'native', says: 'the executor' },
      out: OUT,
    },
    args,
  );
  return {
    sets: chosen('sets', sets, names),
    engines: chosen('engines', engines, all),
    splits: range(splits),
    on: chosen('on', on, ['test', 'validation'])[0] as Judged,
    backend: chosen('backend', backend, known.names)[0]!,
    ...{ data, out },
  };
}

/** `3` or `1-5`. */
function range(text: string): readonly number[] {
  const [first = Number.NaN, last = first] = text.split('-').map(Number);
  if (!(first >= 1 && last <= SPLITS && first <= last))
    throw new Ending(`--splits ${text}: a number from 1 to ${SPLITS}, or two with a dash between them`, 2);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
