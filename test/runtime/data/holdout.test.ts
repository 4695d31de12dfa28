import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHoldoutChooser } from '../../../runtime/data/holdout.ts';

function heldOut(texts: readonly string[], rows: number): readonly string[] {
  const chooser = createHoldoutChooser(rows);
  for (const text of texts) chooser.see(text);
  const { rule, heldOut: count } = chooser.choose();
  const held = texts.filter(rule);
  expect(held).toHaveLength(count);
  return held;
}
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `row ${index}`);

test('as many rows as asked where no rows are equal, also when most pass by', () => {
  expect(heldOut(numbered(20_000), 7)).toHaveLength(7);
  expect(heldOut(numbered(100), 40)).toHaveLength(40);
  expect(heldOut(numbered(100), 0)).toEqual([]);
  expect(heldOut(numbered(5), 9)).toHaveLength(5);
});

test('the choice does not depend on the order, and a larger holdout holds a smaller one', () => {
  const texts = numbered(3000);
  const chosen = new Set(heldOut(texts, 30));
  expect(new Set(heldOut([...texts].reverse(), 30))).toEqual(chosen);
  const fewer = heldOut(texts, 10);
  expect(fewer.every((text) => chosen.has(text))).toBe(true);
});

test('rows that are added or removed elsewhere change only what they must', () => {
  const before = new Set(heldOut(numbered(2000), 100));
  const after = heldOut(numbered(2200), 100);
  const stayed = after.filter((text) => before.has(text));
  expect(stayed.length).toBeGreaterThan(70);
});

test('equal rows stand on the same side', () => {
  const rows = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 12 }), (texts, count) => {
      const held = heldOut(texts, count);
      const training = texts.filter((text) => !held.includes(text));
      expect(held.length + training.length).toBe(texts.length);
      expect(held.length).toBeGreaterThanOrEqual(Math.min(count, texts.length));
      // Without its last rank it would be fewer than asked.
      if (held.length > count) expect(held.length - count).toBeLessThan(Math.max(...counts(held)));
    }),
  );
});

function counts(texts: readonly string[]): readonly number[] {
  return [...new Set(texts)].map((text) => texts.filter((each) => each === text).length);
}
