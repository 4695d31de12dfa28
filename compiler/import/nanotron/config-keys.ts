import * as rows from '../../diagnostics/catalogue/import.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import { nearNames } from '../../diagnostics/near-names.ts';
import {
  type ConfigSection,
  inOrder,
  leaveOut,
  nodeOf,
  pathOf,
  type ReadingNotes,
  sectionOf,
} from '../config-section.ts';

/** Why keys have no place in a recipe. */
export const leftOutReasons = {
  machines: 'it says how machines share the work',
  storage: 'it says where logs, checkpoints and results go',
  loading: 'it says how tokenized files are read',
  inert: 'training does not depend on it',
} as const;

type Reason = keyof typeof leftOutReasons;

interface SectionKeys {
  /** Keys that are read somewhere. */
  readonly taken: readonly string[];
  readonly leftOut?: Readonly<Partial<Record<Reason, readonly string[]>>>;
}

/**
 * Every key of nanotron's configuration at 2411b022 (src/nanotron/config), and of the older files that are published: `data`,
 * AdamW's keys directly in `optimizer`, `interleaved_rotary`, `moe_layer_recompute`.
 */
const sections = {
  file: {
    taken: [
      'general',
      'parallelism',
      'model',
      'tokenizer',
      'checkpoints',
      'tokens',
      'optimizer',
      'data_stages',
      'data',
    ],
    leftOut: { storage: ['logging', 'metrics_logging', 'profiler', 'lighteval', 's3_upload'] },
  },
  general: {
    taken: ['project', 'run', 'seed'],
    leftOut: { storage: ['benchmark_csv_path'], inert: ['step', 'consumed_train_samples', 'ignore_sanity_checks'] },
  },
  parallelism: {
    taken: ['dp', 'tp', 'pp', 'recompute_layer'],
    leftOut: {
      machines: [
        'pp_engine',
        'tp_mode',
        'tp_linear_async_communication',
        'tp_recompute_allgather',
        'expert_parallel_size',
        'context_parallel_size',
        'moe_layer_recompute',
      ],
    },
  },
  model: {
    taken: ['model_config', 'init_method', 'dtype', 'make_vocab_size_divisible_by'],
    leftOut: { machines: ['ddp_bucket_cap_mb'] },
  },
  init_method: { taken: ['std', 'scaling_method', 'path', 'use_mup'] },
  model_config: {
    taken: [
      'is_llama_config',
      'is_qwen2_config',
      'hidden_act',
      'hidden_size',
      'intermediate_size',
      'max_position_embeddings',
      'num_attention_heads',
      'num_hidden_layers',
      'num_key_value_heads',
      'attention_bias',
      'rms_norm_eps',
      'rope_scaling',
      'rope_theta',
      'rope_interleaved',
      'rope_seq_len_interpolation_factor',
      'tie_word_embeddings',
      'vocab_size',
      'z_loss_enabled',
      'flex_attention_mask',
      'sliding_window_size',
      'no_rope_layer',
      'moe_config',
      '_use_doc_masking',
    ],
    leftOut: {
      machines: [
        '_attn_implementation',
        '_fused_rotary_emb',
        '_fused_rms_norm',
        '_use_qkv_packed',
        'ring_attn_heads_k_stride',
        'pretraining_tp',
      ],
      storage: ['log_attn_probs'],
      inert: [
        'bos_token_id',
        'eos_token_id',
        'pad_token_id',
        'use_cache',
        'initializer_range',
        'z_loss_coefficient',
        'interleaved_rotary',
      ],
    },
  },
  tokenizer: {
    taken: ['tokenizer_name_or_path', 'tokenizer_revision'],
    leftOut: { inert: ['tokenizer_max_length'] },
  },
  checkpoints: {
    taken: ['checkpoint_interval', 'resume_checkpoint_path', 'load_lr_scheduler', 'load_optimizer'],
    leftOut: {
      storage: ['checkpoints_path', 'checkpoints_path_is_shared_file_system', 'save_initial_state', 'save_final_state'],
    },
  },
  tokens: {
    taken: ['sequence_length', 'train_steps', 'micro_batch_size', 'batch_accumulation_per_replica'],
    leftOut: { inert: ['val_check_interval', 'limit_val_batches', 'limit_test_batches'] },
  },
  optimizer: {
    taken: [
      'optimizer_factory',
      'weight_decay',
      'clip_grad',
      'accumulate_grad_in_fp32',
      'learning_rate_scheduler',
      'weight_decay_exclude_named_params',
      'adam_beta1',
      'adam_beta2',
      'adam_eps',
    ],
    leftOut: { machines: ['zero_stage', 'torch_adam_is_fused'] },
  },
  optimizer_factory: {
    taken: ['name', 'adam_beta1', 'adam_beta2', 'adam_eps'],
    leftOut: { machines: ['torch_adam_is_fused'] },
  },
  learning_rate_scheduler: {
    taken: [
      'learning_rate',
      'lr_warmup_steps',
      'lr_warmup_style',
      'lr_decay_style',
      'lr_decay_steps',
      'lr_decay_starting_step',
      'min_decay_lr',
    ],
  },
  stage: { taken: ['name', 'start_training_step', 'sequence_length', 'data'] },
  data: { taken: ['dataset', 'seed'], leftOut: { loading: ['num_loading_workers'] } },
  dataset: {
    taken: [
      'dataset_folder',
      'dataset_weights',
      'dataset_max_tokens',
      'tokenizer_name',
      'vocab_size',
      'hf_dataset_or_datasets',
      'hf_dataset_splits',
      'hf_dataset_config_name',
      'text_column_name',
      'sft_dataloader',
    ],
    leftOut: {
      loading: [
        'dataset_read_path',
        'token_size_in_bytes',
        'return_positions',
        'skip_in_stream',
        'pad_samples_to_global_batch_size',
        'shuffle_files',
        'use_old_brrr_dataloader',
        'dataset_processing_num_proc_per_process',
        'dataset_overwrite_cache',
        'debug_max_samples',
      ],
    },
  },
} as const satisfies Readonly<Record<string, SectionKeys>>;

