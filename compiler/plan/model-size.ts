import type { PlanModel } from './types.ts';

type Shape = Omit<PlanModel, 'parameters'>;

/**
 * Trained numbers of a Llama-family decoder: embeddings, blocks and the last norm. No biases. Exact for any size.
 */
export function parameterCount(model: Shape): bigint {
  return embeddingParameters(model) + BigInt(model.layers) * blockParameters(model) + BigInt(model.hidden);
}

/** The embedding, twice when the output layer has its own. */
export function embeddingParameters(model: Shape): bigint {
  return BigInt(model.vocab) * BigInt(model.hidden) * (model.tie_embeddings ? 1n : 2n);
}

/** A block: four attention projections, three feed-forward matrices and two norms. */
export function blockParameters(model: Shape): bigint {
  const [hidden, ffn] = [BigInt(model.hidden), BigInt(model.ffn)];
  const queryWidth = BigInt(model.heads) * BigInt(model.head_size);
  const keyWidth = BigInt(model.kv_heads) * BigInt(model.head_size);
  return 2n * hidden * queryWidth + 2n * hidden * keyWidth + 3n * hidden * ffn + 2n * hidden;
}

/** Floating-point operations of forward and backward pass through the weights: 6 N D (Kaplan et al. 2020, section 2.1). */
export function weightFlops(parameters: number, tokens: number): bigint {
  return 6n * BigInt(parameters) * BigInt(tokens);
}

/**
 * Those of attention scores and their use, which the weights do not count: 12 x layers x hidden x sequence for each token
 * (Chowdhery et al. 2022, appendix B), without taking off the masked half.
 */
export function attentionFlops(model: Shape, sequence: number, tokens: number): bigint {
  const width = BigInt(model.heads) * BigInt(model.head_size);
  return 12n * BigInt(model.layers) * width * BigInt(sequence) * BigInt(tokens);
}

/** A checkpoint holds the parameters and both AdamW moments in float32. */
export function checkpointBytes(parameters: number): number {
  return parameters * 3 * 4;
}
