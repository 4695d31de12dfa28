import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../runtime/index.ts';
import { compiledRun } from '../support/compiled-run.ts';

const examples = join(import.meta.dirname, '../../examples');
const quickstart = readFileSync(join(examples, 'quickstart.smol'), 'utf8');

/** A small recipe over the example data with a single stage of these shares: one shape, so that it is compiled once. */
function withShares(shares: { speeches: number; novel: number; code: number }): string {
  return `recipe shares
language = 1
seed = 42
tokenizer = local("data/tokenizer.json")

dataset speeches { source = local("data/speeches/*.jsonl"), holdout = 60 rows }
dataset novel { source = local("data/novel/*.jsonl"), holdout = 12 rows }
dataset code { source = local("data/code/*.jsonl"), holdout = 30 rows }

model {
  family = llama
  layers = 2
  hidden = 64
  ffn = 192
  heads = 4
  kv_heads = 2
  vocab = 4096
  context = 64
  rope_theta = 10_000
  norm_eps = 1e-5
  tie_embeddings = true
  init_std = 0.02
}

pretrain {
  tokens = 61_440
  sequence = 64
  batch = 512 tokens
  precision = float32
  optimizer = adamw(beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = 0.1)
  clip_norm = 1.0
  schedule = wsd(peak = 3e-3, warmup = 10 steps, decay = 20%, shape = linear)
  checkpoint = every(100 steps, keep = 1)

  ${shares.speeches}% speeches
  ${shares.novel}% novel
  ${shares.code}% code
}
`;
}

const lossOf = ({ heldOut }: RunReport, dataset: string) => heldOut.find((each) => each.dataset === dataset)!.after!;

describe('a trained model has learned', () => {
  test('held-out loss of each dataset ends below its unigram entropy', async () => {
    const { report } = await compiledRun(quickstart, examples, { profile: 'tiny' });
    expect(report.heldOut.map(({ dataset }) => dataset)).toEqual(['speeches', 'novel', 'code']);
    for (const { dataset, before, after, unigramEntropy } of report.heldOut) {
      // Before it knows anything: all 4,096 tokens alike.
      expect(before, dataset).toBeCloseTo(Math.log(4096), 1);
      expect(unigramEntropy, dataset).toBeGreaterThan(5);
      expect(after, dataset).toBeLessThan(unigramEntropy!);
    }
  }, 600_000);

  test('doubling the share of a dataset lowers its held-out loss', async () => {
    const base = await compiledRun(withShares({ speeches: 40, novel: 30, code: 30 }), examples);
    const novel = await compiledRun(withShares({ speeches: 20, novel: 60, code: 20 }), examples);
    const code = await compiledRun(withShares({ speeches: 20, novel: 20, code: 60 }), examples);
    expect(lossOf(novel.report, 'novel')).toBeLessThan(lossOf(base.report, 'novel') - 0.02);
    expect(lossOf(code.report, 'code')).toBeLessThan(lossOf(base.report, 'code') - 0.02);
  }, 600_000);
});