export type SectionName = keyof typeof sections;

/** Keys of a section that a recipe says; the same table that tells which are unknown. */
export function takenKeys(name: SectionName): readonly string[] {
  return sections[name].taken;
}

/** The section under a key of nanotron's; its keys are looked through, as in `checkKeys`. */
export function knownSection(parent: ConfigSection, key: string, name: SectionName): ConfigSection {
  const section = sectionOf(parent, key);
  checkKeys(section, name);
  return section;
}

/** Warns of keys that nanotron does not know, and gathers those that have no place in a recipe. */
export function checkKeys(section: ConfigSection, name: SectionName): void {
  // Keys of another architecture, which is refused as a whole.
  if ([...section.map.entries.keys()].some(isOtherFamily)) return;
  const { taken, leftOut = {} }: SectionKeys = sections[name];
  const reasonOf = new Map(
    Object.entries(leftOut).flatMap(([reason, keys]) => keys.map((key) => [key, reason as Reason] as const)),
  );
  for (const [key, { keySpan }] of section.map.entries) {
    if (taken.includes(key)) continue;
    const reason = reasonOf.get(key);
    if (reason === undefined) {
      const near = nearNames(key, [...taken, ...reasonOf.keys()]);
      section.notes.collector.add(diagnose(rows.unknownKey, keySpan, { key: pathOf(section, key), near }));
    } else if (nodeOf(section, key) !== null) {
      leaveOut(section.notes, leftOutReasons[reason], key, keySpan);
    }
  }
}

/** `is_starcoder2_config` and its like, which say what the block is. */
export function isOtherFamily(key: string): boolean {
  return /^is_\w+_config$/.test(key) && !['is_llama_config', 'is_qwen2_config'].includes(key);
}

/** One note for each reason, at the first key; a key that stands in several stages is named once. */
export function tellLeftOut({ leftOut, collector }: ReadingNotes, clusterWords: string): void {
  for (const [why, found] of leftOut) {
    const places = inOrder(found);
    const keys = [...new Set(places.map(({ key }) => key))];
    const help =
      why === leftOutReasons.machines ? `a recipe names machines, which the file does not: \`${clusterWords}\`` : null;
    collector.add(diagnose(rows.leftOut, places[0]!.span, { keys, why, help }));
  }
}
