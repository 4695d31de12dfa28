import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { define as defineInspect } from '../../../cli/commands/inspect.ts';
import { define } from '../../../cli/commands/run.ts';
import type { Plan } from '../../../compiler/index.ts';
import { readStepLog } from '../../../runtime/run-folder/step-log.ts';
import type { HeldOutLoss, StepMetrics } from '../../../runtime/train/training-event.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'smol-laptop-'));
const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };
const examples = join(import.meta.dirname, '../../../examples');
const recipe = readFileSync(join(examples, 'smollm2-1.7b.smol'), 'utf8');

/** The profile's line with a model and lengths that take seconds: 5 stages, the last of one step in sequences four times as long. */
const smaller = [
  ...['layers=1', 'hidden=32', 'ffn=64', 'heads=2', 'kv_heads=1'].map((each) => `model.${each}`),
  ...['scaled_to=60k tokens', 'sequence=64', 'batch=512 tokens'].map((each) => `pretrain.${each}`),
  'pretrain.checkpoint=every(50 steps, keep = 2)',
  'pretrain.stage.long_context.sequence=256',
  'evaluate.base.tasks=[cloze("data/tasks/sentences.json", name = "mmlu_mcf")]',
].flatMap((setting) => ['--set', setting]);

async function run(...words: string[]) {
  const context = recordedContext({ cwd: folder, env });
  const given = ['recipe.smol', '--profile', 'laptop', '--phase', 'pretrain', '--engine', 'compiled', ...smaller];
  let failure: (Error & { help?: string }) | null = null;
  const exitCode = await runCommand(define, [...given, ...words], context).catch((error) => {
    failure = error as Error;
    return null;
  });
  return { exitCode, failure: failure as (Error & { help?: string }) | null, stderr: context.stderr() };
}

const read = (name: string) => readFileSync(join(folder, 'runs/smollm2_1_7b', name), 'utf8');
const edit = (change: (text: string) => string) => {
  const edited = change(recipe);
  expect(edited).not.toBe(recipe);
  writeFileSync(join(folder, 'recipe.smol'), edited);
};
const edits = () => JSON.parse(read('run.json')).edits as readonly { step: number; class: string }[];

describeCompiled('the laptop profile of the 11T recipe on the compiled engine', () => {
  beforeAll(async () => {
    cpSync(join(examples, 'data'), join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'recipe.smol'), recipe);
    const { exitCode, failure, stderr } = await run('--steps', '50');
    expect([exitCode, failure]).toEqual([0, null]);
    expect(stderr).toContain('`--phase pretrain` leaves out phase `sft`, phase `dpo`');
  }, 120_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(env.SMOL_CACHE, { recursive: true });
  });

  test('what another model needs is a new run, and what changes the past is refused', async () => {
    edit((text) => text.replace('weight_decay = 0.01', 'weight_decay = 0.02'));
    const past = await run('--resume');
    expect(past.failure?.message).toContain('edited in what the run has done (step 1)');
    expect(past.failure?.help).toContain('--accept-changed-past');
    edit((text) => text.replace('norm_eps = 1e-5', 'norm_eps = 1e-6'));
    const other = await run('--resume', '--accept-changed-past');
    expect(other.failure?.message).toContain('another model or tokenizer');
  });

  test('goes on where an edit has no effect or changes the future, through every stage', async () => {
    edit((text) =>
      text.replace('checkpoint = every(2000 steps', 'checkpoint = every(1000 steps').replaceAll('##', '#'),
    );
    expect((await run('--resume', '--steps', '52')).exitCode).toBe(0);
    edit((text) => text.replace('20% dolma_books\n    60% decay', '30% dolma_books\n    50% decay'));
    expect((await run('--resume')).exitCode).toBe(0);
    expect(edits()).toMatchObject([{ step: 52, class: 'future_only' }]);

    const { phases } = JSON.parse(read('plan.json')) as Plan;
    const { stages, steps } = phases[0]!;
    expect(stages.map(({ steps: taken }) => taken)).toEqual([64, 21, 22, 9, 1]);
    const lines = readStepLog<StepMetrics>(join(folder, 'runs/smollm2_1_7b/metrics.jsonl'));
    expect(lines).toHaveLength(steps);
    for (const { name, first_step, last_step } of stages) {
      expect([lines[first_step - 1]!.stage, lines[last_step - 1]!.stage]).toEqual([name, name]);
    }
    const measured = readStepLog<HeldOutLoss>(join(folder, 'runs/smollm2_1_7b/held-out.jsonl'));
    for (const { last_step, sequence } of stages) {
      const there = measured.filter(({ step }) => step === last_step);
      expect(there.map((line) => [line.dataset, line.sequence])).toEqual(
        ['fineweb_edu', 'dclm', 'starcoder', 'open_web_math'].map((name) => [name, sequence]),
      );
    }
    expect(measured.at(-1)!.loss).toBeLessThan(measured[3]!.loss);
  }, 120_000);

  test('shows the document and text of a slot', async () => {
    const context = recordedContext({ cwd: folder, env });
    const words = ['runs/smollm2_1_7b', '--step', '117', '--slot', '1', '--format', 'json'];
    expect(await runCommand(defineInspect, words, context)).toBe(0);
    const { stage, text } = JSON.parse(context.stdout());
    expect(stage.name).toBe('long_context');
    expect(text.reduce((sum: number, part: { tokens: number }) => sum + part.tokens, 0)).toBe(256);
    for (const part of text) {
      const row = JSON.parse(readFileSync(join(folder, part.file), 'utf8').split('\n')[part.line - 1]!);
      expect(`${row.text}<|endoftext|>`).toContain(part.text);
    }
  });
});
