import { describe, expect, it } from 'vitest';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { StepShape } from '../../../runtime/model/types.ts';
import { chooseMemoryPolicy } from '../../../runtime/train/choose-memory-policy.ts';
import { estimateMemory } from '../../../runtime/train/estimate-memory.ts';
import type { MemoryPolicy } from '../../../runtime/train/memory-policy.ts';
import { fixtureModel } from '../../support/llama-fixture.ts';

const sized = (of: Partial<PlanModel>): PlanModel => ({ ...fixtureModel({ tied: true }), ...of });
const quickstart = sized({ layers: 4, hidden: 128, ffn: 384, heads: 4, kv_heads: 2, head_size: 32, vocab: 4096 });
const of135 = sized({ layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, head_size: 64, vocab: 49_152 });
const of360 = sized({ layers: 32, hidden: 960, ffn: 2560, heads: 15, kv_heads: 5, head_size: 64, vocab: 49_152 });

interface Measured {
  readonly name: string;
  readonly model: PlanModel;
  readonly sequence: number;
  readonly sequences: number;
  /** Peak resident memory of the process after 3 to 7 steps, its compilation included (docs/engine.md). */
  readonly bytes: number;
  /** Where the layout is not the one that the rule chooses. */
  readonly policy?: MemoryPolicy;
}

const inBlocks = (layers: MemoryPolicy['layers'], lossRows: number): MemoryPolicy => ({
  layers,
  optimizer: 'by group',
  blocks: () => ({ queries: 256, lossRows }),
});

/** Measured on 2 threads of an AMD EPYC with AVX2; memory does not depend on the machine's load. */
const MEASURED: readonly Measured[] = [
  { name: 'quickstart', model: quickstart, sequence: 256, sequences: 8, bytes: 0.675e9 },
  {
    name: 'quickstart in one function',
    model: quickstart,
    sequence: 256,
    sequences: 8,
    bytes: 1.19e9,
    policy: { layers: 'unrolled', optimizer: 'with gradients', blocks: () => ({ queries: null, lossRows: null }) },
  },
  { name: '135M, 256 tokens', model: of135, sequence: 256, sequences: 1, bytes: 3.12e9 },
  { name: '135M, 1,024 tokens', model: of135, sequence: 1024, sequences: 1, bytes: 3.72e9 },
  { name: '135M, 2,048 tokens', model: of135, sequence: 2048, sequences: 1, bytes: 5.13e9 },
  { name: '360M, 256 tokens', model: of360, sequence: 256, sequences: 1, bytes: 7.15e9 },
  {
    name: '135M, 1,024 tokens, smaller blocks of the loss',
    model: of135,
    sequence: 1024,
    sequences: 1,
    bytes: 4.06e9,
    policy: inBlocks('unrolled', 256),
  },
  {
    name: '135M, 2,048 tokens, smaller blocks of the loss',
    model: of135,
    sequence: 2048,
    sequences: 1,
    bytes: 6.0e9,
    policy: inBlocks('unrolled', 256),
  },
  {
    name: '135M, 2,048 tokens, a loop, smaller blocks of the loss',
    model: of135,
    sequence: 2048,
    sequences: 1,
    bytes: 5.06e9,
    policy: inBlocks('loop', 256),
  },
];

describe('the estimate of memory', () => {
  it.each(MEASURED)('is within 20% of what was measured: $name', ({ model, sequence, sequences, bytes, policy }) => {
    const shape: StepShape = { sequences, sequence, ropeTheta: 10_000, attention: 'full' };
    const estimate = policy ? estimateMemory(model, shape, sequences, policy) : chosen(model, shape);
    expect(Math.abs(estimate / bytes - 1)).toBeLessThan(0.2);
  });
});

function chosen(model: PlanModel, shape: StepShape): number {
  const demand = {
    recompute: 'none',
    compiledPasses: true,
    device: 'cpu',
    divisible: true,
    memoryBytes: 24e9,
  } as const;
  return chooseMemoryPolicy({ ...demand, model, shapes: [shape] }).estimate;
}
