/** The parts of the small configurations of nanotron that `smol explain` shows; `changes` replace or add lines by key. */

type Changes = Readonly<Record<string, string>>;

interface SampleSections {
  readonly data?: Changes;
  readonly general?: Changes;
  readonly model?: Changes;
  readonly optimizer?: Changes;
  readonly schedule?: Changes;
  readonly tokens?: Changes;
  /** Lines at the end of the file. */
  readonly more?: string;
}

/** A configuration that is taken over without a word but for the text of its dataset; a change of `''` leaves a key out. */
export function sampleNanotron(sections: SampleSections = {}): string {
  const { data = {}, general = {}, model = {}, optimizer = {}, schedule = {}, tokens = {}, more = '' } = sections;
  return [
    'general:',
    ...lines(2, { project: 'example', run: 'small', seed: '42', ...general }),
    'tokenizer: { tokenizer_name_or_path: owner/tokenizer }',
    'checkpoints: { checkpoint_interval: 100 }',
    'parallelism: { dp: 8, pp: 1, tp: 1 }',
    'model:',
    '  dtype: bfloat16',
    '  init_method: { std: 0.02, scaling_method: NONE }',
    '  model_config:',
    ...lines(4, { ...smallModel, ...model }),
    'optimizer:',
    ...lines(2, { clip_grad: '1.0', weight_decay: '0.01', ...optimizer }),
    '  optimizer_factory: { name: adamW, adam_beta1: 0.9, adam_beta2: 0.95, adam_eps: 1.0e-08 }',
    '  learning_rate_scheduler:',
    ...lines(4, { ...smallSchedule, ...schedule }),
    'tokens:',
    ...lines(2, {
      sequence_length: '512',
      train_steps: '1000',
      micro_batch_size: '4',
      batch_accumulation_per_replica: '1',
      ...tokens,
    }),
    'data_stages:',
    '- name: stable',
    '  start_training_step: 1',
    '  data:',
    '    seed: 42',
    '    dataset:',
    ...lines(6, { hf_dataset_or_datasets: 'owner/text', ...data }),
    ...(more === '' ? [] : [more]),
    '',
  ].join('\n');
}

const smallModel: Changes = {
  is_llama_config: 'true',
  num_hidden_layers: '2',
  hidden_size: '64',
  intermediate_size: '192',
  num_attention_heads: '4',
  num_key_value_heads: '4',
  vocab_size: '4096',
  max_position_embeddings: '512',
  rope_theta: '10000.0',
  rms_norm_eps: '1.0e-05',
  tie_word_embeddings: 'true',
};

const smallSchedule: Changes = {
  learning_rate: '0.001',
  lr_warmup_steps: '100',
  lr_warmup_style: 'linear',
  lr_decay_starting_step: '800',
  lr_decay_steps: '200',
  lr_decay_style: 'linear',
  min_decay_lr: '0',
};

function lines(indent: number, entries: Changes): readonly string[] {
  const written = Object.entries(entries).filter(([, value]) => value !== '');
  return written.map(([key, value]) => `${' '.repeat(indent)}${key}: ${value}`);
}
