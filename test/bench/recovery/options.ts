/** The flags of `npm run bench:recovery`. */
import { executors as known } from '../../../src/executors/index.ts';
import { chosen, Ending, parseFlags } from '../../helpers/flags.ts';
import { OUT } from '../options.ts';
import { SETS } from './report.ts';

export interface RecoveryOptions {
  /** From 1. */
  readonly sets: readonly number[];
  readonly backend: string;
  /** Where the page and the record are written. */
  readonly out: string;
}

/** Throws `Ending`. */
export function readRecoveryOptions(args: readonly string[]): RecoveryOptions {
  const { sets, backend, out } = parseFlags(
    'bench:recovery',
    {
      sets: { default: `1-${SETS}`, says: 'the data sets: one number, or two with a dash between them' },
      backend: { default: 'native', says: 'the executor' },
      out: OUT,
    },
    args,
  );
  return { sets: range(sets), backend: chosen('backend', backend, known.names)[0]!, out };
}

function range(text: string): readonly number[] {
  const [first = Number.NaN, last = first] = text.split('-').map(Number);
  if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 1 && last <= SETS && first <= last))
    throw new Ending(`--sets ${text}: a number from 1 to ${SETS}, or two with a dash between them`, 2);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
