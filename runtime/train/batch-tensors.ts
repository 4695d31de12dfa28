import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/types.ts';
import { IGNORED_LABEL } from '../model/loss.ts';
import type { StepShape } from '../model/types.ts';
import type { BatchTensors } from './training-step.ts';

/** Uploads a batch; the caller disposes the tensors. The batch must be of the shape; tokens are [B, T] int32. */
export function batchTensors(shape: StepShape, batch: Batch): BatchTensors {
  const size: [number, number] = [shape.sequences, shape.sequence];
  const int32 = (values: Int32Array) => tf.tensor2d(values, size, 'int32');
  requireShape(shape, batch);
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

function requireShape(shape: StepShape, batch: Batch): void {
  if (batch.sequences !== shape.sequences || batch.sequence !== shape.sequence) {
    const got = `${batch.sequences} x ${batch.sequence}`;
    throw new Error(`a batch of ${got} tokens was given to a program for ${shape.sequences} x ${shape.sequence}`);
  }
  if ((batch.documents !== null) !== (shape.attention === 'document')) {
    throw new Error(
      `a batch ${batch.documents === null ? 'without' : 'with'} documents was given to ${shape.attention} attention`,
    );
  }
}
