import { describe, expect, it } from 'vitest';
import { sampleNanotron } from '../../../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import { format } from '../../../../grammar/index.ts';
import { importSample, importText } from '../../../support/import-configs.ts';

const codesOf = ({ said }: { said: readonly (readonly [string, string])[] }) => said.map(([code]) => code);
const folders = (folder: string, weights = '') => ({
  data: { hf_dataset_or_datasets: '', dataset_folder: folder, dataset_weights: weights },
});

/** In the form of the SmolLM files of 2024, with numbers of its own. */
const published = `# 55M trained on 10B tokens
checkpoints:
  checkpoint_interval: 2000
  checkpoints_path: checkpoints
  checkpoints_path_is_shared_file_system: false
  resume_checkpoint_path: null
  save_initial_state: false
data_stages:
- data:
    dataset:
      dataset_folder: # tokenized
        - datasets/web-pages
        - s3://bucket/cosmo/tokenized
      dataset_weights:
        - 0.7
        - 0.3
    num_loading_workers: 1
    seed: 42
  name: stable phase
  start_training_step: 1
- data:
    dataset:
      dataset_folder:
      - datasets/web-pages
      - datasets/in/standard
      dataset_weights: [1, 3]
    num_loading_workers: 1
    seed: 7
  name: decay phase
  start_training_step: 4501
general:
  benchmark_csv_path: null
  ignore_sanity_checks: true
  project: smol
  run: small-55M_%date_%jobid
  seed: 8
logging: { iteration_step_info_interval: 1, log_level: info }
model:
  ddp_bucket_cap_mb: 25
  dtype: bfloat16
  init_method:
    std: 0.0416 # 1/sqrt(hidden_size)
  make_vocab_size_divisible_by: 1
  model_config:
    bos_token_id: 0
    eos_token_id: 0
    hidden_act: silu
    hidden_size: 576
    initializer_range: 0.02
    intermediate_size: 1536
    is_llama_config: true
    max_position_embeddings: 2048
    num_attention_heads: 9
    num_hidden_layers: 10
    num_key_value_heads: 3
    pad_token_id: null
    pretraining_tp: 1
    rms_norm_eps: 1.0e-05
    rope_interleaved: false
    rope_scaling: null
    rope_theta: 10000.0
    tie_word_embeddings: true
    use_cache: true
    vocab_size: 49152
optimizer:
  accumulate_grad_in_fp32: true
  clip_grad: 1.0
  learning_rate_scheduler:
    learning_rate: 0.003
    lr_decay_starting_step: 4500
    lr_decay_steps: 500
    lr_decay_style: linear
    lr_warmup_steps: 200
    lr_warmup_style: linear
    min_decay_lr: 0
  optimizer_factory:
    adam_beta1: 0.9
    adam_beta2: 0.95
    adam_eps: 1.0e-08
    name: adamW
    torch_adam_is_fused: true
  weight_decay: 0.01
  zero_stage: 0
parallelism:
  dp: 16
  expert_parallel_size: 1
  pp: 1
  pp_engine: 1f1b
  recompute_layer: false
  tp: 2
  tp_linear_async_communication: true
  tp_mode: REDUCE_SCATTER
profiler: null
tokenizer:
  tokenizer_max_length: null
  tokenizer_name_or_path: owner/cosmo-tokenizer
  tokenizer_revision: null
tokens:
  batch_accumulation_per_replica: 2
  limit_test_batches: 0
  limit_val_batches: 0
  micro_batch_size: 32
  sequence_length: 2048
  train_steps: 5000
  val_check_interval: -1
`;

