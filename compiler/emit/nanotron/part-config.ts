import { numberOfExact } from '../../plan/exact.ts';
import type { Plan, PlanModel, PlanPhase } from '../../plan/types.ts';
import { float, noted, type YamlValue } from '../config-yaml.ts';
import type { EmitPlace } from '../emit-place.ts';
import type { ExportedRun } from '../exported-run.ts';
import { learningRateConfig } from './learning-rate-config.ts';
import type { RunPart } from './run-part.ts';
import { splitBatch } from './split-batch.ts';
import { startCheckpoint } from './start-checkpoint.ts';

type YamlMap = { readonly [key: string]: YamlValue };

/** A part with what stands before it in its run. */
export interface PlacedPart {
  readonly run: ExportedRun;
  /** All parts of the run. */
  readonly parts: readonly RunPart[];
  readonly index: number;
}

/** Where nanotron looks for the tokenized files of a dataset. */
export function datasetFolder(name: string): string {
  return `datasets/s3/${name}`;
}

/** The folder or name that nanotron loads the tokenizer by. */
export function tokenizerName({ tokenizer }: Plan): string {
  return tokenizer.kind === 'hf' ? tokenizer.repository : 'tokenizer';
}

/** Width of a stored token: the fewest bytes that hold the vocabulary. */
export function bytesPerToken({ vocab }: PlanModel): number {
  return vocab <= 1 << 16 ? 2 : 4;
}

/** The configuration of one part, every key as nanotron's parser at 2411b022 knows it (config/config.py). */
export function partConfig(plan: Plan, placed: PlacedPart, place: EmitPlace): YamlMap {
  const { run, parts, index } = placed;
  const { phase, name } = run;
  const part = parts[index]!;
  return {
    checkpoints: checkpointsConfig(plan, placed, place),
    data_stages: parts.slice(0, index + 1).map((stage) => stageConfig(plan, stage)),
    general: { project: plan.recipe, run: name, seed: plan.seed, ignore_sanity_checks: true },
    logging: { iteration_step_info_interval: 1, log_level: 'info', log_level_replica: 'info' },
    model: modelConfig(plan, phase, part, place),
    optimizer: optimizerConfig(phase),
    parallelism: parallelismConfig(plan, phase),
    tokenizer: {
      tokenizer_name_or_path: tokenizerName(plan),
      tokenizer_revision: plan.tokenizer.kind === 'hf' ? plan.tokenizer.revision : null,
      tokenizer_max_length: null,
    },
    tokens: tokensConfig(plan, part),
  };
}

function checkpointsConfig(plan: Plan, { run, parts, index }: PlacedPart, place: EmitPlace): YamlMap {
  const { phase, name, isArm } = run;
  const before = parts[index - 1];
  const own = `checkpoints/${name}`;
  // An arm goes on with weights and optimizer; a phase loads weights only, as its initialization.
  const start = isArm ? startCheckpoint(phase.from, plan, place) : null;
  return {
    checkpoint_interval: phase.checkpoint.every_steps ?? phase.steps,
    checkpoints_path: own,
    checkpoints_path_is_shared_file_system: false,
    ...(before === undefined && isArm
      ? { load_lr_scheduler: noted('The schedule of an arm counts from its own first step.', false) }
      : {}),
    resume_checkpoint_path: before === undefined ? start : `${own}/${before.last_step}`,
    save_final_state: true,
    save_initial_state: false,
  };
}

function stageConfig(plan: Plan, part: RunPart): YamlMap {
  const byPosition = part.attention === 'document';
  return {
    name: part.name,
    start_training_step: part.first_step,
    sequence_length: part.sequence,
    data: {
      dataset: {
        dataset_folder: part.shares.map(({ folder }) => datasetFolder(folder)),
        dataset_weights: part.shares.map(({ share }) => float(numberOfExact(share))),
        return_positions: byPosition,
        token_size_in_bytes: bytesPerToken(plan.model),
        tokenizer_name: tokenizerName(plan),
        use_old_brrr_dataloader: !byPosition,
        vocab_size: plan.model.vocab,
      },
      num_loading_workers: 1,
      seed: plan.seed,
    },
  };
}

