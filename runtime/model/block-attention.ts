import * as tf from '@tensorflow/tfjs-core';
import type { Heads } from './attention.ts';
import { additiveMask, places } from './attention-mask.ts';

/**
 * Causal grouped-query attention in blocks of queries: block i sees the keys up to its own end only, so that about half of the
 * scores are never computed, and no [T, S] array exists. Kept for the backward pass are queries, keys, values, the result and
 * the log-sum-exp of each row's scores; it computes each block's weights again (Dao et al. 2022, section 3).
 * `block` is the number of places a block asks from; `documents` [B, T] int32 as in `attentionMask`. -> [B * T, A * H].
 */
export function blockAttention(heads: Heads, documents: tf.Tensor2D | null, block: number): tf.Tensor2D {
  const [batch, queryHeads, length, size] = heads.queries.shape;
  const keyHeads = heads.keys.shape[1];
  const group = queryHeads / keyHeads;
  // Rows in (time, head of the group), so that a block of places is one slice.
  const split = tf.reshape(heads.queries, [batch, keyHeads, group, length, size]);
  const queries: tf.Tensor4D = tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4]), [
    batch,
    keyHeads,
    length * group,
    size,
  ]);
  const mixed = attendInBlocks(queries, heads.keys, heads.values, documents, block); // [B, K, T * G, H]
  const perHead = tf.reshape(mixed, [batch, keyHeads, length, group, size]);
  return tf.reshape(tf.transpose(perHead, [0, 2, 1, 3, 4]), [batch * length, queryHeads * size]);
}

