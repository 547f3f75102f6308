/** The essentials of the SARIF 2.1.0 schema: required properties, enumerated values, and regions that a reader can find. */
import { describe, expect, it } from 'vitest';
import { diagnostic } from '../../../src/base/diagnostic.ts';
import { replacement } from '../../../src/base/fix.ts';
import { span } from '../../../src/base/span.ts';
import { codes } from '../../../src/tools/cli/codes.ts';
import { sarifDocument } from '../../../src/tools/cli/sarif.ts';

const text = 'const a = 1\nconst b = aa\n';
const sources = new Map([['my programs/p.bprune', text]]);
const place = span('my programs/p.bprune', 22, 24);
const told = [
  diagnostic('BP2001', place, 'there is no `aa` here', {
    labels: [{ span: span('my programs/p.bprune', 6, 7), message: 'declared here' }],
    notes: ['a note'],
    hint: 'did you mean `a`?',
    fix: replacement(place, 'a'),
  }),
  diagnostic('BP2019', span('my programs/p.bprune', 18, 19), 'constant `b` is not used', { severity: 'warning' }),
  diagnostic('BP9002', null, 'usage'),
];

describe('SARIF', () => {
  // Through JSON, so that what is undefined would be missing.
  const log = JSON.parse(JSON.stringify(sarifDocument(told, codes, sources)));
  const [run] = log.runs;

  it('has the required properties of a log, a run and a tool', () => {
    expect(log.version).toBe('2.1.0');
    expect(log.$schema).toMatch(/^https:\/\/.*sarif.*2\.1\.0.*\.json$/);
    expect(log.runs).toHaveLength(1);
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(run.tool.driver.name).toBe('bprune');
    const ids = run.tool.driver.rules.map((r: { id: string }) => r.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const rule of run.tool.driver.rules) expect(rule.shortDescription.text).toBe(codes.get(rule.id)!.title);
  });

  it('has a message, a level of the standard and its rule for each result', () => {
    expect(run.results).toHaveLength(told.length);
    for (const result of run.results) {
      expect(['none', 'note', 'warning', 'error']).toContain(result.level);
      expect(result.message.text.length).toBeGreaterThan(0);
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    }
    expect(run.results[2].locations).toBeUndefined();
  });

  it('places results, related places and repairs in lines and columns from 1, in a valid URI', () => {
    const [result] = run.results;
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation.uri).toBe('my%20programs/p.bprune');
    expect(region).toEqual({ startLine: 2, startColumn: 11, endLine: 2, endColumn: 13 });
    expect(result.relatedLocations[0]).toMatchObject({ id: 0, message: { text: 'declared here' } });
    const [change] = result.fixes[0].artifactChanges;
    expect(change.replacements).toEqual([{ deletedRegion: region, insertedContent: { text: 'a' } }]);
  });

  it('is a whole document when nothing is wrong', () => {
    expect(sarifDocument([], codes, sources)).toMatchObject({
      runs: [{ results: [], tool: { driver: { rules: [] } } }],
    });
  });
});
