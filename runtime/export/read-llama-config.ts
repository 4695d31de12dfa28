import type { PlanModel } from '../../compiler/plan/index.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import { ModelFileError } from './model-file-error.ts';
import { requireLayers } from './most-layers.ts';

type Config = Readonly<Record<string, unknown>>;

/**
 * The model that a `config.json` of transformers describes. What is not written has the default of transformers' LlamaConfig.
 * Throws `ModelFileError`, by the setting's name, for whatever the decoder (runtime/model) would compute differently:
 * nothing that a configuration asks for is dropped. `owner` is named in messages.
 */
export function readLlamaConfig(config: Config, owner: string): PlanModel {
  refuseOtherModels(config, owner);
  refuseSettings(config, owner);
  const count = (name: string, byDefault?: number) => wholeNumber(config, name, owner, byDefault);
  const hidden = count('hidden_size');
  const heads = count('num_attention_heads');
  const kvHeads = count('num_key_value_heads', heads);
  const headSize = config.head_dim == null ? hidden / heads : count('head_dim');
  const model: PlanModel = {
    family: 'llama',
    layers: requireLayers(count('num_hidden_layers'), 'num_hidden_layers', owner),
    hidden,
    ffn: count('intermediate_size'),
    heads,
    kv_heads: kvHeads,
    head_size: headSize,
    vocab: count('vocab_size'),
    context: count('max_position_embeddings', 2048),
    rope_theta: ropeTheta(config, owner),
    norm_eps: positive(config, 'rms_norm_eps', owner, 1e-6),
    tie_embeddings: flag(config, 'tie_word_embeddings', owner),
    init_std: positive(config, 'initializer_range', owner, 0.02),
    parameters: 0,
  };
  if (heads % kvHeads !== 0 || !Number.isInteger(headSize) || headSize % 2 !== 0) {
    throw new ModelFileError(
      `\`${owner}\`: hidden size ${hidden}, ${heads} heads and ${kvHeads} key-value heads do not make a model`,
      'heads must be a multiple of key-value heads, and a head’s size must be even',
    );
  }
  return { ...model, parameters: countParameters(parameterLayout(model)) };
}

function refuseOtherModels(config: Config, owner: string): void {
  const kind = config.model_type;
  if (kind !== 'llama') {
    throw new ModelFileError(
      `\`${owner}\` is a model of type ${quoted(kind)}, and models of type "llama" can be read`,
      'choose a Llama-family model, as SmolLM2 is',
    );
  }
  const architectures = config.architectures;
  if (architectures == null) return;
  if (Array.isArray(architectures) && architectures.length === 1 && architectures[0] === 'LlamaForCausalLM') return;
  throw new ModelFileError(
    `\`${owner}\` has architecture ${quoted(architectures)}, and "LlamaForCausalLM" can be read`,
    'choose a model that writes text: one with a next-token head',
  );
}

/** Settings that change what is computed, each with the one value that the decoder has. */
function refuseSettings(config: Config, owner: string): void {
  const only: readonly (readonly [name: string, accepted: readonly unknown[], what: string])[] = [
    ['hidden_act', ['silu', 'swish'], 'activations other than SiLU'],
    ['attention_bias', [false], 'biases of the attention projections'],
    ['mlp_bias', [false], 'biases of the feed-forward projections'],
    ['attention_dropout', [0], 'attention dropout'],
    ['sliding_window', [], 'sliding-window attention'],
    ['partial_rotary_factor', [1], 'rotary embedding of a part of each head'],
    ['quantization_config', [], 'quantised weights'],
    ['rope_interleaved', [false], 'interleaved rotary embedding'],
  ];
  for (const [name, accepted, what] of only) {
    const value = config[name];
    if (value == null || accepted.includes(value)) continue;
    if (name === 'sliding_window' && config.use_sliding_window === false) continue;
    throw new ModelFileError(
      `\`${owner}\` asks for ${what} (\`${name}\`: ${quoted(value)}), which the model code does not have`,
      'choose a model without it: computing something else would be silently worse',
    );
  }
}

/**
 * transformers 5 writes `rope_parameters` with theta inside, earlier versions `rope_theta` beside `rope_scaling`; files with
 * both must agree.
 */
function ropeTheta(config: Config, owner: string): number {
  const parameters = object(config.rope_parameters);
  const scalings = [object(config.rope_scaling), parameters].filter((each) => each !== null);
  for (const scaling of scalings) {
    const kind = scaling.rope_type ?? scaling.type ?? 'default';
    if (kind === 'default' && (scaling.partial_rotary_factor ?? 1) === 1) continue;
    throw new ModelFileError(
      `\`${owner}\` asks for rope scaling of type ${quoted(kind)}, which the model code does not have`,
      'choose a model that was trained at its full context with a larger theta, as SmolLM2 was',
    );
  }
  const beside = config.rope_theta == null ? null : positive(config, 'rope_theta', owner);
  const inside = parameters?.rope_theta == null ? null : positive(parameters, 'rope_theta', owner);
  if (beside !== null && inside !== null && beside !== inside) {
    throw new ModelFileError(
      `\`${owner}\` has \`rope_theta\` ${beside} and, in \`rope_parameters\`, ${inside}`,
      'keep the one that the model was trained with',
    );
  }
  return beside ?? inside ?? 10_000;
}

function wholeNumber(config: Config, name: string, owner: string, byDefault?: number): number {
  const value = config[name] ?? byDefault;
  // The largest extent of a tensor that the engine can hold.
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw new ModelFileError(
    `\`${owner}\` has ${value === undefined ? 'no' : 'a wrong'} \`${name}\`${value === undefined ? '' : `: ${quoted(value)}`}`,
    'a whole number of at least 1 is needed: download the model again',
  );
}

function positive(config: Config, name: string, owner: string, byDefault?: number): number {
  const value = config[name] ?? byDefault;
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw new ModelFileError(
    `\`${owner}\` has a wrong \`${name}\`: ${quoted(value)}`,
    'a number above 0 is needed: download the model again',
  );
}

function flag(config: Config, name: string, owner: string): boolean {
  const value = config[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new ModelFileError(`\`${owner}\` has a wrong \`${name}\`: ${quoted(value)}`, 'true or false is needed');
}

function object(value: unknown): Config | null {
  return typeof value === 'object' && value !== null ? (value as Config) : null;
}

/** A value of the file, short and on one line. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
