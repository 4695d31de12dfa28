import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/types.ts';
import { IGNORED_LABEL } from '../model/loss.ts';
import type { StepShape } from '../model/types.ts';
import type { BatchTensors } from './training-step.ts';

/** Uploads a batch; the caller disposes the tensors. The batch must be of the shape; tokens are [B, T] int32. */
export function batchTensors(shape: StepShape, batch: Batch, vocab: number): BatchTensors {
  const size: [number, number] = [shape.sequences, shape.sequence];
  const int32 = (values: Int32Array) => tf.tensor2d(values, size, 'int32');
  requireFit(shape, batch, vocab);
  return {
    tokens: int32(batch.tokens),
    labels: int32(batch.labels),
    documents:
      batch.documents === null
        ? null
        : { index: int32(batch.documents.index), position: int32(batch.documents.position) },
  };
}

/** Throws for a batch in which nothing is to be predicted: its mean loss would be 0 / 0. */
export function requirePredictedToken(batch: Batch): void {
  if (batch.labels.every((label) => label === IGNORED_LABEL)) throw new Error('a batch has no token to predict');
}

/**
 * Throws unless the batch is of the shape and all its ids are of the vocabulary. Engines do not agree on what an id outside
 * means: some clamp it, some give zeros.
 */
export function requireFit(shape: StepShape, batch: Batch, vocab: number): void {
  if (batch.sequences !== shape.sequences || batch.sequence !== shape.sequence) {
    const got = `${batch.sequences} x ${batch.sequence}`;
    throw new Error(`a batch of ${got} tokens was given to a program for ${shape.sequences} x ${shape.sequence}`);
  }
  if ((batch.documents !== null) !== (shape.attention === 'document')) {
    const kind = batch.documents === null ? 'without' : 'with';
    throw new Error(`a batch ${kind} documents was given to ${shape.attention} attention`);
  }
  const strange =
    batch.tokens.find((token) => token < 0 || token >= vocab) ??
    batch.labels.find((label) => label !== IGNORED_LABEL && (label < 0 || label >= vocab));
  if (strange !== undefined) throw new Error(`token ${strange} is outside the vocabulary of ${vocab}`);
}
