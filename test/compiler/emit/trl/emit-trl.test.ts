import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chatmlTemplate, learningRate } from '../../../../compiler/plan/index.ts';
import { expectGolden } from '../../../support/baselines.ts';
import { type EmittedRecipe, emitFile, emitText } from '../../../support/emit-example.ts';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures');
const golden = join(fixtures, 'trl');
const recipe = readFileSync(join(golden, 'line.smol'), 'utf8');

interface TrlReading {
  readonly sha256: string;
  readonly training: Record<string, unknown>;
  readonly save: string;
  readonly model: Record<string, unknown>;
  readonly data: readonly Record<string, unknown>[];
  readonly rates: readonly number[];
}
/** What TRL's own parser and transformers' schedules make of the golden files (make_trl_fixtures.py). */
const theirs: Record<string, TrlReading> = JSON.parse(readFileSync(join(fixtures, 'trl.json'), 'utf8'));

let line: EmittedRecipe;
beforeAll(async () => {
  line = await emitFile('trl', 'test/fixtures/trl/line.smol');
});
const textOf = (path: string, { emission } = line) => emission.files.find((file) => file.path === path)!.text;

describe('what is written for TRL', () => {
  it('is what it was', () => {
    for (const { path, text } of line.emission.files) {
      if (path !== 'README.md') expectGolden(join(golden, path.replace('prepare.py', 'prepare.txt')), path, text);
    }
  });

  it('is what TRL read', () => {
    const configs = line.emission.files.filter(({ path }) => path.endsWith('.yaml'));
    expect(configs.map(({ path }) => path)).toEqual(['sft.yaml', 'packed.yaml', 'dpo.yaml']);
    for (const { path, text } of configs) {
      const hash = createHash('sha256').update(text).digest('hex');
      expect(theirs[path]?.sha256, `${path}: run test/fixtures/make_trl_fixtures.py`).toBe(hash);
    }
    expect(readdirSync(golden).filter((name) => name.endsWith('.yaml')).length).toBe(configs.length);
  });

  it.each([0, 1, 2])('has, by their schedules, the learning rate of the plan at every step of phase %i', (index) => {
    const { schedule, steps, name } = line.plan.phases[index]!;
    const { rates } = theirs[`${name}.yaml`]!;
    expect(rates).toHaveLength(steps + 1);
    for (let step = 1; step <= steps; step++) {
      expect(Math.abs(rates[step]! - learningRate(schedule, step))).toBeLessThan(1e-12 * schedule.peak);
    }
  });

  it('says what the plan says', () => {
    expect(theirs['sft.yaml']).toMatchObject({
      model: {
        path: 'HuggingFaceTB/SmolLM2-135M',
        revision: '93efa2f097d58c2a74874c7e644dbc9b0cee75a2',
        dtype: 'float32',
        attention: 'sdpa',
      },
      data: [{ path: 'json', data_files: 'data/sft.jsonl', split: 'train' }],
      training: {
        max_steps: line.plan.phases[0]!.steps,
        per_device_train_batch_size: 2,
        gradient_accumulation_steps: 2,
        max_length: 512,
        assistant_only_loss: true,
        weight_decay: 0.1,
        adam_beta2: 0.98,
        bf16: true,
        eos_token: '<|im_end|>',
        chat_template_path: 'sft.jinja',
      },
      save: 'no',
    });
    expect(theirs['packed.yaml']).toMatchObject({
      model: { path: 'models/sft', attention: 'flash_attention_2' },
      training: {
        packing: true,
        assistant_only_loss: false,
        gradient_checkpointing: true,
        max_grad_norm: 0.5,
        bf16: false,
        save_steps: 10,
        save_total_limit: 2,
        chat_template_path: null,
      },
      save: 'steps',
    });
    expect(theirs['dpo.yaml']).toMatchObject({
      model: { path: 'models/packed' },
      training: {
        beta: 0.1,
        loss_type: 'apo_zero',
        max_length: 512,
        max_prompt_length: 256,
        precompute_ref_log_probs: false,
        gradient_accumulation_steps: 4,
      },
    });
  });

  it('marks what an assistant writes, in a template that is else the one of the recipe', () => {
    const template = textOf('sft.jinja');
    const plain = template.replaceAll(/{% (end)?generation %}/g, '');
    expect(template.match(/{% generation %}/g)).toHaveLength(1);
    const { chat } = line.plan.phases[0]!.tuning!;
    const system = chat.kind === 'chatml' ? chat.system : null;
    const words = /({% if message\['role'\] == 'assistant' %})(.*)({% else %})\2({% endif %})/s;
    expect(plain).toMatch(words);
    expect(plain.replace(words, '$2')).toBe(chatmlTemplate(system));
  });

  it('a text of the recipe does not end the table of the Python program', async () => {
    const text = recipe.replace('data/answers/*.jsonl', "data/x''')\\nimport os #/*.jsonl");
    const { emission } = await emitText('trl', 'test/fixtures/trl/line.smol', text);
    const program = emission.files.find(({ path }) => path === 'prepare.py')!.text;
    expect(program.split("'''")).toHaveLength(3);
    expect(program).toContain('\\u0027\\u0027\\u0027');
  });

  it.each([
    ['too_long = truncate', 'too_long = drop', ['SM7107']],
    ['loss = apo_zero', 'loss = sigmoid\n  length_normalised = true', ['SM7111']],
    ['loss = apo_zero', 'loss = ipo', ['SM7111']],
    ['decay_exclude = [norms]', 'decay_exclude = []', ['SM7107']],
    ['cosine(peak = 2e-5, warmup = 10%, to = 2e-6)', 'inverse_sqrt(peak = 2e-5, warmup = 10%, to = 1e-6)', ['SM7102']],
    ['hf("HuggingFaceTB/SmolLM2-135M", revision', 'local("model.gguf") #', ['SM7104']],
    ['  attention = document\n', '', ['SM7107']],
    ['batch = 16 sequences', 'batch = 18 sequences', ['SM7106']],
    ['size = 900 rows', 'size = 900 rows, keep where tokens > 3', ['SM7111', 'SM7111']],
  ])('%s -> %s is told: %j', async (before, after, codes) => {
    expect(recipe).toContain(before);
    const { emission } = await emitText('trl', 'test/fixtures/trl/line.smol', recipe.replace(before, after));
    expect(emission.diagnostics.filter(({ severity }) => severity !== 'note').map(({ code }) => code)).toEqual(codes);
    expect(emission.files.length > 0).toBe(emission.diagnostics.every(({ severity }) => severity !== 'error'));
  });
});

