import { describe, expect, it } from 'vitest';
import { costOf } from '../../../compiler/plan/cost.ts';
import { planCluster } from '../../../compiler/plan/plan-cluster.ts';
import { makeCluster } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from './eleven-trillion.ts';
import { planOf } from './plan-of.ts';

describe('the published 11T run on 256 H100s', () => {
  const { plan } = planOf(elevenTrillion());

  it('takes 79.3k GPU hours, 12.9 days and 198k dollars at 40% MFU', () => {
    const { flops, gpu_hours, days, cost_usd } = plan.totals;
    expect(Number(flops)).toBeCloseTo(1.13e23, -21);
    expect(gpu_hours! / 1e3).toBeCloseTo(79.3, 1);
    expect(days).toBeCloseTo(12.9, 1);
    expect(cost_usd! / 1e3).toBeCloseTo(198.3, 1);
  });

  it('has 6% of causal attention beside 6 N D', () => {
    expect(Number(plan.totals.attention_flops) / 2 / Number(plan.totals.flops)).toBeCloseTo(0.06, 2);
  });

  it('keeps the hash that it has without a cluster', () => {
    expect(planOf({ ...elevenTrillion(), clusters: [] }).plan.hash).toBe(plan.hash);
  });

  it('says where the figures of the cluster come from', () => {
    expect(Object.keys(plan.provenance)).toEqual(
      expect.arrayContaining(['/cluster/gpu', '/cluster/micro_batch', '/cluster/price']),
    );
  });
});

describe('cost', () => {
  const cluster = planCluster(makeCluster());

  it('is one GPU hour when the work is that of one hour at the reached rate', () => {
    const hour = BigInt(989e12 * 0.4 * 3600);
    expect(costOf(hour, cluster)).toEqual({ gpu_hours: 1, days: Number((1 / 256 / 24).toPrecision(6)), cost_usd: 2.5 });
  });

  it('is unknown without a cluster, and without a price', () => {
    expect(costOf(1n, null)).toEqual({ gpu_hours: null, days: null, cost_usd: null });
    expect(costOf(10n ** 20n, { ...cluster, price: null }).cost_usd).toBeNull();
  });
});

it('counts checkpoints: each interval, the last step, and what is kept', () => {
  const { checkpoints_written, checkpoints_kept, checkpoints_kept_bytes } = planOf(elevenTrillion()).plan.totals;
  expect([checkpoints_written, checkpoints_kept]).toEqual([2623, 5]);
  expect(checkpoints_kept_bytes).toBe(5 * 12 * 1_711_376_384);
});