/** queries [B, K, T * G, H], keys and values [B, K, T, H] -> [B, K, T * G, H]. */
function attendInBlocks(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  documents: tf.Tensor2D | null,
  block: number,
): tf.Tensor4D {
  const attention = tf.customGrad((...inputs) => {
    const [queries, keys, values, save] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    const ranges = queryBlocks(keys.shape[2], queries.shape[2] / keys.shape[2], block);
    const parts = ranges.map((range) => forwardBlock(queries, keys, values, documents, range));
    const mixed: tf.Tensor4D = tf.concat(
      parts.map((part) => part.mixed),
      2,
    );
    const logSumExp: tf.Tensor4D = tf.concat(
      parts.map((part) => part.logSumExp),
      2,
    );
    const kept = [queries, keys, values, mixed, logSumExp];
    save(documents === null ? kept : [...kept, documents]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => backward(upstream as tf.Tensor4D, saved, ranges);
    return { value: mixed, gradFunc };
  });
  return attention(queries, keys, values) as tf.Tensor4D;
}

/** Places [from, end) ask; `group` rows of queries a place. */
interface QueryBlock {
  readonly from: number;
  readonly end: number;
  readonly group: number;
}

function queryBlocks(length: number, group: number, block: number): QueryBlock[] {
  return Array.from({ length: Math.ceil(length / block) }, (_, index) => ({
    from: index * block,
    end: Math.min(length, (index + 1) * block),
    group,
  }));
}

function forwardBlock(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  documents: tf.Tensor2D | null,
  range: QueryBlock,
): { readonly mixed: tf.Tensor4D; readonly logSumExp: tf.Tensor4D } {
  const scores = blockScores(queriesOf(queries, range), placesOf(keys, 0, range.end), documents, range);
  const largest = tf.max(scores, -1, true);
  const weights = tf.exp(tf.sub(scores, largest));
  const total = tf.sum(weights, -1, true);
  return {
    mixed: tf.div(tf.matMul(weights, placesOf(values, 0, range.end)), total),
    logSumExp: tf.add(largest, tf.log(total)),
  };
}

/**
 * Gradients of queries, keys and values. Blocks go from the last to the first: what a block adds beyond the end of the one
 * before it is final then, so that no sum is longer than it must be.
 */
function backward(upstream: tf.Tensor4D, saved: readonly tf.Tensor[], ranges: readonly QueryBlock[]): tf.Tensor[] {
  const [queries, keys, values, mixed, logSumExp] = saved as tf.Tensor4D[];
  const documents = (saved[5] as tf.Tensor2D | undefined) ?? null;
  const scale = 1 / Math.sqrt(queries!.shape[3]);
  const meanGradient: tf.Tensor4D = tf.sum(tf.mul(upstream, mixed!), -1, true); // [B, K, T * G, 1]
  const parts: { queries: tf.Tensor; keys: tf.Tensor; values: tf.Tensor }[] = [];
  let later: { keys: tf.Tensor4D; values: tf.Tensor4D } | null = null;
  for (const range of ranges.toReversed()) {
    const rows = queriesOf(queries!, range);
    const rowsUpstream = queriesOf(upstream, range);
    const [seenKeys, seenValues] = [placesOf(keys!, 0, range.end), placesOf(values!, 0, range.end)];
    const weights: tf.Tensor4D = tf.exp(
      tf.sub(blockScores(rows, seenKeys, documents, range), queriesOf(logSumExp!, range)),
    );
    const weightsGradient: tf.Tensor4D = tf.sub(
      tf.matMul(rowsUpstream, seenValues, false, true),
      queriesOf(meanGradient, range),
    );
    const scoresGradient: tf.Tensor4D = tf.mul(tf.mul(weights, weightsGradient), scale); // [B, K, rows, end]
    const ofKeys: tf.Tensor4D = plus(tf.matMul(scoresGradient, rows, true), later?.keys);
    const ofValues: tf.Tensor4D = plus(tf.matMul(weights, rowsUpstream, true), later?.values);
    parts.unshift({
      queries: tf.matMul(scoresGradient, seenKeys),
      keys: placesOf(ofKeys, range.from, range.end),
      values: placesOf(ofValues, range.from, range.end),
    });
    if (range.from > 0) later = { keys: placesOf(ofKeys, 0, range.from), values: placesOf(ofValues, 0, range.from) };
  }
  return (['queries', 'keys', 'values'] as const).map((of) =>
    tf.concat(
      parts.map((part) => part[of]),
      2,
    ),
  );
}

/** Scores of a block's rows against the keys of places 0 … end - 1, the hidden ones masked: [B, K, rows, end]. */
function blockScores(
  rows: tf.Tensor4D,
  keys: tf.Tensor4D,
  documents: tf.Tensor2D | null,
  { from, end, group }: QueryBlock,
): tf.Tensor4D {
  const count = (end - from) * group;
  const asking = Int32Array.from({ length: count }, (_, row) => from + Math.floor(row / group));
  const future = tf.greater<tf.Tensor4D>(places(end), tf.tensor4d(asking, [1, 1, count, 1], 'int32'));
  const hidden: tf.Tensor4D =
    documents === null ? future : tf.logicalOr(future, inOtherDocument(documents, { from, end, group }));
  const scores: tf.Tensor4D = tf.mul(tf.matMul(rows, keys, false, true), 1 / Math.sqrt(rows.shape[3]));
  return tf.add(scores, additiveMask(hidden));
}

/** [B, T] -> [B, 1, rows, end]: true where the row's place and the key's are of different documents. */
function inOtherDocument(documents: tf.Tensor2D, { from, end, group }: QueryBlock): tf.Tensor4D {
  const [batch] = documents.shape;
  const asking = tf.slice(documents, [0, from], [batch, end - from]);
  const rows = tf.tile(tf.expandDims(asking, 2), [1, 1, group]); // [B, places, G]: row (time, head)
  return tf.notEqual(
    tf.reshape(rows, [batch, 1, (end - from) * group, 1]),
    tf.reshape(tf.slice(documents, [0, 0], [batch, end]), [batch, 1, 1, end]),
  );
}

function queriesOf(x: tf.Tensor4D, { from, end, group }: QueryBlock): tf.Tensor4D {
  return placesOf(x, from * group, end * group);
}

function placesOf(x: tf.Tensor4D, from: number, end: number): tf.Tensor4D {
  const [batch, heads, , size] = x.shape;
  return tf.slice(x, [0, 0, from, 0], [batch, heads, end - from, size]);
}

function plus(x: tf.Tensor4D, earlier: tf.Tensor4D | undefined): tf.Tensor4D {
  return earlier === undefined ? x : tf.add(x, earlier);
}
