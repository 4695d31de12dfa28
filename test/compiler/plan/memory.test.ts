import { describe, expect, it } from 'vitest';
import type { PlanMemory } from '../../../compiler/plan/types.ts';
import { makeCluster, resolved } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from './eleven-trillion.ts';
import { planOf } from './plan-of.ts';

function memoryOn(changes: Parameters<typeof makeCluster>[0], recompute: 'none' | 'layer' = 'none'): PlanMemory {
  const recipe = elevenTrillion();
  const phases = recipe.phases.map((phase) => ({ ...phase, recompute: resolved(recompute) }));
  return planOf({ ...recipe, phases, clusters: [makeCluster(changes)] }).plan.memory!;
}

const parameters = 1_711_376_384;
/** Four sequences of 2,048 tokens. */
const tokens = 8192;
/** Bytes of a token in a layer of width 2,048 with 4 x the feed-forward width: 48 x 2,048, and 4 for each of 32 heads. */
const layer = 48 * 2048 + 4 * 32;

describe('memory of a GPU in the published 11T run', () => {
  const memory = memoryOn({});

  it('is 18 bytes a parameter for the state in bfloat16', () => {
    expect(memory).toMatchObject({
      weights_bytes: 2 * parameters,
      gradients_bytes: 4 * parameters,
      optimizer_bytes: 12 * parameters,
      state_bytes: 18 * parameters,
    });
  });

  it('counts activations, logits and the whole by hand', () => {
    const activations = tokens * (24 * layer + 2 * 2 * 2048);
    const logits = tokens * 49_152 * 8;
    expect(memory).toMatchObject({ activations_bytes: activations, logits_bytes: logits, gpu_bytes: 80e9 });
    expect(memory.total_bytes).toBe(18 * parameters + activations + logits);
  });

  it('keeps only the inputs of layers, and one layer, when layers are computed again', () => {
    const kept = tokens * (24 * 2 * 2048 + layer + 2 * 2 * 2048);
    const again = memoryOn({}, 'layer');
    expect(again.activations_recomputed_bytes).toBe(kept);
    expect(again.total_bytes).toBe(again.state_bytes + again.logits_bytes + kept);
    expect(memory.activations_recomputed_bytes).toBe(kept);
  });

  it('takes one sequence where a longer one leaves no more to a replica', () => {
    const one = memoryOn({ microBatch: 2 });
    expect(one).toMatchObject({ stage: 'long_context', sequence: 8192, micro_batch: 1 });
    expect(one.logits_bytes).toBe(memory.logits_bytes);
  });
});

it('GPUs that share a model share its memory', () => {
  const [whole, halves, pipeline] = [memoryOn({}), memoryOn({ tp: 2, dp: 128 }), memoryOn({ pp: 2, dp: 128 })];
  const ofEmbedding = 2 * 49_152 * 2048;
  expect(halves.weights_bytes).toBe(whole.weights_bytes / 2);
  // With half of the replicas the long stage has two sequences of 8,192 tokens for each.
  expect(halves.logits_bytes).toBe((2 * 8192 * 49_152 * 8) / 2);
  // Half of the layers; the embedding and the last norm stand on one GPU as a whole.
  expect(pipeline.weights_bytes - ofEmbedding - 2 * 2048).toBe((whole.weights_bytes - ofEmbedding - 2 * 2048) / 2);
});

it('is warned of when it is more than a GPU has', () => {
  const recipe = { ...elevenTrillion(), clusters: [makeCluster({ microBatch: 16, dp: 64 })] };
  const { plan, codes } = planOf(recipe);
  expect(plan.memory!.total_bytes).toBeGreaterThan(80e9);
  expect(codes).toContain('SM7001');
  expect(planOf(elevenTrillion()).codes).not.toContain('SM7001');
});

it('is unknown without a cluster', () => {
  expect(planOf({ ...elevenTrillion(), clusters: [] }).plan.memory).toBeNull();
});
