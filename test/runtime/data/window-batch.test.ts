import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heldOutBatches } from '../../../runtime/data/held-out-batches.ts';
import { noLabel, windowBatch } from '../../../runtime/data/window-batch.ts';
import { checkFillsWindow, windowCount, windowStart } from '../../../runtime/data/windows.ts';
import { storeOf } from '../../support/token-store.ts';

const documentsOf = fc.array(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 9 }), {
  minLength: 1,
  maxLength: 10,
});

test('windows overlap by one token and predict every token but the first once', () => {
  fc.assert(
    fc.property(documentsOf, fc.integer({ min: 1, max: 12 }), (documents, sequence) => {
      const store = storeOf(documents);
      const all = [...store.read(0, store.tokenCount)];
      const count = windowCount(store.tokenCount, sequence);
      const predicted: number[] = [];
      for (let window = 0; window < count; window++) {
        const row = { store, from: windowStart(window, sequence), length: sequence };
        const { tokens, labels } = windowBatch([row], sequence, 'full');
        expect([...tokens]).toEqual(all.slice(window * sequence, (window + 1) * sequence));
        expect([...labels].slice(0, -1)).toEqual([...tokens].slice(1));
        predicted.push(...labels);
      }
      expect(predicted).toEqual(all.slice(1, count * sequence + 1));
      expect(all.length - 1 - predicted.length).toBeLessThan(sequence);
    }),
    { numRuns: 60 },
  );
});

test('a dataset below one window is named with its numbers', () => {
  expect([0, 1, 8, 9, 17].map((tokens) => windowCount(tokens, 8))).toEqual([0, 0, 0, 1, 2]);
  expect(() => checkFillsWindow('web', 9, 8)).not.toThrow();
  expect(() => checkFillsWindow('web', 2048, 2048)).toThrow(
    'dataset `web` has 2,048 training tokens, less than one window of 2,049 (sequence 2,048 and the token after it)',
  );
});

test('documents and positions restart in a window; labels run on across the edge', () => {
  const store = storeOf([[11, 12, 13], [21], [31, 32, 33, 34]]);
  // 11 12 13 0 21 0 31 32 33 34 0
  const batch = windowBatch(
    [
      { store, from: 1, length: 6 },
      { store, from: 4, length: 4 },
    ],
    6,
    'document',
  );
  expect([...batch.tokens]).toEqual([12, 13, 0, 21, 0, 31, 21, 0, 31, 32, 0, 0]);
  expect([...batch.labels]).toEqual([13, 0, 21, 0, 31, 32, 0, 31, 32, 33, noLabel, noLabel]);
  expect([...batch.documents!.index]).toEqual([0, 0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 2]);
  expect([...batch.documents!.position]).toEqual([0, 1, 2, 0, 1, 0, 0, 1, 0, 1, 0, 1]);
  expect(windowBatch([{ store, from: 0, length: 6 }], 6, 'full').documents).toBeNull();
});

test('held-out batches predict every token but the first exactly once, in one shape', () => {
  fc.assert(
    fc.property(
      documentsOf,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('full' as const, 'document' as const),
      (documents, sequence, sequences, attention) => {
        const store = storeOf(documents);
        const all = [...store.read(0, store.tokenCount)];
        const labels: number[] = [];
        const inputs: number[] = [];
        for (const batch of heldOutBatches(store, { sequences, sequence, attention })) {
          expect(batch).toMatchObject({ sequences, sequence });
          expect(batch.tokens).toHaveLength(sequences * sequence);
          batch.labels.forEach((label, place) => {
            if (label === noLabel) return;
            labels.push(label);
            inputs.push(batch.tokens[place]!);
          });
          expect(batch.labels.some((label) => label !== noLabel)).toBe(true);
        }
        expect(labels).toEqual(all.slice(1));
        expect(inputs).toEqual(all.slice(0, -1));
      },
    ),
    { numRuns: 80 },
  );
});

test('an empty part gives no batch', () => {
  expect([...heldOutBatches(storeOf([]), { sequences: 2, sequence: 4, attention: 'full' })]).toEqual([]);
});
