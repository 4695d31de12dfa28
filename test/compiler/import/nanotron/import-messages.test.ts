import { describe, expect, it } from 'vitest';
import { sampleNanotron } from '../../../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import { importSample, importText } from '../../../support/import-configs.ts';

const codesOf = ({ said }: { said: readonly (readonly [string, string])[] }) => said.map(([code]) => code);

describe('numbers', () => {
  it.each([
    ['"1e-3"', 'SM7209', '`"1e-3"` is taken as the number 0.001'],
    ['1e-3', 'SM7209', '`1e-3` is taken as the number 0.001'],
  ])('%s is accepted with a note', async (written, code, message) => {
    const { said, compilation } = await importSample({ schedule: { learning_rate: written } });
    expect(said).toEqual([[code, message]]);
    expect(compilation!.plan!.phases[0]!.schedule.peak).toBe(1e-3);
  });

  it('of one kind share a note, at the place of each', async () => {
    const { diagnostics } = await importSample({
      schedule: { learning_rate: '2e-5' },
      model: { rms_norm_eps: '1e-5' },
      tokens: { train_steps: '"1_000"' },
    });
    expect(diagnostics.map(({ message, related, help }) => [message, related.length, help])).toEqual([
      ['`1e-5` is taken as the number 1.0e-05, and so is 1 more', 1, 'for nanotron write `1.0e-05`'],
      ['`"1_000"` is taken as the number 1000', 0, 'for nanotron write `1000`'],
    ]);
  });

  it('with a tag are what it says', async () => {
    expect((await importSample({ tokens: { train_steps: '!!int "1000"' } })).said).toEqual([]);
    const { said } = await importSample({ tokens: { train_steps: '!!str 1000' } });
    expect(said).toEqual([['SM7209', '`"1000"` is taken as the number 1000']]);
  });

  it('of a type that cannot be are errors, all at once and at their places', async () => {
    const text = sampleNanotron({
      schedule: { learning_rate: 'fast', lr_decay_style: 'steep' },
      tokens: { train_steps: '1000.5', micro_batch_size: '0', sequence_length: '[512]' },
      optimizer: { clip_grad: '-1.0', weight_decay: '0x10' },
      model: { tie_word_embeddings: '1', num_hidden_layers: '"two"', hidden_act: '[silu]' },
      general: { seed: '-1' },
    });
    const { recipe, diagnostics } = await importText(text);
    expect(recipe).toBeNull();
    const errors = diagnostics.filter(({ code }) => code === 'SM7205');
    expect(errors.map(({ message, span }) => [text.slice(span.start, span.end), message])).toEqual([
      ['-1', '`general.seed` is `-1`, where a whole number of 0 or more belongs'],
      ['"two"', '`model.model_config.num_hidden_layers` is the text `"two"`, where a whole number belongs'],
      ['1', '`model.model_config.tie_word_embeddings` is `1`, where `true` or `false` belongs'],
      ['[silu]', '`model.model_config.hidden_act` is a list, where a text belongs'],
      ['-1.0', '`optimizer.clip_grad` is `-1.0`, where a number of 0 or more belongs'],
      [
        '0x10',
        '`optimizer.weight_decay` is `0x10`, where a number in decimals (YAML 1.1 counts this one in another base) belongs',
      ],
      ['fast', '`optimizer.learning_rate_scheduler.learning_rate` is `fast`, where a number belongs'],
      [
        'steep',
        '`optimizer.learning_rate_scheduler.lr_decay_style` is `steep`, where `linear`, `cosine` or `1-sqrt` belongs',
      ],
      ['[512]', '`tokens.sequence_length` is a list, where a whole number belongs'],
      ['1000.5', '`tokens.train_steps` is `1000.5`, where a whole number belongs'],
      ['0', '`tokens.micro_batch_size` is `0`, where a whole number of 1 or more belongs'],
    ]);
    expect(new Set(codesOf({ said: diagnostics.map(({ code, message }) => [code, message] as const) }))).toEqual(
      new Set(['SM7205']),
    );
  });

  it('that are missing are errors, all at once', async () => {
    const { said, recipe } = await importText('model: {}\ntokens: {}\noptimizer: {}\n');
    expect(recipe).toBeNull();
    expect(said.map(([code, message]) => `${code} ${message}`).toSorted()).toEqual(
      [
        '`data_stages` is missing',
        '`model.init_method.std` is missing',
        '`model.model_config` is missing',
        '`optimizer.learning_rate_scheduler.learning_rate` is missing',
        '`optimizer.learning_rate_scheduler.lr_warmup_style` is missing',
        '`optimizer.optimizer_factory.adam_beta1` is missing',
        '`optimizer.optimizer_factory.adam_beta2` is missing',
        '`optimizer.optimizer_factory.adam_eps` is missing',
        '`optimizer.weight_decay` is missing',
        '`parallelism.dp` is missing',
        '`tokens.batch_accumulation_per_replica` is missing',
        '`tokens.micro_batch_size` is missing',
        '`tokens.sequence_length` is missing',
        '`tokens.train_steps` is missing',
      ].map((message) => `SM7206 ${message}`),
    );
  });
});

