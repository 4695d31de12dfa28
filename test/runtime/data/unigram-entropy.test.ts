import { expect, test } from 'vitest';
import { tokenCounts, unigramEntropy } from '../../../runtime/data/unigram-entropy.ts';
import { storeOf } from '../../support/token-store.ts';

test('entropy of known frequencies', () => {
  // With the ends of text: 0 twice, 1 twice, 2 four times.
  const store = storeOf([
    [1, 2, 2],
    [2, 1, 2],
  ]);
  expect([...tokenCounts(store, 4)]).toEqual([2, 2, 4, 0]);
  expect(unigramEntropy(store, 4)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(4), 12);
});

test('all tokens alike: log of the vocabulary, also over several reads', () => {
  const store = storeOf([Array.from({ length: 4 * 65_536 - 1 }, (_, index) => (index + 1) % 4)]);
  expect(unigramEntropy(store, 4)).toBeCloseTo(Math.log(4), 12);
});

test('an empty store has none; an id outside the vocabulary is refused', () => {
  expect(unigramEntropy(storeOf([]), 4)).toBe(0);
  expect(() => unigramEntropy(storeOf([[9]]), 4)).toThrow(RangeError);
});
