import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInProcess } from '../support/run-in-process.ts';

const examples = join(import.meta.dirname, '../../examples');
/** The laptop profile with a model and lengths that take seconds: 117 steps of pretraining, 57 of sft, 20 of dpo. */
const smaller = [
  ...['layers=1', 'hidden=32', 'ffn=64', 'heads=2', 'kv_heads=1'].map((each) => `model.${each}`),
  ...['scaled_to=60k tokens', 'sequence=64', 'batch=512 tokens'].map((each) => `pretrain.${each}`),
  'pretrain.checkpoint=every(20 steps, keep = 2)',
  'evaluate.base.tasks=[cloze("data/tasks/sentences.json", name = "mmlu_mcf")]',
  'evaluate.instruct.tasks=[cloze("data/tasks/sentences.json")]',
].flatMap((setting) => ['--set', setting]);
const words = ['recipe.smol', '--profile', 'laptop', '--engine', 'compiled', '--format', 'json', ...smaller];

function recipeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smol-line-'));
  cpSync(join(examples, 'data'), join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'recipe.smol'), readFileSync(join(examples, 'smollm2-1.7b.smol')));
  return folder;
}

const inRun = (folder: string, name: string) => readFileSync(join(folder, 'runs/smollm2_1_7b', name), 'utf8');
const checkpoints = (folder: string) => readdirSync(join(folder, 'runs/smollm2_1_7b/checkpoints')).sort();
const lastFiles = (folder: string) =>
  JSON.parse(inRun(folder, `checkpoints/${checkpoints(folder).at(-1)}/manifest.json`)).files;

/** Issue 9.7: every stage, the extension, fine-tuning, preferences, evaluations; killed in each phase and resumed, the same. */
test('the whole line of the laptop profile, killed in each phase and resumed, is that of a run that is not', async () => {
  const [whole, killed] = [recipeFolder(), recipeFolder()];
  const finished = await runInProcess(whole, 'never', words);
  expect(finished.exitCode, finished.stderr).toBe(0);
  const resume = [...words, '--resume'];
  for (const [step, given] of [
    [50, words],
    [150, resume],
    [188, resume],
  ] as const) {
    const died = await runInProcess(killed, `step:${step}`, given);
    expect(died, died.stderr).toMatchObject({ signal: 'SIGKILL' });
  }
  const last = await runInProcess(killed, 'never', resume);
  expect(last.exitCode, last.stderr).toBe(0);
  expect(inRun(killed, 'metrics.jsonl').trim().split('\n')).toHaveLength(194);
  for (const name of ['metrics.jsonl', 'held-out.jsonl', 'evaluations.jsonl', 'data.json', 'plan.json']) {
    expect(inRun(killed, name), name).toBe(inRun(whole, name));
  }
  expect(checkpoints(killed)).toEqual(checkpoints(whole));
  expect(lastFiles(killed)).toEqual(lastFiles(whole));
}, 560_000);