describe('the older form of published files', () => {
  it('becomes a formatted recipe that compiles', async () => {
    const { recipe, compilation } = await importText(published);
    expect(recipe!.text).toBe(`# From a.yaml, for nanotron.
recipe small_55M
language = 1

seed = 8
tokenizer = hf("owner/cosmo-tokenizer")

# nanotron reads the tokenized files of datasets/web-pages: the text that they were made of goes here
dataset web_pages { source = local("data/web_pages/*.jsonl") }

# nanotron reads the tokenized files of s3://bucket/cosmo/tokenized: the text that they were made of goes here
dataset cosmo { source = local("data/cosmo/*.jsonl") }

# nanotron reads the tokenized files of datasets/in/standard: the text that they were made of goes here
dataset in_data { source = local("data/in_data/*.jsonl") }

model {
  layers = 10
  hidden = 576
  ffn = 1536
  heads = 9
  kv_heads = 3
  vocab = 49_152
  context = 2048
  rope_theta = 10_000
  norm_eps = 1e-5
  init_std = 0.0416
  tie_embeddings = true
}

pretrain {
  tokens = 10_485_760_000  # 5,000 steps
  sequence = 2048
  batch = 1024 sequences
  precision = bf16
  optimizer = adamw(beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = 0.01)
  clip_norm = 1
  schedule = wsd(peak = 3e-3, warmup = 200 steps, decay = 500 steps, shape = linear, to = 0)
  checkpoint = every(2000 steps)

  # steps 1 to 4,500
  stage stable_phase 0..9_437_184_000 {
    70% web_pages
    30% cosmo
  }

  # steps 4,501 to 5,000
  stage decay_phase 9_437_184_000..10_485_760_000 {
    25% web_pages
    75% in_data
  }
}
`);
    expect(format(recipe!.text, 'a.smol')).toEqual({ text: recipe!.text });
    expect(compilation!.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(compilation!.plan!.phases[0]).toMatchObject({ steps: 5000, tokens: 5000 * 1024 * 2048 });
  });

  it('is told what is not in the recipe, a note for each reason', async () => {
    const { said } = await importText(published);
    expect(said.filter(([code]) => code === 'SM7208').map(([, message]) => message)).toEqual([
      'not taken over, since it says where logs, checkpoints and results go: `checkpoints_path`, `checkpoints_path_is_shared_file_system`, `save_initial_state`, `logging`',
      'not taken over, since it says how tokenized files are read: `num_loading_workers`',
      'not taken over, since a recipe has one seed, and `general.seed` is taken: `data.seed`',
      'not taken over, since training does not depend on it: `ignore_sanity_checks`, `bos_token_id`, `eos_token_id`, `initializer_range`, `use_cache`, `limit_test_batches`, `limit_val_batches`, `val_check_interval`',
      'not taken over, since it says how machines share the work: `ddp_bucket_cap_mb`, `pretraining_tp`, `torch_adam_is_fused`, `zero_stage`, `expert_parallel_size`, `pp_engine`, `tp`, `tp_linear_async_communication`, `tp_mode`',
    ]);
    expect(said.filter(([code]) => code !== 'SM7208').map(([code]) => code)).toEqual(['SM7224', 'SM7223', 'SM7221']);
  });

  it('proposes machines as the file has them', async () => {
    const { diagnostics } = await importText(published);
    const helps = diagnostics.map(({ help }) => help);
    expect(helps).toContain(
      'a recipe names machines, which the file does not: `cluster NAME { nodes = 4, gpus_per_node = 8, gpu = h100_80gb, dp = 16, tp = 2, micro_batch = 32 sequences }`',
    );
  });
});

describe('files of nanotron before data stages', () => {
  it('have one dataset and AdamW in `optimizer`', async () => {
    const text = sampleNanotron()
      .replace(/ {2}optimizer_factory.*\n/, '  adam_beta1: 0.9\n  adam_beta2: 0.99\n  adam_eps: 1.0e-08\n')
      .replace(/data_stages:[\s\S]*$/, 'data:\n  seed: 42\n  dataset: { hf_dataset_or_datasets: owner/text }\n');
    const { compilation, said } = await importText(text);
    expect(said).toEqual([]);
    expect(compilation!.plan!.phases[0]).toMatchObject({ steps: 1000, optimizer: { beta2: 0.99 } });
  });

  it('may map folders to weights', async () => {
    const { compilation, said } = await importSample(folders('{ data/web: 0.8, data/code: 0.2 }'));
    expect(said.map(([code]) => code)).toEqual(['SM7224']);
    const { plan } = compilation!;
    expect(plan!.phases[0]!.stages[0]!.mixture.map(({ dataset, share }) => [dataset, share])).toEqual([
      ['web', '0.8'],
      ['code', '0.2'],
    ]);
  });
});

describe('data', () => {
  it('of the hub is named with its configuration and column', async () => {
    const { recipe } = await importSample({
      data: {
        hf_dataset_config_name: 'sample-10BT',
        hf_dataset_splits: '[test, train]',
        text_column_name: 'content',
      },
    });
    expect(recipe!.text).toContain('source = hf("owner/text", config = "sample-10BT"), format = text("content")');
  });

  it.each([
    ['test', '`test`'],
    ['"train[:1%]"', 'the text `"train[:1%]"`'],
    ['[validation, test]', 'a list'],
  ])('of the hub without its split `train` is refused: %s', async (splits, words) => {
    const { said } = await importSample({ data: { hf_dataset_splits: splits } });
    expect(said).toEqual([['SM7222', `\`hf_dataset_splits\` is ${words}, and nanotron trains on the split \`train\``]]);
  });

  it('without weights has equal ones', async () => {
    const { compilation, said } = await importSample(folders('[data/a, data/b, data/c]'));
    expect(said.map(([code]) => code)).toEqual(['SM7224']);
    expect(compilation!.plan!.phases[0]!.stages[0]!.mixture.map(({ share }) => share)).toEqual(['1/3', '1/3', '1/3']);
  });

  it('with weights that print a third means a third', async () => {
    const weights = '[0.3333333333333333, 0.6666666666666666]';
    const { compilation, said } = await importSample(folders('[data/a, data/b]', weights));
    expect(said.map(([code]) => code)).toEqual(['SM7224']);
    expect(compilation!.plan!.phases[0]!.stages[0]!.mixture.map(({ share }) => share)).toEqual(['1/3', '2/3']);
  });

  it('of one folder has no weights that matter', async () => {
    const { compilation } = await importSample(folders('data/a', '[0.2]'));
    expect(compilation!.plan!.phases[0]!.stages[0]!.mixture).toMatchObject([{ dataset: 'a', share: '1' }]);
  });

  it('of weight 0 is left out, and a folder named twice is one dataset', async () => {
    const { compilation, said } = await importSample(folders('[data/a, data/b, data/a]', '[0.5, 0, 0.5]'));
    expect(said.map(([code]) => code)).toEqual(['SM7208', 'SM7221', 'SM7224']);
    expect(compilation!.plan!.phases[0]!.stages[0]!.mixture).toMatchObject([{ dataset: 'a', share: '1' }]);
  });

  it.each([
    ['[data/a, data/b]', '[0.5]', 'stage `stable` has 1 `dataset_weights` for 2 folders'],
    ['[data/a, data/b]', '[0, 0]', 'the weights of stage `stable` add up to 0'],
    ['[data/a, [data/b]]', '[1, 1]', '`data_stages[0].data.dataset.dataset_folder` holds something that is no folder'],
  ])('%s with %s is refused', async (folder, weights, message) => {
    const { recipe, said } = await importSample(folders(folder, weights));
    expect(recipe).toBeNull();
    expect(said.filter(([code]) => code === 'SM7222')).toEqual([['SM7222', message]]);
  });

  it('that is random is a place to fill', async () => {
    const { recipe, said } = await importSample({ data: { hf_dataset_or_datasets: '' } }, [
      '    dataset:\n',
      '    dataset: null\n',
    ]);
    expect(said.map(([code, message]) => [code, message])).toEqual([
      ['SM7224', 'nanotron trains `stable` on random tokens: the recipe names text instead'],
    ]);
    expect(recipe!.text).toContain('dataset stable { source = local("data/stable/*.jsonl") }');
  });
});

describe('stages', () => {
  const stage = (name: string, start: string) => `- name: ${name}
  start_training_step: ${start}
  data: { seed: 42, dataset: { hf_dataset_or_datasets: owner/more } }`;

  it('are sorted, and named in the language', async () => {
    const more = [stage('"2nd, at last"', '901'), stage('normalized', '501'), stage('pretrain', '701')].join('\n');
    const { compilation, said } = await importSample({ more });
    expect(said).toEqual([]);
    const { stages } = compilation!.plan!.phases[0]!;
    expect(stages.map(({ name, first_step: first }) => [name, first])).toEqual([
      ['stable', 1],
      ['normalized_stage', 501],
      ['pretrain_stage', 701],
      ['stage_2nd_at_last', 901],
    ]);
  });

  it.each([
    [stage('stable', '501'), 'two data stages are called `stable`'],
    [stage('other', '1'), 'two data stages begin at step 1'],
  ])('are refused as nanotron does', async (more, message) => {
    const { said } = await importSample({ more });
    expect(said).toEqual([['SM7222', message]]);
  });

  it('that training does not reach are left out with a warning', async () => {
    const { compilation, said } = await importSample({ more: stage('late', '2000') });
    expect(said.map(([code]) => code)).toEqual(['SM7221']);
    expect(compilation!.plan!.phases[0]!.stages).toHaveLength(1);
  });

  it('may have a sequence of their own', async () => {
    const more = `${stage('long', '501')}\n  sequence_length: 256`;
    const { compilation } = await importSample({ more });
    const { stages, tokens } = compilation!.plan!.phases[0]!;
    expect(stages.map(({ sequence }) => sequence)).toEqual([512, 256]);
    expect(tokens).toBe(500 * 32 * 512 + 500 * 32 * 256);
  });
});

describe('checkpoints', () => {
  const withPath = (words: string) =>
    importSample({}, ['interval: 100', `interval: 100, resume_checkpoint_path: base/500${words}`]);

  it('whose run goes on are told of', async () => {
    const { recipe, said } = await withPath('');
    expect(said.map(([code]) => code)).toEqual(['SM7227']);
    expect(recipe!.text).not.toContain('from =');
  });

  it('without their schedule are where training starts', async () => {
    const { compilation, said } = await withPath(', load_lr_scheduler: false, load_optimizer: false');
    expect(said).toEqual([]);
    expect(compilation!.plan!.phases[0]!.from).toMatchObject({ kind: 'nanotron', path: 'base/500' });
    expect(codesOf(await withPath(', load_lr_scheduler: false'))).toEqual(['SM7221']);
  });

  it('that training starts from leave nothing to say of initial weights', async () => {
    const { recipe, said } = await importSample(
      {},
      ['interval: 100', 'interval: 100, resume_checkpoint_path: base, load_lr_scheduler: false, load_optimizer: false'],
      [', scaling_method: NONE', ''],
    );
    expect(said).toEqual([]);
    expect(recipe!.text).toContain('from = nanotron("base")');
    expect(recipe!.text).not.toContain('init_std');
  });
});
