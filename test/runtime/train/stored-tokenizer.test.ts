import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileRecipe, printPlan } from '../../../compiler/index.ts';
import { openModel } from '../../../runtime/export/open-model.ts';
import { chooseEngine, loadTrainedModel, runPlan } from '../../../runtime/index.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import type { StepMetrics } from '../../../runtime/train/training-event.ts';
import { fixturePath, temporaryFolder } from '../../support/hugging-face-fixture.ts';

/** Fine-tuning alone, all of it from one GGUF file: weights and tokenizer. */
const recipe = `recipe further
seed = 1
tokenizer = local("tied.gguf")
dataset chats { source = local("chats.jsonl"), size = 12 rows, holdout = 1 rows }
model {
  layers = 2
  hidden = 32
  ffn = 40
  heads = 4
  kv_heads = 2
  vocab = 260
  context = 128
  rope_theta = 10_000
  norm_eps = 1e-5
  tie_embeddings = true
}
sft {
  from = local("tied.gguf")
  data = chats
  steps = 3
  sequence = 128
  batch = 4 sequences
  chat = jinja("""{% for m in messages %}{{ m['content'] }}<|endoftext|>{% endfor %}""")
  optimizer = adamw(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0)
  schedule = constant(peak = 1e-12, warmup = 0 steps)
}
`;

test('fine-tuning alone starts from the weights and the tokenizer of a GGUF file', async () => {
  const folder = temporaryFolder();
  cpSync(join(fixturePath('tied'), '../../gguf/tied.gguf'), join(folder, 'tied.gguf'));
  const turns = (row: number) => [
    { role: 'user', content: `what is ${row}?` },
    { role: 'assistant', content: `it is ${row}` },
  ];
  const rows = Array.from({ length: 12 }, (_, row) => JSON.stringify({ messages: turns(row) }));
  writeFileSync(join(folder, 'chats.jsonl'), rows.join('\n'));
  const { plan, diagnostics } = compileRecipe('further.smol', {
    readText: (path) => (path.endsWith('.lock') ? null : recipe),
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics.map(({ message }) => message)));
  const runFolder = join(folder, 'run');
  const options = {
    plan,
    planText: printPlan(plan),
    recipeFolder: folder,
    runFolder,
    runsFolder: join(folder, 'runs'),
    resume: false,
    steps: null,
    cacheFolder: join(folder, 'cache'),
    version: '0',
    observe: () => {},
    interrupted: new AbortController().signal,
  };
  const { engine } = await chooseEngine('wasm');
  const report = await runPlan({ ...options, steps: 2 }, engine);
  expect(report.step).toBe(2);
  expect((await runPlan({ ...options, resume: true }, engine)).step).toBe(3);
  expect(readStepLog<StepMetrics>(join(runFolder, 'metrics.jsonl')).map(({ phase }) => phase)).toEqual([
    'sft',
    'sft',
    'sft',
  ]);

  const stored = await openModel(join(folder, 'tied.gguf'), 'tied');
  expect(readFileSync(join(runFolder, 'tokenizer.json'))).toEqual(stored.tokenizerFiles.json);
  expect(existsSync(join(runFolder, 'chat_template.jinja'))).toBe(stored.chat !== null);
  const trained = await loadTrainedModel(runFolder, null);
  const start = await stored.readParameters();
  for (const [index, { values }] of start.entries()) {
    const after = trained.parameters[index]!.values;
    expect(values.every((value, place) => Math.abs(value - after[place]!) < 1e-7)).toBe(true);
  }
});

test('a tokenizer in a GGUF file outside of the recipe’s folder is refused', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'chats.jsonl'), '{}');
  const { plan } = compileRecipe('further.smol', {
    readText: (path) => (path.endsWith('.lock') ? null : recipe),
  });
  const { engine } = await chooseEngine('wasm');
  const options = {
    plan: { ...plan!, tokenizer: { kind: 'local', paths: ['../tied.gguf'] } as const },
    planText: '',
    recipeFolder: folder,
    runFolder: join(folder, 'run'),
    runsFolder: join(folder, 'runs'),
    resume: false,
    steps: null,
    cacheFolder: join(folder, 'cache'),
    version: '0',
    observe: () => {},
    interrupted: new AbortController().signal,
  };
  await expect(runPlan(options, engine)).rejects.toThrow('the tokenizer: `../tied.gguf` leaves the recipe');
});
