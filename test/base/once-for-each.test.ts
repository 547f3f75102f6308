import { expect, test } from 'vitest';
import { onceForEach } from '../../src/base/once-for-each.ts';

test('an object is worked on once, also where nothing comes of it', () => {
  const asked: object[] = [];
  const nothing = onceForEach((of: object): undefined => void asked.push(of));
  const [a, b] = [{}, {}];
  nothing(a);
  nothing(b);
  nothing(a);
  expect(asked).toEqual([a, b]);
});

test('each object has its own answer, the same one every time', () => {
  const boxed = onceForEach((of: { readonly n: number }) => [of.n]);
  const one = { n: 1 };
  expect(boxed(one)).toEqual([1]);
  expect(boxed(one)).toBe(boxed(one));
  expect(boxed({ n: 1 })).not.toBe(boxed(one));
});