describe('keys that nanotron does not know', () => {
  it('are told with the near ones', async () => {
    const { diagnostics, recipe } = await importSample({
      schedule: { lr_warmup_step: '100' },
      more: 'doremi: { domain_names: a }',
    });
    expect(recipe).not.toBeNull();
    expect(diagnostics.map(({ code, message, help }) => [code, message, help])).toEqual([
      [
        'SM7207',
        'nanotron knows no `optimizer.learning_rate_scheduler.lr_warmup_step`: it is not taken over',
        'did you mean `lr_warmup_steps`?',
      ],
      [
        'SM7207',
        'nanotron knows no `doremi`: it is not taken over',
        'if it changes what is trained, say so in the recipe yourself',
      ],
    ]);
  });
});

describe('what a recipe cannot say', () => {
  it('of another architecture is one error, not one for each of its keys', async () => {
    const { said } = await importSample({ model: { is_llama_config: '', is_mamba_config: 'true', d_conv: '4' } });
    expect(said.map(([code]) => code)).toEqual(['SM7220']);
  });

  it.each([
    [{ model: { no_rope_layer: '4' } }, 'layers without RoPE (`no_rope_layer` is `4`)'],
    [{ model: { moe_config: '{ num_experts: 8 }' } }, 'a mixture of experts (`moe_config` is a block of keys)'],
    [{ model: { sliding_window_size: '128' } }, 'attention in a window (`sliding_window_size` is `128`)'],
    [{ model: { attention_bias: 'true' } }, 'biases in attention'],
    [{ model: { is_llama_config: '', is_starcoder2_config: 'true' } }, '`is_starcoder2_config`'],
    [{ schedule: { lr_decay_steps: '100' } }, 'the learning rate has no form in a recipe'],
    [{ data: { sft_dataloader: 'true' } }, 'stage `stable` fine-tunes on conversations'],
    [
      { data: { hf_dataset_or_datasets: '{ owner/a: 0.5, owner/b: 1 }' } },
      'stage `stable` takes parts of the rows of several datasets (`hf_dataset_or_datasets`)',
    ],
  ])('%j is refused', async (sections, what) => {
    const { recipe, said } = await importSample(sections);
    expect(recipe).toBeNull();
    expect(said.filter(([code]) => code === 'SM7220').map(([, message]) => message.split(': ')[0])).toEqual([what]);
  });

  it.each([
    [['name: adamW', 'name: sgd'], 'the optimizer `sgd`'],
    [['init_method: { std: 0.02, scaling_method: NONE }', 'init_method: { use_mup: true }'], 'spectral µP'],
  ] as const)('%j is refused', async (replaced, what) => {
    const { recipe, said } = await importSample({}, replaced);
    expect(recipe).toBeNull();
    expect(said.map(([code, message]) => [code, message.split(': ')[0]])).toEqual([['SM7220', what]]);
  });

  it.each([
    [{ model: { z_loss_enabled: 'true' } }, 'the z-loss is added to the loss (`z_loss_enabled`)'],
    [{ model: { rope_interleaved: 'true' } }, '`rope_interleaved` rotates neighbouring dimensions'],
    [
      { model: { rope_scaling: '{ factor: 32.0 }' } },
      '`rope_scaling` is given, and nanotron (2411b022) does nothing with it',
    ],
    [
      { optimizer: { weight_decay_exclude_named_params: '[".*bias.*"]' } },
      '`weight_decay_exclude_named_params` excludes other parameters than a recipe has words for',
    ],
    [
      { tokens: { sequence_length: '1024' } },
      'sequences of 1024 go beyond `max_position_embeddings` (512), which nanotron does not mind',
    ],
  ])('%j is a warning', async (sections, what) => {
    const { recipe, compilation, said } = await importSample(sections);
    expect(recipe).not.toBeNull();
    expect(said.map(([code, message]) => [code, message.split('; the recipe')[0]])).toEqual([['SM7221', what]]);
    expect(compilation!.plan).not.toBeNull();
  });

  it('is padded as nanotron pads it', async () => {
    const { compilation, said } = await importSample({ model: { vocab_size: '4097' } }, ['tp: 1', 'tp: 2']);
    expect(said.map(([code]) => code)).toEqual(['SM7208', 'SM7221']);
    expect(compilation!.plan!.model.vocab).toBe(4098);
  });
});

