import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attend, type Heads } from '../../../runtime/model/attention.ts';
import { attentionMask } from '../../../runtime/model/attention-mask.ts';
import { blockAttention } from '../../../runtime/model/block-attention.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { hashedUniform } from '../../support/hashed-numbers.ts';

beforeAll(useEagerBackend);

const [batch, heads, keyHeads, length, size] = [2, 6, 2, 13, 4];
const numbers = (seed: number, shape: number[]) => {
  const values = hashedUniform(
    seed,
    shape.reduce((product, extent) => product * extent, 1),
  );
  return tf.tensor4d(
    Float32Array.from(values, (x) => 4 * x - 2),
    shape as [number, number, number, number],
  );
};

/** Documents of both rows: 3 + 10 places, and 7 + 1 + 5. */
const documents = () =>
  tf.tensor2d(
    [
      Array.from({ length }, (_, at) => Number(at >= 3)),
      Array.from({ length }, (_, at) => Number(at >= 7) + Number(at >= 8)),
    ],
    [batch, length],
    'int32',
  );

type Attention = (heads: Heads, documents: tf.Tensor2D | null) => tf.Tensor2D;

const whole: Attention = (it, of) => attend(it, attentionMask(length, heads / keyHeads, of));

/** Result, and gradients of a sum that weighs every value differently. */
function evaluate(attention: Attention, withDocuments: boolean) {
  return tf.tidy(() => {
    const of = withDocuments ? documents() : null;
    const weigh = tf.reshape(numbers(9, [batch, length, heads, size]), [batch * length, heads * size]);
    const result = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      attention({ queries: q, keys: k, values: v } as Heads, of);
    const inputs = [
      numbers(1, [batch, heads, length, size]),
      numbers(2, [batch, keyHeads, length, size]),
      numbers(3, [batch, keyHeads, length, size]),
    ] as const;
    const grads = tf.grads((...[q, k, v]: tf.Tensor[]) => tf.sum(tf.mul(result(q!, k!, v!), weigh)))([...inputs]);
    return [result(...inputs), ...grads].map((tensor) => Array.from(tensor.dataSync()));
  });
}

describe('attention in blocks of queries', () => {
  const cases = [1, 4, 6, 12, 13].flatMap((block) => [
    { block, withDocuments: false },
    { block, withDocuments: true },
  ]);
  it.each(cases)('is attention, and so are its gradients: %o', ({ block, withDocuments }) => {
    const expected = evaluate(whole, withDocuments);
    const found = evaluate((it, of) => blockAttention(it, of, block), withDocuments);
    expected.forEach((values, i) => {
      const error = Math.hypot(...values.map((x, at) => x - found[i]![at]!));
      expect(error).toBeLessThan(3e-6 * Math.hypot(...values));
    });
  });

  it('is another function with documents than without', () => {
    const of = (withDocuments: boolean) => evaluate((it, d) => blockAttention(it, d, 4), withDocuments)[0];
    expect(of(true)).not.toEqual(of(false));
  });
});
