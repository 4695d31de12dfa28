import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storeOf } from '../../../support/token-store.ts';

test('tokens in are tokens out, document by document with an end of text, in 2 and in 4 bytes', () => {
  const document = (most: number) => fc.array(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.constantFrom(4096, 65_536, 65_537, 2 ** 31).chain((vocabulary) =>
        fc.record({
          vocabulary: fc.constant(vocabulary),
          documents: fc.array(document(vocabulary - 1), { minLength: 1, maxLength: 12 }),
          endOfText: fc.constantFrom(0, vocabulary - 1),
        }),
      ),
      ({ vocabulary, documents, endOfText }) => {
        const store = storeOf(documents, { vocabulary, endOfText });
        const expected = documents.flatMap((tokens) => [...tokens, endOfText]);
        expect(store.tokenCount).toBe(expected.length);
        expect(store.documentCount).toBe(documents.length);
        expect([...store.read(0, store.tokenCount)]).toEqual(expected);
        let from = 0;
        for (const [index, tokens] of documents.entries()) {
          const to = from + tokens.length + 1;
          const place = { index, from, to, file: index % 2 ? 'odd.jsonl' : 'even.jsonl', line: index + 1 };
          for (const token of [from, to - 1]) expect(store.documentAt(token)).toEqual(place);
          from = to;
        }
        store.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('any range inside is read, any other is refused', () => {
  const store = storeOf([[5, 6, 7], [8]]);
  expect([...store.read(2, 3)]).toEqual([7, 0, 8]);
  expect([...store.read(6, 0)]).toEqual([]);
  for (const [from, length] of [
    [-1, 1],
    [0, 7],
    [6, 1],
    [0.5, 1],
    [0, -1],
  ] as const) {
    expect(() => store.read(from, length)).toThrow(RangeError);
  }
  expect(() => store.documentAt(6)).toThrow(RangeError);
  expect(() => store.documentAt(-1)).toThrow(RangeError);
});

test('a closed store reads nothing', () => {
  const store = storeOf([[1, 2]]);
  store.close();
  store.close();
  expect(() => store.read(0, 1)).toThrow(/closed/);
  expect(() => store.documentAt(0)).toThrow(/closed/);
});
