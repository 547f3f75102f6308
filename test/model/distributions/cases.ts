/** SciPy's cases as terms: every density of numbers that the registry holds has at least one, or the tests fail. */
import type { Operand } from '../../../src/graph/builder.ts';
import type { Distribution, Term } from '../../../src/model/distribution.ts';
import { distributions } from '../../../src/model/index.ts';
import reference from './reference.json' with { type: 'json' };

/** A value, the log density there, and the distribution function. */
export type Point = readonly [x: number, log: number, cdf: number];

export interface Case {
  readonly title: string;
  readonly record: Distribution;
  /** All parameters, defaults filled in. */
  readonly args: Readonly<Record<string, number>>;
  readonly mean: number | null;
  readonly variance: number | null;
  readonly points: readonly Point[];
}

export const DISCRETE = ['binary', 'count'];

export const cases: readonly Case[] = Object.entries(reference.cases).flatMap(([name, list]) =>
  list.map((c): Case => {
    const record = distributions.get(name);
    if (record === undefined) throw new Error(`SciPy has ${name}, the registry has not`);
    const given = c.args as Readonly<Record<string, number>>;
    const args = Object.fromEntries(record.params.map((p) => [p.name, given[p.name] ?? p.default!]));
    const shown = Object.entries(given).map(([n, value]) => `${n} = ${Number(value.toPrecision(3))}`);
    const title = `${name}(${shown.join(', ')})`;
    return { title, record, args, mean: c.mean, variance: c.variance, points: c.points as unknown as Point[] };
  }),
);

export const continuous = cases.filter((c) => !DISCRETE.includes(c.record.support));
export const discrete = cases.filter((c) => DISCRETE.includes(c.record.support));

export function term(record: Distribution, args: Readonly<Record<string, Operand>>): Term {
  return { distribution: record, args, components: [] };
}
