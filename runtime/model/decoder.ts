import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { attend, projectToHeads } from './attention.ts';
import { attentionMask } from './attention-mask.ts';
import { blockAttention } from './block-attention.ts';
import {
  type DecoderParameters,
  type LayerParameters,
  type StackedDecoderParameters,
  stackedLayerParameters,
} from './decoder-parameters.ts';
import { feedForward } from './feed-forward.ts';
import { type LoopedLayer, loopLayers } from './layer-loop.ts';
import { linear } from './linear.ts';
import type { Repeat } from './repeat.ts';
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
  const attention = causalAttention(model, { ropeTheta, queryBlock }, tokens.shape, documents);
  return decoderLayers(model, parameters, tf.reshape(tokens, [tokens.size]), attention);
}

/**
 * The same decoder with its layers as one loop: `loopLayers`, which keeps a layer's input and computes the rest again for the
 * gradient, or `loopLayersForward`, which keeps nothing.
 */
export function loopedDecoderStates(
  model: PlanModel,
  ropeTheta: number,
  parameters: StackedDecoderParameters,
  { tokens, documents }: DecoderInputs,
  {
    queryBlock,
    repeat,
    loop = loopLayers,
  }: { readonly queryBlock: number | null; readonly repeat: Repeat; readonly loop?: typeof loopLayers },
): tf.Tensor2D {
  const places = documents === null ? [] : [documents.index, documents.position];
  const layer = decoderLayerOf(model, { ropeTheta, queryBlock }, tokens.shape);
  const x: tf.Tensor2D = tf.gather(parameters.embedding, tf.reshape(tokens, [tokens.size]) as tf.Tensor1D);
  return rmsNorm(loop(repeat, layer, x, parameters.layers, places), parameters.finalNorm, model.norm_eps);
}

/**
 * A layer by itself, over sequences [B, T]: of states, parameters in the order of the layout, and, where attention stays within
 * documents, index and position of `DecoderInputs`.
 */
export function decoderLayerOf(
  model: PlanModel,
  settings: { readonly ropeTheta: number; readonly queryBlock: number | null },
  shape: readonly [number, number],
): LoopedLayer {
  return (x, weights, [index, position]) => {
    const documents = index && position ? { index: index as tf.Tensor2D, position: position as tf.Tensor2D } : null;
    const attention = causalAttention(model, settings, shape, documents);
    return decoderLayer(model, x, stackedLayerParameters(weights), (normed, of) => attention(normed, of, 0));
  };
}

/** Attention over sequences [B, T], of rotation and mask that are the same for all layers. */
function causalAttention(
  model: PlanModel,
  { ropeTheta, queryBlock }: { readonly ropeTheta: number; readonly queryBlock: number | null },
  [batch, length]: readonly [number, number],
  documents: DecoderInputs['documents'],
): Attention {
  const rotation = rotationOf(length, model.head_size, ropeTheta, documents?.position ?? null);
  if (queryBlock !== null && queryBlock < length) {
    return (x, weights) =>
      blockAttention(projectToHeads(x, weights, model, batch, rotation), documents?.index ?? null, queryBlock);
  }
  const mask = attentionMask(length, model.heads / model.kv_heads, documents?.index ?? null);
  return (x, weights) => attend(projectToHeads(x, weights, model, batch, rotation), mask);
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
  let x: tf.Tensor2D = tf.gather(parameters.embedding, tokens);
  parameters.layers.forEach((layer, index) => {
    x = decoderLayer(model, x, layer, (normed, weights) => attention(normed, weights, index));
  });
  return rmsNorm(x, parameters.finalNorm, model.norm_eps);
}

/** One layer: attention, then the feed-forward network, each on normed states and added to what it came from. */
function decoderLayer(
  model: PlanModel,
  x: tf.Tensor2D,
  layer: LayerParameters,
  attention: (x: tf.Tensor2D, weights: LayerParameters['attention']) => tf.Tensor2D,
): tf.Tensor2D {
  const mixed = attention(rmsNorm(x, layer.attentionNorm, model.norm_eps), layer.attention);
  const between: tf.Tensor2D = tf.add(x, linear(mixed, layer.attention.output));
  const normed = rmsNorm(between, layer.feedForwardNorm, model.norm_eps);
  return tf.add(between, feedForward(normed, layer.feedForward));
}

/** Next-token logits of states [N, E] -> [N, V]. */
export function decoderLogits(states: tf.Tensor2D, parameters: Pick<DecoderParameters, 'output'>): tf.Tensor2D {
  return tf.matMul(states, parameters.output, false, true);
}