describe('weight decay by group', () => {
  const exclude = (list: string, tied = 'true') =>
    importSample({ model: { tie_word_embeddings: tied }, optimizer: { weight_decay_exclude_named_params: list } });

  it.each([
    ['[".*token_embedding.*"]', 'true', ['embeddings']],
    ['[".*layernorm\\\\.", ".*final_layer_norm\\\\."]', 'true', ['norms']],
    ['[]', 'true', []],
  ])('%s is said', async (list, tied, groups) => {
    const { compilation, said } = await exclude(list, tied);
    expect(said).toEqual([]);
    expect(compilation!.plan!.phases[0]!.optimizer.decay_exclude).toEqual(groups);
  });

  it.each([
    ['[".*token_embedding.*"]', 'false'],
    ['[".*layernorm\\\\."]', 'true'],
    ['[".*token_embedding.*", ".*bias"]', 'true'],
  ])('%s, embeddings tied: %s, is not', async (list, tied) => {
    expect(codesOf(await exclude(list, tied))).toContain('SM7221');
  });
});

describe('defaults of nanotron', () => {
  it('are written and told', async () => {
    const { said, compilation } = await importSample({
      model: { rms_norm_eps: '', rope_theta: '', num_key_value_heads: '' },
      schedule: { min_decay_lr: '' },
    });
    expect(said).toEqual([
      [
        'SM7225',
        "not given, so nanotron's default is written: `rope_theta` = 10,000, `rms_norm_eps` = 1e-6, `min_decay_lr` = 1e-3",
      ],
    ]);
    const { model, phases } = compilation!.plan!;
    expect(model).toMatchObject({ norm_eps: 1e-6, rope_theta: 10_000, kv_heads: 4 });
    expect(phases[0]!.schedule).toMatchObject({ kind: 'constant', peak: 1e-3 });
  });

  it('of a decay without a length take its warm-up off the whole', async () => {
    const { diagnostics, compilation } = await importSample({ schedule: { lr_decay_steps: '' } });
    expect(diagnostics.map(({ code, notes }) => [code, notes])).toEqual([
      ['SM7226', ['without `lr_decay_steps`, nanotron takes `train_steps` - `lr_warmup_steps`, whatever the start is']],
    ]);
    const { schedule } = compilation!.plan!.phases[0]!;
    expect(schedule).toMatchObject({ decay_start_step: 800, decay_steps: 200 });
    expect(schedule.end).toBeCloseTo(1e-3 * (700 / 900), 15);
  });
});

describe('files of something else', () => {
  it.each([
    ['', 'the file is empty'],
    ['- a\n', 'it is a list, and no blocks of keys'],
    ['# mine\nrecipe a\ndataset b { source = c, }\nmodel { x = 1 }\n', 'it is a recipe already'],
    ['hello\n', 'it is a text, and no blocks of keys'],
    ['{"plan_version": 1, "recipe": "a"}', 'it is a plan of smol'],
    ['model_name_or_path: a/b\nlearning_rate: 1.0e-4\n', 'it is one of TRL'],
    ['name: ci\non: push\n', 'it has no `model`, `tokens`, `optimizer`, `parallelism`'],
  ])('%j are told as what they are', async (text, what) => {
    const { said, recipe } = await importText(text);
    expect(recipe).toBeNull();
    expect(said).toEqual([['SM7202', `this is no configuration of nanotron: ${what}`]]);
  });
});

