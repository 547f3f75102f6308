/** What the messages of many changes are like: how many there are, how near to the change, and what throws. */
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { type Mutation, told, WAYS } from './mutation-cases.ts';

export const MOST_MESSAGES = 5;
/** Lines between the change and its message that are near. */
export const NEAR = 1;

export interface Counts {
  readonly all: number;
  readonly valid: number;
  /** How many changes got 1, 2, ... messages; the last holds all that got more than are allowed. */
  readonly messages: readonly number[];
  readonly near: number;
  readonly farthest: number;
  readonly thrown: number;
}

/** A change whose messages are not as they should be, for a person. */
export interface Remark {
  readonly mutation: Mutation;
  readonly text: string;
}

interface Result {
  readonly mutation: Mutation;
  /** Null where the front end threw. */
  readonly told: ReturnType<typeof told> | null;
  readonly error: unknown;
}

function tried(mutation: Mutation): Result {
  try {
    return { mutation, told: told(mutation), error: null };
  } catch (error) {
    return { mutation, told: null, error };
  }
}

/** The counts of each way and of all together, and what is to be said of single changes. */
export function measure(mutations: readonly Mutation[]) {
  const results = mutations.map(tried);
  const rows = WAYS.map((way) => [way, countsOf(results.filter((r) => r.mutation.way === way))] as const);
  return { rows: new Map<string, Counts>([...rows, ['all', countsOf(results)]]), remarks: results.flatMap(remarksOn) };
}

function countsOf(results: readonly Result[]): Counts {
  const wrong = results.flatMap(({ told }) => (told === null || told.valid ? [] : [told]));
  const messages = Array.from({ length: MOST_MESSAGES + 1 }, (_, i) => {
    const isLast = i === MOST_MESSAGES;
    return wrong.filter(({ diagnostics: { length } }) => (isLast ? length > i : length === i + 1)).length;
  });
  return {
    all: results.length,
    valid: results.filter(({ told }) => told?.valid === true).length,
    messages,
    near: wrong.filter(({ distance }) => distance <= NEAR).length,
    farthest: Math.max(0, ...wrong.map(({ distance }) => distance)),
    thrown: results.filter(({ told }) => told === null).length,
  };
}

function remarksOn({ mutation, told, error }: Result): readonly Remark[] {
  if (told === null) return [{ mutation, text: `threw ${error}` }];
  if (told.valid) return [];
  const { diagnostics, distance } = told;
  const all = diagnostics.map((d: Diagnostic) => `${d.code} ${d.message}`).join(' | ');
  return [
    ...(diagnostics.length > MOST_MESSAGES ? [{ mutation, text: `${diagnostics.length} messages: ${all}` }] : []),
    ...(distance > NEAR ? [{ mutation, text: `${distance} lines away: ${all}` }] : []),
  ];
}

/** The share of wrong programs whose message is near the change. */
export function shareNear({ near, messages }: Counts): number {
  const wrong = messages.reduce((sum, n) => sum + n, 0);
  return wrong === 0 ? 1 : near / wrong;
}

/** A table for a person. */
export function table(rows: ReadonlyMap<string, Counts>): string {
  const heads = ['change', 'all', 'still right', '1', '2', '3', '4', '5', 'more', 'near', 'farthest', 'thrown'];
  const lines = [...rows].map(([name, c]) => {
    const near = `${(100 * shareNear(c)).toFixed(2)} %`;
    return [name, c.all, c.valid, ...c.messages, near, c.farthest, c.thrown];
  });
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
