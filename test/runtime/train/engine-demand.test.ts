import { expect, test } from 'vitest';
import { engineDemand } from '../../../runtime/train/engine-demand.ts';
import { handPlan } from '../../support/training-fakes.ts';

test('the demand of a plan is that of its largest step', () => {
  const plan = handPlan();
  // 64 tokens a step, 856 parameters, a vocabulary of 32, 8 wide.
  expect(engineDemand(plan, plan.phases[0]!)).toEqual({
    precision: 'float32',
    largestArrayBytes: 64 * 32 * 4,
    memoryBytes: 856 * 16 + 2 * 64 * 32 * 4,
    stepFlops: 6 * 856 * 64,
  });
  const [first, second] = plan.phases[0]!.segments;
  const larger = { ...plan.phases[0]!, segments: [first!, { ...second!, batch_sequences: 40 }] };
  expect(engineDemand(plan, larger).stepFlops).toBe(6 * 856 * 640);
});
