import { vocabulary } from '../../grammar/index.ts';
import { proposeNames } from './propose-names.ts';

/** Names that other trainers and model configurations give to what an attribute says here. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  batch: ['batch_size', 'global_batch_size', 'train_batch_size', 'batch_tokens', 'batch_accumulation_per_replica'],
  checkpoint: ['checkpoint_interval', 'save_interval', 'save_steps', 'save_every'],
  clip_norm: ['clip_grad', 'grad_clip', 'gradient_clipping', 'gradient_clip_val', 'max_grad_norm', 'max_norm'],
  context: ['max_position_embeddings', 'max_seq_len', 'context_length', 'block_size', 'n_positions', 'n_ctx'],
  ffn: ['intermediate_size', 'ffn_hidden_size', 'ffn_dim', 'd_ff', 'mlp_hidden_size'],
  heads: ['num_attention_heads', 'num_heads', 'n_heads', 'n_head'],
  hidden: ['hidden_size', 'd_model', 'n_embd', 'dim', 'embed_dim'],
  init_std: ['initializer_range', 'init_method_std'],
  kv_heads: ['num_key_value_heads', 'num_kv_heads', 'n_kv_heads', 'num_query_groups'],
  layers: ['num_hidden_layers', 'num_layers', 'n_layers', 'n_layer', 'depth'],
  norm_eps: ['rms_norm_eps', 'layer_norm_eps', 'norm_epsilon'],
  rope_theta: ['rope_base', 'rotary_base', 'rope_freq_base'],
  sequence: ['seq_len', 'seq_length', 'sequence_length', 'max_seq_length', 'max_length', 'cutoff_len'],
  tie_embeddings: ['tie_word_embeddings', 'weight_tying'],
  tokens: ['train_tokens', 'max_tokens', 'train_steps', 'max_steps', 'steps', 'max_duration', 'num_train_steps'],
  vocab: ['vocab_size', 'padded_vocab_size'],
  epochs: ['num_train_epochs', 'num_epochs', 'n_epochs'],
  micro_batch: ['micro_batch_size', 'per_device_train_batch_size', 'device_train_microbatch_size'],
  dp: ['data_parallel_size'],
  tp: ['tensor_parallel_size', 'tensor_model_parallel_size'],
  pp: ['pipeline_parallel_size', 'pipeline_model_parallel_size'],
};

/** Names of what is an argument here: that of a call which an attribute takes. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  peak: ['lr', 'learning_rate', 'max_lr', 'peak_lr'],
  to: ['min_lr', 'lr_min', 'min_decay_lr', 'final_lr', 'end_lr'],
  warmup: ['warmup_steps', 'warmup_ratio', 'lr_warmup_steps', 'num_warmup_steps', 'warmup_tokens'],
  decay: ['decay_steps', 'lr_decay_steps'],
  decay_from: ['decay_start', 'lr_decay_starting_step'],
  weight_decay: ['wd'],
  beta1: ['adam_beta1'],
  beta2: ['adam_beta2'],
  eps: ['adam_eps', 'adam_epsilon'],
};

const attributeByForeign = inverted(attributes);
const parameterByForeign = inverted(parameters);

/** Where what a name says is written here: as an attribute of another name, or as an argument of an attribute's call. */
export type NativePlace =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'argument'; readonly name: string; readonly call: string; readonly attribute: string };

/** What people who come from another trainer mean by an attribute that does not exist; null where nobody can say. */
export function nativePlaceOf(written: string): NativePlace | null {
  const attribute = attributeByForeign.get(written);
  if (attribute !== undefined) return { kind: 'attribute', name: attribute };
  const calls = [
    { row: vocabulary.scheduleFunctions.wsd, attribute: 'schedule' },
    { row: vocabulary.adamw, attribute: 'optimizer' },
  ].map((call) => ({ ...call, names: Object.values(call.row.parameters).map(({ name }) => name) }));
  const [near] = proposeNames(written, [...calls.flatMap(({ names }) => names), ...parameterByForeign.keys()]);
  const guess = near !== undefined && written.length > 4 ? near : written;
  const parameter = parameterByForeignName(written) ?? parameterByForeignName(guess) ?? guess;
  const takes = calls.find(({ names }) => names.includes(parameter));
  return takes ? { kind: 'argument', name: parameter, call: takes.row.name, attribute: takes.attribute } : null;
}

/** What other trainers are told and smol works out, by name: why there is nothing to write. */
const derived: Readonly<Record<string, readonly string[]>> = {
  'it follows from `batch` and the memory of the machine (in a plan for a cluster, from `micro_batch`): remove it': [
    'gradient_accumulation_steps',
    'gradient_accumulation',
    'accumulate_grad_batches',
    'grad_accum_steps',
  ],
  'attention is computed in blocks wherever that is faster: remove it': [
    'flash_attention',
    'use_flash_attention',
    'flash_attn',
    'attn_implementation',
  ],
  'the device is chosen by `smol run`, not by the recipe: remove it': [
    'device',
    'device_map',
    'num_gpus',
    'num_workers',
  ],
};
const derivedByForeign = inverted(derived);

/** Why an attribute of another trainer is not written here; null for one that is, or that nobody knows. */
export function derivedHere(written: string): string | null {
  return derivedByForeign.get(written) ?? null;
}

/** The parameter that other trainers call so; null where none does. */
export function parameterByForeignName(written: string): string | null {
  return parameterByForeign.get(written) ?? null;
}

function inverted(table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).flatMap(([name, foreign]) => foreign.map((each) => [each, name] as const)));
}
