import { describe, expect, it } from 'vitest';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { StepShape } from '../../../runtime/model/types.ts';
import { chooseMemoryPolicy, type MemoryDemand } from '../../../runtime/train/choose-memory-policy.ts';
import { fixtureModel } from '../../support/llama-fixture.ts';

const sized = (of: Partial<PlanModel>): PlanModel => ({ ...fixtureModel({ tied: true }), ...of });
const large = sized({ layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, head_size: 64, vocab: 49_152 });
const small = sized({ layers: 4, hidden: 128, ffn: 384, heads: 4, kv_heads: 2, head_size: 32, vocab: 4096 });

function choose(of: Partial<MemoryDemand>, sequence: number, sequences = 1) {
  const shape: StepShape = { sequences, sequence, ropeTheta: 10_000, attention: 'full' };
  const demand = {
    model: large,
    recompute: 'none',
    compiledPasses: true,
    device: 'cpu',
    divisible: true,
    memoryBytes: 24e9,
    ...of,
  } as const;
  const { policy, microBatch, ...choice } = chooseMemoryPolicy({ ...demand, shapes: [shape] });
  const { blocks, ...others } = policy;
  return { ...choice, ...others, ...blocks(shape), microBatch: microBatch(shape) };
}

describe('the layout of a training program', () => {
  it('is one whole step for a small model', () => {
    expect(choose({ model: sized({ ...small, layers: 1, vocab: 512 }) }, 256, 8)).toMatchObject({
      layers: 'unrolled',
      optimizer: 'with gradients',
      queries: null,
      lossRows: null,
      microBatch: 8,
    });
  });

  it('is unrolled in blocks, and a loop from 4,096 tokens on', () => {
    expect(choose({}, 256)).toMatchObject({ layers: 'unrolled', optimizer: 'by group', queries: 64, lossRows: null });
    expect(choose({}, 1024)).toMatchObject({ layers: 'unrolled', queries: 128, lossRows: 512 });
    expect(choose({}, 2048)).toMatchObject({ layers: 'unrolled', queries: 128, lossRows: 512 });
    expect(choose({}, 4096)).toMatchObject({ layers: 'loop', queries: 256, lossRows: 512 });
    expect(choose({ model: small }, 4096)).toMatchObject({ layers: 'unrolled', queries: 256 });
  });

  it('has small blocks of attention only where XLA compiles for a processor', () => {
    const queries = (of: Partial<MemoryDemand>) =>
      [64, 128, 512, 1023, 1024].map((sequence) => choose(of, sequence).queries);
    expect(queries({})).toEqual([null, 64, 64, 128, 128]);
    expect(queries({ device: 'gpu' })).toEqual([null, null, null, null, 256]);
    expect(queries({ compiledPasses: false })).toEqual([null, null, null, null, 256]);
  });

  it('is a loop where the plan says `recompute = layer`, and says so', () => {
    const choice = choose({ recompute: 'layer' }, 256);
    expect(choice.layers).toBe('loop');
    expect(choice.reason).toContain('`recompute = layer`');
    expect(choose({ recompute: 'layer', compiledPasses: false }, 256).layers).toBe('unrolled');
  });

  it('takes a loop, then smaller parts, as memory gets short; never more than there is', () => {
    const choices = [24e9, 8e9, 6e9, 4.5e9].map((memoryBytes) => choose({ memoryBytes }, 512, 8));
    expect(choices.map(({ layers }) => layers)).toEqual(['unrolled', 'loop', 'loop', 'loop']);
    expect(choices[0]!.microBatch).toBe(8);
    expect(choices.at(-1)!.microBatch).toBeLessThan(8);
    for (const [i, { estimate }] of choices.entries()) expect(estimate).toBeLessThan([24e9, 8e9, 6e9, 4.5e9][i]!);
  });

  it('refuses what cannot fit, with the numbers', () => {
    expect(() => choose({ memoryBytes: 2e9 }, 256)).toThrow(
      /training needs about \d\.\d GB of memory, and this machine has 2\.0 GB/,
    );
  });

  it('is the same for the same memory, and grows with the sequence', () => {
    expect(choose({}, 512)).toEqual(choose({}, 512));
    expect(choose({}, 512).estimate).toBeGreaterThan(choose({}, 256).estimate);
  });
});
