import { describe, expect, test } from 'vitest';
import { checkpointsToDrop, type Retention } from '../../../runtime/checkpoint/retention.ts';

function dropped(steps: number[], newest: number, changes: Partial<Retention>): number[] {
  const retention = { before: 0, lastStep: 1000, everySteps: 100, keep: 1, startedFrom: new Set<number>(), ...changes };
  return checkpointsToDrop(steps, newest, retention);
}

describe('checkpointsToDrop', () => {
  test('keeps the newest regular checkpoints', () => {
    expect(dropped([100, 200, 300], 300, { everySteps: 100, keep: 2, lastStep: 1000 })).toEqual([100]);
  });

  test('counts the final one among them, at any step', () => {
    expect(dropped([900, 1000, 1025], 1025, { everySteps: 100, keep: 2, lastStep: 1025 })).toEqual([900]);
    expect(dropped([900, 1000, 1025], 1025, { everySteps: 100, keep: 1, lastStep: 1025 })).toEqual([1000, 900]);
  });

  test('an interruption costs no regular checkpoint and goes when a newer one stands', () => {
    expect(dropped([100, 200, 250], 250, { everySteps: 100, keep: 2, lastStep: 1000 })).toEqual([]);
    expect(dropped([100, 200, 250, 300], 300, { everySteps: 100, keep: 2, lastStep: 1000 })).toEqual([250, 100]);
  });

  test('leaves later steps alone: they did not verify, and are no reason to drop one that does', () => {
    expect(dropped([300, 600, 900], 600, { everySteps: 300, keep: 1, lastStep: 1000 })).toEqual([300]);
  });

  test('keeps all when the recipe says so, and only the last without an interval', () => {
    expect(dropped([1, 2, 3], 3, { everySteps: 1, keep: null, lastStep: 3 })).toEqual([]);
    expect(dropped([17, 60], 60, { everySteps: null, keep: 1, lastStep: 60 })).toEqual([17]);
  });

  test('counts from the phase, and leaves those of the phases before alone', () => {
    const changes = { before: 25, everySteps: 10, lastStep: 60, keep: 2 };
    expect(dropped([20, 25, 35, 45, 50, 55], 55, changes)).toEqual([50, 35]);
    expect(dropped([20, 25, 45, 55, 60], 60, changes)).toEqual([45]);
  });

  test('never drops what something later starts from', () => {
    expect(dropped([100, 200, 250, 300], 300, { startedFrom: new Set([200]), keep: 1 })).toEqual([250, 100]);
  });
});
