import type { PlanModel } from '../../compiler/plan/index.ts';
import { type ParameterSpec, parameterLayout } from '../model/parameters.ts';

/** A parameter, and the tensor of a Hugging Face folder that holds its values. */
export interface LlamaTensor {
  readonly parameter: ParameterSpec;
  readonly name: string;
  /** Whether the tensor is [out, in], as PyTorch's Linear keeps it, where the parameter is [in, out]. */
  readonly transposed: boolean;
  /** Of the tensor. */
  readonly shape: readonly number[];
}

const layerNames: Readonly<Record<string, string>> = {
  attention_norm: 'input_layernorm',
  'attention.query': 'self_attn.q_proj',
  'attention.key': 'self_attn.k_proj',
  'attention.value': 'self_attn.v_proj',
  'attention.output': 'self_attn.o_proj',
  feed_forward_norm: 'post_attention_layernorm',
  'feed_forward.gate': 'mlp.gate_proj',
  'feed_forward.up': 'mlp.up_proj',
  'feed_forward.down': 'mlp.down_proj',
};
const modelNames: Readonly<Record<string, string>> = {
  embedding: 'model.embed_tokens.weight',
  final_norm: 'model.norm.weight',
  output: 'lm_head.weight',
};

/**
 * The tensors of transformers' LlamaForCausalLM in the order of our parameters. Both rotate the pairs (x[i], x[i + H/2]) of a
 * head, so query and key need no reordering. A tied head is not listed: the embedding is its one tensor.
 */
export function llamaTensors(model: PlanModel): readonly LlamaTensor[] {
  return parameterLayout(model).map((parameter) => {
    const transposed = parameter.group === 'matrices' && parameter.name !== 'output';
    const shape = transposed ? parameter.shape.toReversed() : parameter.shape;
    return { parameter, name: tensorName(parameter.name), transposed, shape };
  });
}

function tensorName(parameter: string): string {
  const [, layer, part] = /^layers\.(\d+)\.(.+)$/.exec(parameter) ?? [];
  return part === undefined ? modelNames[parameter]! : `model.layers.${layer}.${layerNames[part]!}.weight`;
}
