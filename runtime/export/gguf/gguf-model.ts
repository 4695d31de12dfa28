import type { PlanModel } from '../../../compiler/plan/index.ts';
import { countParameters, parameterLayout } from '../../model/parameters.ts';
import { ModelFileError } from '../model-file-error.ts';
import { requireLayers } from '../most-layers.ts';

export type Metadata = Readonly<Record<string, unknown>>;

/**
 * The model that a GGUF file of architecture `llama` describes. Whether the head is tied stands in no field: it is where the
 * file has no `output.weight`. Throws `ModelFileError`, by the field's name, for what the model code cannot honour.
 */
export function ggufModel(metadata: Metadata, isTied: boolean, owner: string): PlanModel {
  refuseFields(metadata, owner);
  const count = (field: string, byDefault?: number) => wholeNumber(metadata, field, owner, byDefault);
  const hidden = count('llama.embedding_length');
  const heads = count('llama.attention.head_count');
  const tokens = metadata['tokenizer.ggml.tokens'];
  const headSize = count('llama.attention.key_length', hidden / heads);
  const rotated = count('llama.rope.dimension_count', headSize);
  if (rotated !== headSize || headSize % 2 !== 0) {
    throw new ModelFileError(
      `\`${owner}\` rotates ${rotated} of the ${headSize} dimensions of a head, which the model code does not`,
      'choose a model that rotates whole heads of an even size',
    );
  }
  const model: PlanModel = {
    family: 'llama',
    layers: requireLayers(count('llama.block_count'), 'llama.block_count', owner),
    hidden,
    ffn: count('llama.feed_forward_length'),
    heads,
    kv_heads: count('llama.attention.head_count_kv', heads),
    head_size: headSize,
    vocab: count('llama.vocab_size', Array.isArray(tokens) ? tokens.length : undefined),
    context: count('llama.context_length'),
    rope_theta: float(metadata, 'llama.rope.freq_base', owner, 10_000),
    norm_eps: float(metadata, 'llama.attention.layer_norm_rms_epsilon', owner),
    tie_embeddings: isTied,
    // GGUF does not say how weights were drawn; it matters to no trained model. The default of transformers' LlamaConfig.
    init_std: 0.02,
    parameters: 0,
  };
  return { ...model, parameters: countParameters(parameterLayout(model)) };
}

function refuseFields(metadata: Metadata, owner: string): void {
  const architecture = metadata['general.architecture'];
  if (architecture === undefined) {
    throw new ModelFileError(`\`${owner}\` has no \`general.architecture\``, 'download the file again');
  }
  if (architecture !== 'llama') {
    throw new ModelFileError(
      `\`${owner}\` is a model of architecture ${JSON.stringify(architecture)}, and "llama" can be read`,
      'choose a Llama-family model, as SmolLM2 is',
    );
  }
  const refused: readonly (readonly [field: string, accepted: readonly unknown[], what: string])[] = [
    ['llama.rope.scaling.type', ['none'], 'rope scaling'],
    ['llama.rope.scale_linear', [1], 'rope scaling'],
    ['llama.expert_count', [0], 'experts'],
    ['llama.attention.sliding_window', [0], 'sliding-window attention'],
  ];
  for (const [field, accepted, what] of refused) {
    const value = metadata[field];
    if (value === undefined || accepted.includes(value)) continue;
    throw new ModelFileError(
      `\`${owner}\` asks for ${what} (\`${field}\`: ${String(value)}), which the model code does not have`,
      'choose a model without it: computing something else would be silently worse',
    );
  }
}

function wholeNumber(metadata: Metadata, field: string, owner: string, byDefault?: number): number {
  const value = metadata[field] ?? byDefault;
  // The largest extent of a tensor that the engine can hold.
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw new ModelFileError(
    `\`${owner}\` has ${value === undefined ? 'no' : 'a wrong'} \`${field}\``,
    'a whole number of at least 1 is needed: download the file again',
  );
}

/** A float32 field as the shortest decimal that is that float32: 1e-5, not 9.99999974e-6. */
function float(metadata: Metadata, field: string, owner: string, byDefault?: number): number {
  const value = metadata[field] ?? byDefault;
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
    throw new ModelFileError(`\`${owner}\` has no right \`${field}\``, 'download the file again');
  }
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === Math.fround(value)) return shorter;
  }
  return value;
}
