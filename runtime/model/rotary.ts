import * as tf from '@tensorflow/tfjs-core';

/** Cosines and sines of a rotation, as `rotate` takes them. H = head_size. */
export interface Rotation {
  /** [..., T, H]: both halves of a row are equal. */
  readonly cosine: tf.Tensor;
  /** [..., T, H]: the first half of a row is negated. */
  readonly sine: tf.Tensor;
}

/**
 * Tables of rotary position embedding (Su et al. 2021) for positions 0 … positions - 1, row-major [positions, headSize].
 * Frequencies and angles are rounded to float32 where transformers' LlamaRotaryEmbedding rounds them: at position 8,000 the
 * angle of an unrounded frequency would differ by up to 5e-4 radians.
 */
export function rotaryTables(positions: number, headSize: number, theta: number) {
  const half = headSize / 2;
  const cosine = new Float32Array(positions * headSize);
  const sine = new Float32Array(positions * headSize);
  const frequencies = Array.from({ length: half }, (_, i) => {
    const power = Math.fround(theta ** Math.fround((2 * i) / headSize));
    return Math.fround(1 / power);
  });
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i]!);
      const first = position * headSize + i;
      cosine[first] = cosine[first + half] = Math.cos(angle);
      sine[first + half] = Math.sin(angle);
      sine[first] = -sine[first + half]!;
    }
  }
  return { cosine, sine };
}

/** The rotation of positions 0 … T - 1, or, with `positions` [B, T], of each place's own position (then [B, 1, T, H]). */
export function rotationOf(length: number, headSize: number, theta: number, positions: tf.Tensor2D | null): Rotation {
  const tables = rotaryTables(length, headSize, theta);
  const cosine = tf.tensor2d(tables.cosine, [length, headSize]);
  const sine = tf.tensor2d(tables.sine, [length, headSize]);
  if (positions === null) return { cosine, sine };
  return { cosine: tf.expandDims(tf.gather(cosine, positions), 1), sine: tf.expandDims(tf.gather(sine, positions), 1) };
}

/**
 * Rotates the pairs (x[i], x[i + H/2]) of each head, the pairing of transformers' Llama ("half"), not the interleaved one.
 * x [B, heads, T, H] -> the same shape.
 */
export function rotate(x: tf.Tensor4D, { cosine, sine }: Rotation): tf.Tensor4D {
  const [first, second] = tf.split(x, 2, -1) as [tf.Tensor4D, tf.Tensor4D];
  return tf.add(tf.mul(x, cosine), tf.mul(tf.concat([second, first], -1), sine));
}
