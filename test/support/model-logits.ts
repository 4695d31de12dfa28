import * as tf from '@tensorflow/tfjs-core';
import { decoderLogits, decoderStates } from '../../runtime/model/decoder.ts';
import { decoderParameters } from '../../runtime/model/decoder-parameters.ts';
import { tensorOf } from '../../runtime/model/tensor-of.ts';
import type { TextModel } from '../../runtime/model/text-model.ts';

/** Logits of every place of one row, [tokens * vocab], on the current backend. */
export function modelLogits(
  { model, parameters, ropeTheta }: Pick<TextModel, 'model' | 'parameters' | 'ropeTheta'>,
  tokens: readonly number[],
): Float32Array {
  return tf.tidy(() => {
    const tensors = new Map(parameters.map((array) => [array.name, tensorOf(array)]));
    const byName = decoderParameters(model, (name) => tensors.get(name)!);
    const inputs = { tokens: tf.tensor2d([...tokens], [1, tokens.length], 'int32'), documents: null };
    return decoderLogits(decoderStates(model, ropeTheta, byName, inputs), byName).dataSync() as Float32Array;
  });
}