describe('the examples for TRL', () => {
  it.each(['1.7b', '360m', '135m', 'sft-ablations', 'preference-ablations'])('smollm2-%s', async (name) => {
    const { plan, emission } = await emitFile('trl', `examples/smollm2-${name}.smol`);
    const errors = emission.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual([]);
    const sft = parse(emission.files.find(({ path }) => path === 'sft.yaml')!.text);
    expect(sft.max_steps).toBe(plan.phases.find((phase) => phase.name === 'sft')!.steps);
    const arms = plan.ablations.flatMap((ablation) =>
      ablation.of === 'pretrain' ? [] : ablation.arms.map((arm) => `ablations/${ablation.name}/${arm.name}.yaml`),
    );
    expect(emission.files.map(({ path }) => path)).toEqual(expect.arrayContaining(arms));
  });

  it('the 1.7B recipe has the batch of the published configuration: 8 GPUs x 4 x 4', async () => {
    const written = await emitFile('trl', 'examples/smollm2-1.7b.smol');
    const sft = parse(textOf('sft.yaml', written));
    expect(sft).toMatchObject({ per_device_train_batch_size: 4, gradient_accumulation_steps: 4, max_length: 8192 });
    expect(textOf('README.md', written)).toContain('trl sft --config sft.yaml --num_processes 8');
  });
});
