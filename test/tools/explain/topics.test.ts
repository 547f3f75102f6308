/** What `bprune explain NAME` says: everything that the record of the name declares. Walks the catalogue. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/runtime/index.ts';
import {
  FAMILIES,
  settingNames,
  settingTopics,
  topicNames,
  topics,
  typeText,
} from '../../../src/tools/explain/topics.ts';

describe('topics', () => {
  it('exist for every name of the catalogue', () => {
    const families = Object.keys(FAMILIES) as (keyof typeof FAMILIES)[];
    for (const family of families) {
      for (const record of catalogue[family]) {
        const text = topics(record.name).join('\n');
        expect(text).toContain(`${FAMILIES[family]} ${record.name}: ${record.doc}`);
        const settings = 'options' in record ? record.options : 'params' in record ? record.params : [];
        for (const setting of settings) expect(text, record.name).toContain(setting.doc);
      }
    }
    expect(topicNames()).toContain('sgvb');
    expect(topics('nothing of this name')).toEqual([]);
  });

  it('exist for every setting: who has it', () => {
    expect(settingTopics('bandwidth').join()).toMatch(/setting bandwidth\n +engine svgd +.*median/);
    for (const family of Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]) {
      for (const record of catalogue[family]) {
        const settings = 'options' in record ? record.options : 'params' in record ? record.params : [];
        for (const { name } of settings) {
          expect(settingTopics(name).join(), name).toContain(`${FAMILIES[family]} ${record.name}`);
          expect(settingNames()).toContain(name);
        }
      }
    }
    expect(settingTopics('nothing of this name')).toEqual([]);
  });

  it('say the defaults', () => {
    expect(topics('sgvb').join()).toMatch(/batch +all or whole number from 1 on += 100 /);
    expect(topics('dense').join()).toMatch(/outputs +whole number from 1 on +must be given/);
    expect(topics('Normal').join()).toMatch(/sd +a positive number += 1/);
  });

  it.each([
    [{ kind: 'number', min: 0, exclusiveMin: true }, 'number above 0'],
    [{ kind: 'number', min: 0, max: 1 }, 'number from 0 to 1'],
    [{ kind: 'number', max: 1 }, 'number up to 1'],
    [{ kind: 'choice', values: ['median'], number: { min: 0, exclusiveMin: true } }, 'median or number above 0'],
    [{ kind: 'duration', unit: 'epochs' }, 'number of epochs'],
  ] as const)('say that %j is a %s', (type, text) => {
    expect(typeText(type)).toBe(text);
  });
});
