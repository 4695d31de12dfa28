import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { attend, type Heads, projectToHeads } from './attention.ts';
import { attentionMask } from './attention-mask.ts';
import { blockAttention } from './block-attention.ts';
import type { DecoderParameters, LayerParameters } from './decoder-parameters.ts';
import { feedForward } from './feed-forward.ts';
import { rmsNorm } from './rms-norm.ts';
import { rotationOf } from './rotary.ts';

/** A batch as tensors. B sequences of T tokens. */
export interface DecoderInputs {
  readonly tokens: tf.Tensor2D; // [B, T] int32
  /** With `attention = document`: the number of each place's document, and its position in it. null: one document a row. */
  readonly documents: { readonly index: tf.Tensor2D; readonly position: tf.Tensor2D } | null; // [B, T] int32
}

/**
 * The Llama-family decoder (Touvron et al. 2023) up to its final norm: [B, T] tokens -> states [B * T, E]. Attention asks from
 * `queryBlock` places at a time, or from all at once.
 */
export function decoderStates(
  model: PlanModel,
  ropeTheta: number,
  parameters: DecoderParameters,
  { tokens, documents }: DecoderInputs,
  queryBlock: number | null = null,
): tf.Tensor2D {
  const [batch, length] = tokens.shape;
  const rotation = rotationOf(length, model.head_size, ropeTheta, documents?.position ?? null);
  const mix = causalAttention(model, length, documents?.index ?? null, queryBlock);
  return decoderLayers(model, parameters, tf.reshape(tokens, [batch * length]), (x, weights) =>
    mix(projectToHeads(x, weights, model, batch, rotation)),
  );
}

function causalAttention(
  model: PlanModel,
  length: number,
  documents: tf.Tensor2D | null,
  queryBlock: number | null,
): (heads: Heads) => tf.Tensor2D {
  if (queryBlock !== null && queryBlock < length) return (heads) => blockAttention(heads, documents, queryBlock);
  const mask = attentionMask(length, model.heads / model.kv_heads, documents);
  return (heads) => attend(heads, mask);
}

/** Mixes normed states over places: [N, E] -> [N, heads * head_size], before the output projection. */
export type Attention = (x: tf.Tensor2D, weights: LayerParameters['attention'], layer: number) => tf.Tensor2D;

/** Embedding, layers and final norm, whatever the attention: tokens [N] int32 -> states [N, E]. */
export function decoderLayers(
  model: PlanModel,
  parameters: DecoderParameters,
  tokens: tf.Tensor1D,
  attention: Attention,
): tf.Tensor2D {
  const norm = (states: tf.Tensor2D, weight: tf.Tensor1D) => rmsNorm(states, weight, model.norm_eps);
  let x: tf.Tensor2D = tf.gather(parameters.embedding, tokens);
  parameters.layers.forEach((layer, index) => {
    const mixed = attention(norm(x, layer.attentionNorm), layer.attention, index);
    x = tf.add(x, tf.matMul(mixed, layer.attention.output));
    x = tf.add(x, feedForward(norm(x, layer.feedForwardNorm), layer.feedForward));
  });
  return norm(x, parameters.finalNorm);
}

/** Next-token logits of states [N, E] -> [N, V]. */
export function decoderLogits(states: tf.Tensor2D, parameters: DecoderParameters): tf.Tensor2D {
  return tf.matMul(states, parameters.output, false, true);
}
