import { describe, expect, it } from 'vitest';
import { createWindowOrder, windowOf } from '../../../../compiler/plan/sampler/window-order.ts';

describe('windowOf', () => {
  it('reads every window once an epoch, in another order each time', () => {
    const order = createWindowOrder(42);
    const epochs = [0, 1, 2, 3].map((epoch) =>
      Array.from({ length: 500 }, (_, place) => {
        const at = order({ datasetId: 'a', draw: epoch * 500 + place, windows: 500, sequence: 256, order: 'shuffled' });
        expect(at).toMatchObject({ epoch, place });
        return at.window;
      }),
    );
    for (const windows of epochs) expect(new Set(windows).size).toBe(500);
    for (let a = 0; a < 4; a++) {
      for (let b = a + 1; b < 4; b++) {
        const equal = epochs[a]!.filter((window, place) => epochs[b]![place] === window).length;
        expect(equal).toBeLessThan(10); // 1 expected
        const shifts = new Set(epochs[a]!.map((window, place) => (epochs[b]![place]! - window + 500) % 500));
        expect(shifts.size).toBeGreaterThan(250); // (1 - 1/e) x 500 = 316 expected
      }
    }
  });

  it('keeps the order of a sequential dataset', () => {
    expect(windowOf('a', 1203, 500, 256, 42, 'sequential')).toEqual({ epoch: 2, place: 203, window: 203 });
  });

  it('depends on seed, dataset and sequence length', () => {
    const read = (id: string, sequence: number, seed: number) =>
      Array.from({ length: 50 }, (_, draw) => windowOf(id, draw, 1000, sequence, seed, 'shuffled').window).join();
    expect(new Set([read('a', 256, 1), read('b', 256, 1), read('a', 512, 1), read('a', 256, 2)]).size).toBe(4);
  });

  it('answers the same however many datasets and epochs came before', () => {
    const order = createWindowOrder(7);
    const request = { datasetId: 'x', draw: 17, windows: 33, sequence: 64, order: 'shuffled' } as const;
    const first = order(request);
    for (let epoch = 1; epoch < 600; epoch++) order({ ...request, draw: epoch * 33 });
    expect(order(request)).toEqual(first);
    expect(windowOf('x', 17, 33, 64, 7, 'shuffled')).toEqual(first);
  });

  it('refuses an empty dataset and negative draws', () => {
    expect(() => windowOf('a', 0, 0, 64, 1, 'shuffled')).toThrow(RangeError);
    expect(() => windowOf('a', -1, 5, 64, 1, 'sequential')).toThrow(RangeError);
  });
});
