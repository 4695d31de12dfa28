import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { type Plan, printPlan } from '../../../compiler/plan/index.ts';
import { type AblationOptions, runAblation } from '../../../runtime/ablation/run-ablation.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import type { StepMetrics } from '../../../runtime/train/training-event.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { tinyRecipe } from '../../support/tiny-recipe.ts';
import { tuningFolder } from '../../support/tuning-plan.ts';

const common = 'sequence = 48, batch = 4 sequences, chat = chatml(), precision = float32, checkpoint = every(2 steps)';
const schedule = 'schedule = cosine(peak = 1e-3, warmup = 10%)';
const recipe = `${tinyRecipe.replace('context = 16', 'context = 64')}
dataset chats { source = local("chats.jsonl"), size = 30 rows }
dataset few_chats { source = local("few-chats.jsonl"), size = 12 rows }
dataset pairs { source = local("pairs.jsonl"), size = 20 rows }
dataset few_pairs { source = local("few-pairs.jsonl"), size = 8 rows }
sft { data = chats, epochs = 1, ${common}, ${schedule} }
dpo { data = pairs, epochs = 1, max_prompt = 24 tokens, ${common}, ${schedule} }
ablation instructions {
  of = sft
  from = pretrain
  epochs = 2
  ${schedule}
  arm many { data = chats }
  arm few { data = few_chats }
  arm many_again { data = chats }
  evaluate { at = [sft.end], tasks = [perplexity("tasks/whales.json")] }
}
ablation preferences {
  of = dpo
  from = sft
  epochs = 2
  ${schedule}
  arm many { data = pairs }
  arm few { data = few_pairs }
  evaluate { at = [dpo.end], tasks = [perplexity("tasks/whales.json")] }
}
`;

const recipeFolder = tuningFolder();
const firstLines = (name: string, count: number) =>
  `${readFileSync(join(recipeFolder, name), 'utf8').split('\n').slice(0, count).join('\n')}\n`;
writeFileSync(join(recipeFolder, 'few-chats.jsonl'), firstLines('chats.jsonl', 12));
writeFileSync(join(recipeFolder, 'few-pairs.jsonl'), firstLines('pairs.jsonl', 8));
mkdirSync(join(recipeFolder, 'tasks'));
writeFileSync(join(recipeFolder, 'tasks/whales.json'), '{"kind": "perplexity", "data": {"local": "rows.jsonl"}}');
writeFileSync(join(recipeFolder, 'tasks/rows.jsonl'), '{"text": "A whale rose."}\n{"text": "The sea was grey."}\n');

function planOf(): Plan {
  const readText = (path: string) => (path === 'r.smol' ? recipe : null);
  const { plan, diagnostics } = compileRecipe('r.smol', { readText });
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

const plan = planOf();

function optionsOf(ablation: string, changes: Partial<AblationOptions> = {}): AblationOptions {
  return {
    plan,
    planText: printPlan(plan),
    recipeFolder,
    runFolder: null,
    runsFolder: mkdtempSync(join(tmpdir(), 'smol-runs-')),
    cacheFolder: mkdtempSync(join(tmpdir(), 'smol-cache-')),
    version: '0.0.0',
    ablation,
    arm: null,
    observerOf: () => () => {},
    interrupted: new AbortController().signal,
    ...changes,
  };
}

const metricsOf = (folder: string) => readStepLog<StepMetrics>(join(folder, 'metrics.jsonl'));

test('arms of fine-tuning: the start is trained, each arm is measured at its own end, equal data give equal arms', async () => {
  const options = optionsOf('instructions');
  const report = await runAblation(options, fakeEngine());
  expect(report).toMatchObject({ ended: 'finished', missing: [] });
  expect(report.arms.map(({ name, steps }) => [name, steps])).toEqual([
    ['many', 15],
    ['few', 6],
    ['many_again', 15],
  ]);
  // The run stands at the end of pretraining: its own fine-tuning is left alone.
  expect(metricsOf(join(options.runsFolder, 'sparrow'))).toHaveLength(60);
  const [many, few, again] = report.arms.map(({ name }) => metricsOf(join(report.folder, name)));
  expect(many).toHaveLength(15);
  expect(few).toHaveLength(6);
  expect(again).toEqual(many);
  expect(few![0]!.loss).not.toBe(many![0]!.loss);
  expect(report.verdicts[0]!.results.map(({ arm }) => arm)).toEqual(['many', 'few', 'many_again']);
}, 60_000);

test('arms of preference learning start from the fine-tuned model, and go on as if they had not been interrupted', async () => {
  const whole = await runAblation(optionsOf('preferences'), fakeEngine());
  expect(whole).toMatchObject({ ended: 'finished', missing: [] });
  expect(whole.arms.map(({ steps }) => steps)).toEqual([10, 4]);
  const options = optionsOf('preferences');
  // In the run up to the start, and in the second arm.
  for (const [where, step] of [
    [null, 63],
    ['few', 3],
  ] as const) {
    const stopper = new AbortController();
    const report = await runAblation(
      {
        ...options,
        interrupted: stopper.signal,
        observerOf:
          ({ arm }) =>
          (event) => {
            if (arm === where && event.kind === 'step' && event.metrics.step === step) stopper.abort();
          },
      },
      fakeEngine(),
    );
    expect(report.ended).toBe('interrupted');
  }
  const resumed = await runAblation(options, fakeEngine());
  for (const { name } of whole.arms) {
    expect(metricsOf(join(resumed.folder, name))).toEqual(metricsOf(join(whole.folder, name)));
  }
  expect(resumed.verdicts).toEqual(whole.verdicts);
  const pairs = metricsOf(join(whole.folder, 'many'));
  expect(pairs[0]).toMatchObject({ phase: 'dpo', step: 1 });
}, 60_000);
