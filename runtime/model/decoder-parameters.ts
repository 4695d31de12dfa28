import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';

/** Parameters of one decoder layer. E = hidden, F = ffn, Q = heads * head_size, K = kv_heads * head_size. */
export interface LayerParameters {
  readonly attentionNorm: Tensor1D; // [E]
  readonly attention: {
    readonly query: Tensor2D; // [E, Q]
    readonly key: Tensor2D; // [E, K]
    readonly value: Tensor2D; // [E, K]
    readonly output: Tensor2D; // [Q, E]
  };
  readonly feedForwardNorm: Tensor1D; // [E]
  readonly feedForward: {
    readonly gate: Tensor2D; // [E, F]
    readonly up: Tensor2D; // [E, F]
    readonly down: Tensor2D; // [F, E]
  };
}

/** All parameters of a decoder. V = vocab. */
export interface DecoderParameters {
  readonly embedding: Tensor2D; // [V, E]
  readonly layers: readonly LayerParameters[];
  readonly finalNorm: Tensor1D; // [E]
  /** The head; the embedding itself when the two are tied. */
  readonly output: Tensor2D; // [V, E]
}

/** Gives the tensors of `parameterLayout`, found by name, their places in the model. */
export function decoderParameters(model: PlanModel, byName: (name: string) => Tensor): DecoderParameters {
  const embedding = byName('embedding') as Tensor2D;
  return {
    embedding,
    layers: Array.from({ length: model.layers }, (_, layer) => layerParametersOf(`layers.${layer}`, byName)),
    finalNorm: byName('final_norm') as Tensor1D,
    output: model.tie_embeddings ? embedding : (byName('output') as Tensor2D),
  };
}

/** Names of a layer's parameters, in the order of `parameterLayout`. */
const LAYER_NAMES = [
  'attention_norm',
  'attention.query',
  'attention.key',
  'attention.value',
  'attention.output',
  'feed_forward_norm',
  'feed_forward.gate',
  'feed_forward.up',
  'feed_forward.down',
];

/** Parameters of a decoder with those of its layers stacked. */
export interface StackedDecoderParameters extends Omit<DecoderParameters, 'layers'> {
  /** [L, …] each, in the order of `stackedLayout`. */
  readonly layers: readonly Tensor[];
}

/** Gives the tensors of `stackedLayout`, found by name, their places in the model. */
export function stackedDecoderParameters(model: PlanModel, byName: (name: string) => Tensor): StackedDecoderParameters {
  const { layers: _, ...others } = decoderParameters({ ...model, layers: 0 }, byName);
  return { ...others, layers: LAYER_NAMES.map((name) => byName(`layers.*.${name}`)) };
}

/** A layer's parameters from its row of each stack, in the same order. */
export function stackedLayerParameters(rows: readonly Tensor[]): LayerParameters {
  return layerParametersOf('layers.*', (name) => rows[LAYER_NAMES.indexOf(name.slice('layers.*.'.length))]!);
}

function layerParametersOf(prefix: string, byName: (name: string) => Tensor): LayerParameters {
  const vector = (name: string) => byName(`${prefix}.${name}`) as Tensor1D;
  const matrix = (name: string) => byName(`${prefix}.${name}`) as Tensor2D;
  return {
    attentionNorm: vector('attention_norm'),
    attention: {
      query: matrix('attention.query'),
      key: matrix('attention.key'),
      value: matrix('attention.value'),
      output: matrix('attention.output'),
    },
    feedForwardNorm: vector('feed_forward_norm'),
    feedForward: {
      gate: matrix('feed_forward.gate'),
      up: matrix('feed_forward.up'),
      down: matrix('feed_forward.down'),
    },
  };
}
