import type { PlanModel } from '../../compiler/plan/index.ts';
import type { StoredType } from '../checkpoint/safetensors.ts';

/** Token ids that generation needs. */
export interface SpecialTokens {
  /** What a text begins with: in training every document follows an end of text. */
  readonly begin: number;
  /** Each of them ends a text; the first ends a document, or an assistant's turn. */
  readonly end: readonly number[];
}

const torchTypes: Readonly<Record<StoredType, string>> = { F32: 'float32', BF16: 'bfloat16' };

/**
 * `config.json` of a decoder as transformers' LlamaConfig. Theta stands in both forms that versions read: `rope_theta` (4), and
 * `rope_parameters` (5); so does the type: `torch_dtype` (before 4.56) and `dtype`.
 */
export function llamaConfig(model: PlanModel, ropeTheta: number, tokens: SpecialTokens, type: StoredType): object {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: model.vocab,
    hidden_size: model.hidden,
    intermediate_size: model.ffn,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    num_key_value_heads: model.kv_heads,
    head_dim: model.head_size,
    hidden_act: 'silu',
    max_position_embeddings: model.context,
    initializer_range: model.init_std,
    rms_norm_eps: model.norm_eps,
    rope_theta: ropeTheta,
    rope_scaling: null,
    rope_parameters: { rope_type: 'default', rope_theta: ropeTheta },
    attention_bias: false,
    attention_dropout: 0,
    mlp_bias: false,
    pretraining_tp: 1,
    tie_word_embeddings: model.tie_embeddings,
    bos_token_id: tokens.begin,
    eos_token_id: tokens.end.length === 1 ? tokens.end[0] : tokens.end,
    torch_dtype: torchTypes[type],
    dtype: torchTypes[type],
    use_cache: true,
  };
}

/** `generation_config.json`. */
export function generationConfig({ begin, end }: SpecialTokens): object {
  return {
    _from_model_config: true,
    bos_token_id: begin,
    eos_token_id: end.length === 1 ? end[0] : end,
    // A batch is padded with a token that ends a text: transformers masks it by place.
    pad_token_id: end[0],
  };
}
