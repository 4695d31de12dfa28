import type { Plan } from '../../plan/types.ts';
import { float, type YamlValue } from '../config-yaml.ts';
import { learningRateConfig } from './learning-rate-config.ts';
import { splitRows } from './split-rows.ts';
import { startModel, type TunedRun } from './tuned-run.ts';

type YamlMap = { readonly [key: string]: YamlValue };

/** The configuration of `trl sft` or `trl dpo`, every key as TRL 0.24 with transformers 4.56 knows it. */
export function tunedConfig(plan: Plan, run: TunedRun, recipeFolder: string): YamlMap {
  const { phase, name } = run;
  const { path, revision } = startModel(phase.from, recipeFolder)!;
  return {
    model_name_or_path: path,
    ...(revision === null ? {} : { model_revision: revision }),
    // Weights stay in float32; with bf16 products are computed in it.
    dtype: 'float32',
    attn_implementation: phase.tuning.packing === true ? 'flash_attention_2' : 'sdpa',
    datasets: [{ path: 'json', data_files: `data/${name}.jsonl`, split: 'train' }],
    output_dir: `models/${name}`,
    ...(phase.kind === 'sft' ? sftKeys(run) : dpoKeys(run)),
    ...trainingKeys(plan, run),
  };
}

function sftKeys({ phase: { tuning }, name }: TunedRun): YamlMap {
  return {
    max_length: tuning.sequence,
    packing: tuning.packing === true,
    packing_strategy: 'bfd',
    assistant_only_loss: tuning.loss_on === 'assistant',
    ...(tuning.chat.kind === 'from_tokenizer' ? {} : { chat_template_path: `${name}.jinja` }),
    ...(tuning.chat.kind === 'chatml' ? { eos_token: '<|im_end|>' } : {}),
  };
}

function dpoKeys({ phase: { tuning } }: TunedRun): YamlMap {
  return {
    beta: float(tuning.beta!),
    loss_type: [tuning.loss!],
    max_length: tuning.sequence,
    max_prompt_length: tuning.max_prompt,
    truncation_mode: 'keep_end',
    precompute_ref_log_probs: tuning.reference === 'precomputed',
    disable_dropout: true,
  };
}

function trainingKeys(plan: Plan, { phase }: TunedRun): YamlMap {
  const { optimizer, checkpoint, schedule, steps, tuning } = phase;
  const { each, accumulation } = splitRows(tuning.batch_sequences, plan.cluster)!;
  return {
    max_steps: steps,
    per_device_train_batch_size: each,
    gradient_accumulation_steps: accumulation,
    gradient_checkpointing: phase.recompute === 'layer',
    ...learningRateConfig(schedule, steps)!,
    optim: 'adamw_torch',
    adam_beta1: float(optimizer.beta1),
    adam_beta2: float(optimizer.beta2),
    adam_epsilon: float(optimizer.eps),
    weight_decay: float(optimizer.weight_decay),
    max_grad_norm: float(phase.clip_norm ?? 0),
    bf16: phase.precision === 'bf16',
    seed: plan.seed,
    data_seed: plan.seed,
    eval_strategy: 'no',
    logging_steps: 1,
    report_to: 'none',
    ...(checkpoint.every_steps === null
      ? { save_strategy: 'no' }
      : {
          save_strategy: 'steps',
          save_steps: checkpoint.every_steps,
          ...(checkpoint.keep === null ? {} : { save_total_limit: checkpoint.keep }),
        }),
  };
}
