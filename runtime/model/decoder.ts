import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { type AttentionContext, attention } from './attention.ts';
import { attentionMask } from './attention-mask.ts';
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

/** The Llama-family decoder (Touvron et al. 2023) up to its final norm: [B, T] tokens -> [B * T, E]. */
export function decoderStates(
  model: PlanModel,
  ropeTheta: number,
  parameters: DecoderParameters,
  { tokens, documents }: DecoderInputs,
): tf.Tensor2D {
  const [batch, length] = tokens.shape;
  const context: AttentionContext = {
    batch,
    length,
    rotation: rotationOf(length, model.head_size, ropeTheta, documents?.position ?? null),
    mask: attentionMask(length, model.heads / model.kv_heads, documents?.index ?? null),
  };
  let x: tf.Tensor2D = tf.gather(parameters.embedding, tf.reshape(tokens, [batch * length]));
  for (const layer of parameters.layers) x = decoderLayer(x, layer, model, context);
  return rmsNorm(x, parameters.finalNorm, model.norm_eps);
}

function decoderLayer(
  x: tf.Tensor2D,
  layer: LayerParameters,
  model: PlanModel,
  context: AttentionContext,
): tf.Tensor2D {
  const attended: tf.Tensor2D = tf.add(
    x,
    attention(rmsNorm(x, layer.attentionNorm, model.norm_eps), layer.attention, model, context),
  );
  return tf.add(attended, feedForward(rmsNorm(attended, layer.feedForwardNorm, model.norm_eps), layer.feedForward));
}

/** Next-token logits of states [N, E] -> [N, V]. */
export function decoderLogits(states: tf.Tensor2D, parameters: DecoderParameters): tf.Tensor2D {
  return tf.matMul(states, parameters.output, false, true);
}