describe('hostile text', () => {
  it('stays in its comment or its string', async () => {
    const { recipe, compilation } = await importSample({
      data: { hf_dataset_or_datasets: '', dataset_folder: '"a\\nseed = 7\\n} \\u202e#/x"' },
      general: { run: '"x\\n} seed = 9"' },
    });
    expect(compilation!.plan!.seed).toBe(42);
    expect(recipe!.text).toContain('files of a\\u{a}seed = 7\\u{a}} \\u{202e}#/x: the text');
    expect(recipe!.name).toBe('x_seed_9');
  });
});

it('marks that reorder text, and control characters, are escapes in strings', async () => {
  const { recipe, compilation } = await importSample(
    { data: { text_column_name: '"a\\u202E\\x9B\\x7F\\u2028\\uFEFFb"' } },
    ['owner/tokenizer', 'owner/tokenizer, tokenizer_revision: "\\u2066`\\"#"'],
  );
  expect(recipe!.text).toContain('format = text("a\\u202e\\u009b\\u007f\\u2028\\ufeffb")');
  expect(recipe!.text).toContain('revision = "\\u2066`\\"#")');
  expect(compilation!.plan!.datasets[0]!.format).toMatchObject({ column: 'a\u202e\u009b\u007f\u2028\ufeffb' });
});

describe('what is given in an older place too', () => {
  it.each([
    [{ more: 'data: { dataset: { dataset_folder: a/b } }' }, '`data` and `data_stages` are both given'],
    [{ optimizer: { adam_beta2: '0.9' } }, '`adam_beta2` stands in `optimizer`, beside `optimizer_factory`'],
  ])('is refused: %j', async (sections, what) => {
    expect((await importSample(sections)).said).toEqual([['SM7222', what]]);
  });
});

it.each(['./rows/train.jsonl', '/fsx/rows', 'rows/of/mine'])(
  'a dataset at the path %s is a place to fill',
  async (path) => {
    const { recipe, said } = await importSample({ data: { hf_dataset_or_datasets: path } });
    expect(said).toEqual([
      [
        'SM7224',
        expect.stringMatching(/^nanotron loads `\w+` from a path of its machine: the source is to be filled in$/),
      ],
    ]);
    expect(recipe!.text).toContain(`# nanotron reads the rows of ${path}: their text goes here\n`);
  },
);

it('an empty name is one error, at its place', async () => {
  const { said } = await importSample({}, ['name: stable', 'name: ""']);
  expect(said).toEqual([['SM7205', '`data_stages[0].name` is the text `""`, where a text that is not empty belongs']]);
});

it('what is missing is shown in its block, where there is one', async () => {
  const text = 'model: {}\ntokens: {}\ngeneral: { seed: 1 }\n';
  const { diagnostics } = await importText(text);
  const shown = diagnostics
    .filter(({ code }) => code === 'SM7206')
    .map(({ message, label, span }) => [message, label, text.slice(span.start, span.end)]);
  expect(shown).toContainEqual(['`parallelism.dp` is missing', null, '']);
  expect(shown).toContainEqual(['`tokens.train_steps` is missing', 'in this block', 'tokens']);
});

describe('data of a stage', () => {
  it.each([
    ['[]', '', ['SM7222', 'stage `stable` names no folder']],
    ['[a/b, c]', '[0, 0]', ['SM7222', 'the weights of stage `stable` add up to 0']],
    [
      '[a/b, c]',
      '[.nan, 0]',
      ['SM7205', '`data_stages[0].data.dataset.dataset_weights` is `.nan`, where a number belongs'],
    ],
    [
      '[a/b, c]',
      '1',
      ['SM7205', '`data_stages[0].data.dataset.dataset_weights` is `1`, where a list of numbers belongs'],
    ],
  ])('%s with weights %s is one error', async (folders, weights, error) => {
    const data = { hf_dataset_or_datasets: '', dataset_folder: folders, dataset_weights: weights };
    expect((await importSample({ data })).said).toEqual([error]);
  });

  it('that no recipe has room for is refused', async () => {
    const folders = Array.from({ length: 8000 }, (_, index) => `f${index}`);
    const data = { hf_dataset_or_datasets: '', dataset_folder: `[${folders.join(', ')}]` };
    const { said, recipe } = await importSample({ data });
    expect(recipe).toBeNull();
    expect(said).toContainEqual([
      'SM7220',
      'the recipe would be too large: the file has too many datasets and stages for one of 1 MiB',
    ]);
  });
});
