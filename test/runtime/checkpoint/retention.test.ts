import { describe, expect, test } from 'vitest';
import { checkpointsToDrop } from '../../../runtime/checkpoint/retention.ts';

describe('checkpointsToDrop', () => {
  test('keeps the newest regular checkpoints', () => {
    expect(checkpointsToDrop([100, 200, 300], 300, { every_steps: 100, keep: 2 }, 1000)).toEqual([100]);
  });

  test('counts the final one among them, at any step', () => {
    expect(checkpointsToDrop([900, 1000, 1025], 1025, { every_steps: 100, keep: 2 }, 1025)).toEqual([900]);
    expect(checkpointsToDrop([900, 1000, 1025], 1025, { every_steps: 100, keep: 1 }, 1025)).toEqual([1000, 900]);
  });

  test('an interruption costs no regular checkpoint and goes when a newer one stands', () => {
    expect(checkpointsToDrop([100, 200, 250], 250, { every_steps: 100, keep: 2 }, 1000)).toEqual([]);
    expect(checkpointsToDrop([100, 200, 250, 300], 300, { every_steps: 100, keep: 2 }, 1000)).toEqual([250, 100]);
  });

  test('leaves later steps alone: they did not verify, and are no reason to drop one that does', () => {
    expect(checkpointsToDrop([300, 600, 900], 600, { every_steps: 300, keep: 1 }, 1000)).toEqual([300]);
  });

  test('keeps all when the recipe says so, and only the last without an interval', () => {
    expect(checkpointsToDrop([1, 2, 3], 3, { every_steps: 1, keep: null }, 3)).toEqual([]);
    expect(checkpointsToDrop([17, 60], 60, { every_steps: null, keep: 1 }, 60)).toEqual([17]);
  });
});
