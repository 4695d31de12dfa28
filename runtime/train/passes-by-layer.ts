import * as tf from '@tensorflow/tfjs-core';
import type { GraphValue, GraphValues, InputSpec, TracedFunction, TracedPair } from '../engine/program/specs.ts';
import { decoderLayerOf } from '../model/decoder.ts';
import { headLossSum } from '../model/head-loss.ts';
import { predictedTokens, targetsOf } from '../model/loss.ts';
import { rmsNorm } from '../model/rms-norm.ts';
import {
  DOCUMENT_INPUTS,
  gradientName,
  type Passes,
  type StepContext,
  type StepGradients,
  type StepSpec,
} from './define-steps.ts';
import { sumOfSquares } from './gradient-clipping.ts';
import type { StepSettings } from './training-step.ts';

/**
 * The passes of a step as calls of one function for every layer, so that a layer is traced and compiled once however many there
 * are: forward, each layer keeps what its backward pass needs. It computes what the passes in one function do, within rounding.
 * For whole batches of an ordinary loss, on unrolled layers.
 */
export function passesByLayer(context: StepContext, step: StepSpec): Passes {
  const layers = { ...definePasses(context, step), layers: context.definition.model.layers };
  return {
    gradients: (batch) => gradientsOf(context, layers, batch),
    evaluation: (batch) => {
      const { states } = forward(context, layers, batch);
      const { builder } = context;
      return builder.call(layers.loss, { labels: batch.labels!, states });
    },
  };
}

interface LayerFunctions {
  readonly embed: TracedFunction;
  readonly layer: TracedPair;
  /** Last states and labels -> loss and gradients of the states, the norm and the head. */
  readonly head: TracedFunction;
  /** Last states and labels -> sum of the losses and number of predicted tokens. */
  readonly loss: TracedFunction;
  readonly embeddingGradient: TracedFunction;
}

type Functions = LayerFunctions & { readonly layers: number };

function definePasses(context: StepContext, step: StepSpec): LayerFunctions {
  return {
    embed: embedFunction(context, step),
    layer: layerFunctions(context, step),
    head: headFunction(context, step),
    loss: lossFunction(context, step),
    embeddingGradient: embeddingGradientFunction(context, step),
  };
}

/** The layout's places of the parameters of a layer. */
function placesOfLayer({ layout }: StepContext, layer: number): number[] {
  return layout.flatMap(({ name }, index) => (name.startsWith(`layers.${layer}.`) ? [index] : []));
}

const namesAt = ({ layout }: StepContext, places: readonly number[]): string[] => places.map((at) => layout[at]!.name);

function inputOf({ inputs }: StepSpec, name: string): InputSpec {
  return inputs.find((input) => input.name === name)!;
}

/** States, [N, E] of a step's N tokens. */
function statesInput({ definition }: StepContext, step: StepSpec, name: string): InputSpec {
  const [sequences, sequence] = inputOf(step, 'tokens').shape as [number, number];
  return { name, type: 'float32', shape: [sequences * sequence, definition.model.hidden] };
}

function outputName({ definition }: StepContext): string {
  return definition.model.tie_embeddings ? 'embedding' : 'output';
}

function embedFunction({ builder, passes }: StepContext, step: StepSpec): TracedFunction {
  const tokens = inputOf(step, 'tokens');
  return builder.function(`embed_${step.name}`, [tokens], ['embedding'], passes, ({ tokens }, read) => ({
    outputs: { states: tf.gather(read('embedding'), tf.reshape(tokens!, [tokens!.size]) as tf.Tensor1D) },
  }));
}

function layerFunctions(context: StepContext, step: StepSpec): TracedPair {
  const { builder, definition, passes } = context;
  const { ropeTheta, blocks }: StepSettings = step.settings;
  const shape = inputOf(step, 'tokens').shape as [number, number];
  const layer = decoderLayerOf(definition.model, { ropeTheta, queryBlock: blocks?.queries ?? null }, shape);
  const names = namesAt(context, placesOfLayer(context, 0));
  const documents = step.inputs.filter(({ name }) => DOCUMENT_INPUTS.includes(name));
  const inputs = {
    first: [statesInput(context, step, 'states'), ...documents],
    second: [statesInput(context, step, 'upstream')],
  };
  return builder.pair(`layer_${step.name}`, inputs, names, passes, (feeds, read) => {
    const places = documents.map(({ name }) => feeds[name]!);
    const of = (x: tf.Tensor, ...weights: tf.Tensor[]) => layer(x as tf.Tensor2D, weights, places);
    const { value, grads } = tf.valueAndGrads(of)([feeds.states!, ...names.map(read)], feeds.upstream as tf.Tensor2D);
    const [below, ...gradients] = grads;
    const own = Object.fromEntries(gradients.map((gradient, i) => [gradientName(i), gradient]));
    return { first: { states: value }, second: { states: below!, squares: sumOfSquares(gradients), ...own } };
  });
}

