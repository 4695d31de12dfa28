import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunSampler, type Pick, type SampledPhase } from '../../../../compiler/plan/sampler/run-sampler.ts';
import type { PlanSegment } from '../../../../compiler/plan/types.ts';

function segment(
  from: number,
  to: number,
  sequence: number,
  batch: number,
  shares: Record<string, string>,
): PlanSegment {
  return {
    first_step: from,
    last_step: to,
    sequence,
    batch_sequences: batch,
    rope_theta: 10_000,
    attention: 'full',
    shares: Object.entries(shares).map(([dataset_id, share]) => ({ dataset_id, share })),
  };
}

const phase: SampledPhase = {
  kind: 'pretrain',
  segments: [
    segment(1, 30, 64, 8, { a: '0.54', b: '0.36', c: '0.1' }),
    segment(31, 50, 128, 4, { a: '1/3', d: '2/3' }),
    segment(51, 70, 64, 8, { a: '0.5', b: '0.5' }),
  ],
};

describe('createRunSampler', () => {
  it('walks as it jumps, from every step', () => {
    const sampler = createRunSampler(phase, 42);
    for (const start of [1, 2, 29, 30, 31, 50, 51, 70]) {
      let step = start;
      for (const batch of sampler.batches(start)) {
        const jumped = batch.map((_, slot) => sampler.pick(step, slot));
        expect(batch).toEqual(jumped);
        step++;
      }
      expect(step).toBe(71);
    }
  });

  it('gives each dataset its draws one after the other, over segments and changes of length', () => {
    const sampler = createRunSampler(phase, 42);
    const tokens: Record<string, number> = {};
    const next: Record<string, number> = {};
    let step = 1;
    for (const batch of sampler.batches(1)) {
      const { sequence } = sampler.segmentAt(step);
      if (step === 31 || step === 51) {
        for (const id of Object.keys(tokens)) next[id] = Math.ceil(tokens[id]! / sequence);
      }
      for (const id of ['a', 'b', 'c', 'd']) expect(sampler.tokensReadBefore(step, id)).toBe(tokens[id] ?? 0);
      for (const { datasetId, draw } of batch) {
        expect(draw).toBe(next[datasetId] ?? 0);
        next[datasetId] = draw + 1;
        tokens[datasetId] = (tokens[datasetId] ?? 0) + sequence;
      }
      step++;
    }
    expect(sampler.tokensReadBefore(71, 'a')).toBe(tokens.a);
  });

  it('counts as it picks, for any mixture', () => {
    const mixtures = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mixtures, fc.integer({ min: 1, max: 9 }), fc.nat(2 ** 31), (parts, batch, seed) => {
        const sum = parts.reduce((a, b) => a + b);
        const shares = Object.fromEntries(parts.map((part, i) => [`d${i}`, `${part}/${sum}`]));
        const sampler = createRunSampler({ kind: 'pretrain', segments: [segment(1, 12, 16, batch, shares)] }, seed);
        const counts: Record<string, number> = {};
        for (const picks of sampler.batches(1)) {
          for (const pick of picks) counts[pick.datasetId] = (counts[pick.datasetId] ?? 0) + 1;
        }
        for (const id of Object.keys(shares)) expect(sampler.tokensReadBefore(13, id)).toBe((counts[id] ?? 0) * 16);
      }),
      { numRuns: 200 },
    );
  });

  it('does not move earlier picks when a later segment changes, nor when shares are written in another order', () => {
    const picks = (phase: SampledPhase, steps: number) => {
      const all: Pick[] = [];
      const sampler = createRunSampler(phase, 42);
      for (const batch of sampler.batches(1)) {
        all.push(...batch);
        if (all.length >= steps * 8) return all;
      }
      return all;
    };
    const before = picks(phase, 30);
    const later = { ...phase, segments: [phase.segments[0]!, segment(31, 90, 32, 8, { z: '1' })] };
    expect(picks(later, 30)).toEqual(before);
    const reordered = { ...phase, segments: [segment(1, 30, 64, 8, { c: '0.1', a: '0.54', b: '0.36' })] };
    expect(picks(reordered, 30)).toEqual(before);
  });

  it('goes on where an earlier phase ended, with draws of its own order', () => {
    const later = createRunSampler(phase, 42, { ordinal: 1, tokensRead: new Map([['a', 6400]]) });
    const firstA = [...later.batches(1)][0]!.find((pick) => pick.datasetId === 'a')!;
    expect(firstA.draw).toBe(100);
    const picks = (sampler: ReturnType<typeof createRunSampler>) =>
      [...sampler.batches(1)].flat().map((p) => p.datasetId);
    expect(picks(later)).not.toEqual(picks(createRunSampler(phase, 42)));
  });

  it('belongs a boundary to the new segment and refuses what is outside', () => {
    const sampler = createRunSampler(phase, 42);
    expect(sampler.segmentAt(30)).toBe(phase.segments[0]);
    expect(sampler.segmentAt(31)).toBe(phase.segments[1]);
    for (const step of [0, 71, 1.5]) expect(() => sampler.pick(step, 0)).toThrow(RangeError);
    for (const slot of [-1, 8, 0.5]) expect(() => sampler.pick(1, slot)).toThrow(RangeError);
  });

  it('jumps to the last step of 5.37e9 sequences in no time', () => {
    const eleven: SampledPhase = {
      kind: 'pretrain',
      segments: [segment(1, 5_245_209, 2048, 1024, { a: '0.0002', b: '0.139', c: '0.8608' })],
    };
    const started = performance.now();
    const sampler = createRunSampler(eleven, 42);
    const batch = [...sampler.batches(5_245_209)][0]!;
    expect(batch).toEqual(batch.map((_, slot) => sampler.pick(5_245_209, slot)));
    expect(sampler.tokensReadBefore(5_245_210, 'b') / 2048 / (5_245_209 * 1024)).toBeCloseTo(0.139, 8);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
