/** What is said to be planned must not be there already: the word would hide a record, or stand in the list for nothing. */
import { describe, expect, it } from 'vitest';
import { functions } from '../../../src/base/functions.ts';
import { PLANNED, PLANNED_OPTIONS, type PlannedKind } from '../../../src/language/check/planned.ts';
import { catalogue } from '../../../src/runtime/catalogue.ts';

const records: Partial<Record<PlannedKind, readonly string[]>> = {
  distribution: catalogue.distributions.names,
  reader: catalogue.readers.names,
  engine: catalogue.engines.names,
  criterion: catalogue.criteria.names,
  metric: catalogue.metrics.names,
  'export format': catalogue.exporters.names,
  function: functions.names,
};

describe('planned names', () => {
  it.each(Object.entries(records))('of kind %s have no record', (kind, names) => {
    expect([...PLANNED[kind as PlannedKind]].filter((name) => names.includes(name))).toEqual([]);
  });

  it('of options are those that not every engine has', () => {
    // `temperature` is for all of them, and samplers have it already.
    const has = (name: string) => [...catalogue.engines].map((engine) => engine.options.some((o) => o.name === name));
    expect([...PLANNED_OPTIONS.infer].filter((name) => has(name).every(Boolean))).toEqual([]);
    expect([...PLANNED_OPTIONS.infer].filter((name) => has(name).some(Boolean))).toEqual(['temperature']);
  });
});
