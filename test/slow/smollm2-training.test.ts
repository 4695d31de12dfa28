import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../runtime/index.ts';
import { readStepLog } from '../../runtime/run-folder/step-log.ts';
import type { StepMetrics } from '../../runtime/train/training-event.ts';
import { engineExpected } from '../support/compiled-engine.ts';
import { compiledRun } from '../support/compiled-run.ts';

const weights = join(cacheFolder(process.env), 'models/smollm2-135m-instruct.gguf');

/** Fine-tuning alone, from one GGUF file, on the same four conversations in every step. */
const recipe = `recipe further
seed = 42
tokenizer = local("model.gguf")
dataset chats { source = local("chats.jsonl"), size = 4 rows }
model {
  layers = 30
  hidden = 576
  ffn = 1536
  heads = 9
  kv_heads = 3
  vocab = 49152
  context = 8192
  rope_theta = 100_000
  norm_eps = 1e-5
  tie_embeddings = true
}
sft {
  from = local("model.gguf")
  data = chats
  steps = 4
  sequence = 128
  batch = 4 sequences
  too_long = truncate
  chat = from_tokenizer()
  optimizer = adamw(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0)
  schedule = constant(peak = 1e-4, warmup = 0 steps)
}
`;

describe.skipIf(!existsSync(weights) || !engineExpected)('SmolLM2-135M-Instruct', () => {
  test('is trained on: from a low loss, which falls over the same rows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smol-smollm2-'));
    copyFileSync(weights, join(folder, 'model.gguf'));
    const rows = readFileSync(join(import.meta.dirname, '../../examples/data/chat/meta-math-qa.jsonl'), 'utf8');
    writeFileSync(join(folder, 'chats.jsonl'), rows.split('\n').slice(0, 4).join('\n'));
    const { report } = await compiledRun(recipe, folder);
    const losses = readStepLog<StepMetrics>(join(report.folder, 'metrics.jsonl')).map(({ loss }) => loss);
    expect(losses).toHaveLength(4);
    // Weights drawn at random start near ln 49,152 = 10.8.
    expect(losses[0]).toBeLessThan(3);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.2);
  }, 600_000);
});
