import { describe, expect, test } from 'vitest';
import { readStepLog } from '../../runtime/run-folder/step-log.ts';
import type { StepMetrics } from '../../runtime/train/training-event.ts';
import { engineExpected } from '../support/compiled-engine.ts';
import { compiledRun } from '../support/compiled-run.ts';
import { tuningFolder } from '../support/tuning-plan.ts';

const recipe = `recipe chatty
language = 1
seed = 3
tokenizer = local("tokenizer.json")
dataset novel { source = local("novel.jsonl"), size = 300 tokens }
dataset chats { source = local("chats.jsonl"), size = 30 rows, holdout = 2 rows }
dataset pairs { source = local("pairs.jsonl"), size = 20 rows, holdout = 2 rows }
model { family = llama, layers = 1, hidden = 16, ffn = 32, heads = 2, kv_heads = 1, vocab = 4096, context = 64, rope_theta = 10_000, norm_eps = 1e-5, tie_embeddings = true, init_std = 0.02 }
pretrain { tokens = 4 steps, sequence = 16, batch = 2 sequences, schedule = constant(peak = 1e-2, warmup = 1 steps), 100% novel }
sft { data = chats, steps = 9, batch = 4 sequences, packing = true, attention = document, schedule = constant(peak = 1e-2, warmup = 1 steps) }
dpo { data = pairs, epochs = 2, batch = 6 sequences, beta = 0.5, schedule = constant(peak = 1e-2, warmup = 1 steps) }
`;

describe.runIf(engineExpected)('post-training on the compiled engine', () => {
  const run = (reference: 'precomputed' | 'live') =>
    compiledRun(recipe.replace('beta = 0.5', `beta = 0.5, reference = ${reference}`), tuningFolder());

  test('learns conversations and preferences, in equal steps whether the reference is precomputed or live', async () => {
    const [precomputed, live] = [await run('precomputed'), await run('live')];
    const lines = readStepLog<StepMetrics>(`${precomputed.report.folder}/metrics.jsonl`);
    const sft = lines.filter(({ phase }) => phase === 'sft');
    expect(sft.at(-1)!.loss).toBeLessThan(sft[0]!.loss - 0.1);
    const dpo = lines.filter(({ phase }) => phase === 'dpo');
    expect(Math.abs(dpo[0]!.loss - Math.LN2)).toBeLessThan(1e-6);
    expect(dpo.at(-1)!.loss).toBeLessThan(0.6);
    expect(dpo.at(-1)!['rewards/accuracies']).toBe(1);
    const heldOut = precomputed.report.heldOut.find(({ phase }) => phase === 'dpo')!;
    expect(heldOut.before).toBeCloseTo(Math.LN2, 5);
    expect(heldOut.after).toBeLessThan(heldOut.before!);
    const other = readStepLog<StepMetrics>(`${live.report.folder}/metrics.jsonl`);
    for (const [i, line] of lines.entries()) expect(Math.abs(other[i]!.loss - line.loss)).toBeLessThan(1e-5);
  }, 300_000);
});
