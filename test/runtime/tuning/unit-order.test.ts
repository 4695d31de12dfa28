import { describe, expect, test } from 'vitest';
import type { PlanPhase } from '../../../compiler/plan/index.ts';
import { unitOrder } from '../../../runtime/tuning/unit-order.ts';
import { handPlan } from '../../support/training-fakes.ts';

const [a, b] = ['11', '22'].map((digits) => digits.repeat(32)) as [string, string];

function phaseOf(
  steps: number,
  batch: number,
  epochs: string | null,
  shares: Record<string, string> = { [a]: '1' },
): PlanPhase {
  const segment = {
    first_step: 1,
    last_step: steps,
    sequence: 16,
    batch_sequences: batch,
    rope_theta: 10_000,
    attention: 'full' as const,
    shares: Object.entries(shares).map(([dataset_id, share]) => ({ dataset_id, share })),
  };
  return { ...handPlan().phases[0]!, kind: 'sft', name: 'sft', steps, epochs, segments: [segment] };
}

const read = (order: ReturnType<typeof unitOrder>, steps: number) =>
  Array.from({ length: steps }, (_, i) => order.unitsAt(i + 1)).flat();

describe('rows of an sft phase', () => {
  test('are shuffled anew in every epoch, each read once in each, nothing dropped', () => {
    // 10 rows, 2 epochs, batch 3: ceil(20 / 3) = 7 steps, the last with 2 rows.
    const order = unitOrder(phaseOf(7, 3, '2'), 5, 0, new Map([[a, 10]]));
    const units = read(order, 7);
    expect(units.filter((unit) => unit === null)).toHaveLength(1);
    const epochs = [0, 1].map((epoch) => units.flatMap((unit) => (unit?.epoch === epoch ? [unit.unit] : [])));
    for (const epoch of epochs) expect([...epoch].sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(order).toMatchObject({ read: 20, beyond: 0 });
  });

  test('where fewer were counted than planned, the steps stand and read on', () => {
    const order = unitOrder(phaseOf(7, 3, '2'), 5, 0, new Map([[a, 8]]));
    expect(read(order, 7).every((unit) => unit !== null)).toBe(true);
    expect(order).toMatchObject({ read: 21, beyond: -5 });
    expect(order.unitsAt(7).some((unit) => unit?.epoch === 2)).toBe(true);
  });

  test('where more were counted, the last ones of the last epoch are not read', () => {
    expect(unitOrder(phaseOf(7, 3, '2'), 5, 0, new Map([[a, 14]]))).toMatchObject({ read: 21, beyond: 7 });
  });

  test('of a mixture come by exact shares', () => {
    const order = unitOrder(
      phaseOf(25, 4, null, { [a]: '0.8', [b]: '0.2' }),
      5,
      0,
      new Map([
        [a, 30],
        [b, 7],
      ]),
    );
    const units = read(order, 25);
    expect(units.filter((unit) => unit!.datasetId === a)).toHaveLength(80);
    expect(units.filter((unit) => unit!.datasetId === b)).toHaveLength(20);
  });

  test('every step is a function of the step alone', () => {
    const of = () => unitOrder(phaseOf(7, 3, '2'), 5, 0, new Map([[a, 10]]));
    const walked = of();
    for (const step of [6, 2, 7, 1]) expect(of().unitsAt(step)).toEqual(walked.unitsAt(step));
  });
});