function headFunction(context: StepContext, step: StepSpec): TracedFunction {
  const { builder, passes } = context;
  const inputs = [statesInput(context, step, 'states'), inputOf(step, 'labels')];
  const names = ['final_norm', outputName(context)];
  return builder.function(`head_${step.name}`, inputs, names, passes, (feeds, read) => {
    const labels = feeds.labels as tf.Tensor2D;
    // Computed outside the differentiated function, which frees what it makes and does not return.
    const { weights, count } = predictedTokens(labels);
    const mean = (states: tf.Tensor, norm: tf.Tensor, output: tf.Tensor): tf.Scalar =>
      tf.div(lossSum(context, step, { states, norm, output, labels, weights }), count);
    const { value, grads } = tf.valueAndGrads(mean)([feeds.states!, ...names.map(read)]);
    const [states, norm, output] = grads;
    // The gradient of a tied head is only a part of the embedding's.
    const squares = sumOfSquares(context.definition.model.tie_embeddings ? [norm!] : [norm!, output!]);
    return { outputs: { loss: value, states: states!, norm: norm!, output: output!, squares } };
  });
}

function lossFunction(context: StepContext, step: StepSpec): TracedFunction {
  const { builder, passes } = context;
  const inputs = [statesInput(context, step, 'states'), inputOf(step, 'labels')];
  const names = ['final_norm', outputName(context)];
  return builder.function(`loss_${step.name}`, inputs, names, passes, (feeds, read) => {
    const labels = feeds.labels as tf.Tensor2D;
    const { weights, count } = predictedTokens(labels);
    const [norm, output] = names.map(read) as [tf.Tensor, tf.Tensor];
    const loss_sum = lossSum(context, step, { states: feeds.states!, norm, output, labels, weights });
    return { outputs: { loss_sum, tokens: count } };
  });
}

interface HeadInputs {
  readonly states: tf.Tensor; // [N, E] of the last layer
  readonly norm: tf.Tensor; // [E]
  readonly output: tf.Tensor; // [V, E]
  readonly labels: tf.Tensor2D;
  readonly weights: tf.Tensor1D;
}

function lossSum(
  { definition }: StepContext,
  { settings }: StepSpec,
  { states, norm, output, labels, weights }: HeadInputs,
): tf.Scalar {
  const normed = rmsNorm(states as tf.Tensor2D, norm as tf.Tensor1D, definition.model.norm_eps);
  const head = { states: normed, output: output as tf.Tensor2D, targets: targetsOf(labels) };
  return headLossSum(head, weights, {
    kernel: definition.crossEntropy,
    blockRows: settings.blocks?.lossRows ?? null,
  });
}

/** The gradient of the embedding, to which that of a head tied to it is added. */
function embeddingGradientFunction(context: StepContext, step: StepSpec): TracedFunction {
  const { builder, definition, layout, passes } = context;
  const tied = definition.model.tie_embeddings;
  const { shape } = layout.find(({ name }) => name === 'embedding')!;
  const ofHead: InputSpec[] = tied ? [{ name: 'head', type: 'float32', shape }] : [];
  const inputs = [inputOf(step, 'tokens'), statesInput(context, step, 'upstream'), ...ofHead];
  return builder.function(`embedding_gradient_${step.name}`, inputs, ['embedding'], passes, (feeds, read) => {
    const tokens = tf.reshape(feeds.tokens!, [feeds.tokens!.size]) as tf.Tensor1D;
    const look = (embedding: tf.Tensor) => tf.gather(embedding, tokens);
    const looked = tf.grad(look)(read('embedding'), feeds.upstream!);
    const gradient = feeds.head ? tf.add(looked, feeds.head) : looked;
    return { outputs: { gradient, squares: sumOfSquares([gradient]) } };
  });
}

interface Forward {
  /** Of the last layer. */
  readonly states: GraphValue;
  /** What each layer was given, and what it kept. */
  readonly given: readonly GraphValues[];
}

function forward(context: StepContext, { embed, layer, layers }: Functions, batch: GraphValues): Forward {
  const { builder } = context;
  let { states } = builder.call(embed, batch);
  const given: GraphValues[] = [];
  for (let index = 0; index < layers; index++) {
    const inputs = { ...batch, states: states! };
    const { states: after, ...kept } = builder.call(layer.first, inputs, { uses: usesOf(context, index) });
    given.push({ ...inputs, ...kept });
    states = after;
  }
  return { states: states!, given };
}

function usesOf(context: StepContext, layer: number): string[] {
  return namesAt(context, placesOfLayer(context, layer));
}

function gradientsOf(context: StepContext, functions: Functions, batch: GraphValues): StepGradients {
  const { builder, layout, definition } = context;
  const { states, given } = forward(context, functions, batch);
  const head = builder.call(functions.head, { labels: batch.labels!, states });
  const placeOf = (name: string) => gradientName(layout.findIndex((spec) => spec.name === name));
  const values: Record<string, GraphValue> = { [placeOf('final_norm')]: head.norm! };
  const squares = [head.squares!];
  let upstream = head.states!;
  for (let index = functions.layers - 1; index >= 0; index--) {
    const inputs = { ...given[index]!, upstream };
    const own = builder.call(functions.layer.second, inputs, { uses: usesOf(context, index) });
    placesOfLayer(context, index).forEach((at, i) => {
      values[gradientName(at)] = own[gradientName(i)]!;
    });
    squares.push(own.squares!);
    upstream = own.states!;
  }
  const tied = definition.model.tie_embeddings;
  const ofHead = tied ? { head: head.output! } : {};
  const embedding = builder.call(functions.embeddingGradient, { tokens: batch.tokens!, upstream, ...ofHead });
  if (!tied) values[placeOf('output')] = head.output!;
  values[placeOf('embedding')] = embedding.gradient!;
  return { loss: head.loss!, values, squares: [...squares, embedding.squares!] };
}