function modelConfig(plan: Plan, phase: PlanPhase, part: RunPart, place: EmitPlace): YamlMap {
  const { model } = plan;
  const start = startCheckpoint(phase.from, plan, place);
  return {
    ddp_bucket_cap_mb: 25,
    dtype: 'bfloat16',
    init_method:
      start === null
        ? {
            std: float(model.init_std),
            scaling_method: noted('Every matrix is drawn with `std`, as in the plan.', 'NONE'),
          }
        : { path: start },
    make_vocab_size_divisible_by: 1,
    model_config: architecture(model, part),
  };
}

/** Qwen2's class in nanotron, without biases, is the Llama architecture; its Llama class does not start from random weights. */
function architecture(model: PlanModel, part: RunPart): YamlMap {
  return {
    _attn_implementation: 'flash_attention_2',
    _use_doc_masking: part.attention === 'document',
    attention_bias: false,
    hidden_act: 'silu',
    hidden_size: model.hidden,
    initializer_range: float(model.init_std),
    intermediate_size: model.ffn,
    is_qwen2_config: noted('Without biases this is the Llama architecture.', true),
    max_position_embeddings: model.context,
    num_attention_heads: model.heads,
    num_hidden_layers: model.layers,
    num_key_value_heads: model.kv_heads,
    rms_norm_eps: float(model.norm_eps),
    rope_interleaved: false,
    rope_scaling: null,
    rope_theta: float(part.rope_theta),
    tie_word_embeddings: model.tie_embeddings,
    vocab_size: model.vocab,
  };
}

/** Names of nanotron's parameters, as regular expressions that match from the start. */
const excluded: Readonly<Record<'norms' | 'embeddings', readonly string[]>> = {
  norms: ['.*layernorm\\.', '.*final_layer_norm\\.'],
  embeddings: ['.*token_embedding\\.', '.*lm_head\\.'],
};

function optimizerConfig({ optimizer, clip_norm, schedule, steps }: PlanPhase): YamlMap {
  const exclude = optimizer.decay_exclude.flatMap((group) => excluded[group]);
  return {
    accumulate_grad_in_fp32: true,
    clip_grad: clip_norm === null ? null : float(clip_norm),
    learning_rate_scheduler: learningRateConfig(schedule, steps),
    optimizer_factory: {
      adam_beta1: float(optimizer.beta1),
      adam_beta2: float(optimizer.beta2),
      adam_eps: float(optimizer.eps),
      name: 'adamW',
      torch_adam_is_fused: true,
    },
    weight_decay: float(optimizer.weight_decay),
    ...(exclude.length === 0 ? {} : { weight_decay_exclude_named_params: exclude }),
    zero_stage: 0,
  };
}

function parallelismConfig({ cluster }: Plan, { recompute }: PlanPhase): YamlMap {
  return {
    dp: cluster?.dp ?? 1,
    expert_parallel_size: 1,
    pp: cluster?.pp ?? 1,
    pp_engine: '1f1b',
    recompute_layer: recompute === 'layer',
    tp: cluster?.tp ?? 1,
    tp_linear_async_communication: false,
    tp_mode: 'REDUCE_SCATTER',
  };
}

/** Steps count over the run: a part trains up to its own last one. */
function tokensConfig({ cluster }: Plan, part: RunPart): YamlMap {
  const { micro_batch, accumulation } = splitBatch(part.batch_sequences, cluster)!;
  return {
    batch_accumulation_per_replica: accumulation,
    limit_test_batches: 0,
    limit_val_batches: 0,
    micro_batch_size: micro_batch,
    sequence_length: part.sequence,
    train_steps: part.last_step,
    val_check_interval: -1,
  };
}
