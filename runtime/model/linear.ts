import * as tf from '@tensorflow/tfjs-core';

/** Matrices narrower than this are worth an array of their own in the order that the product reads. */
const NARROW = 256;

type Gradients = (x: tf.Tensor2D, weight: tf.Tensor2D, upstream: tf.Tensor2D) => [tf.Tensor2D, tf.Tensor2D];

/** x [N, E] times a weight [E, F] -> [N, F], whose gradient in the weight is `weightGradient`. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  const gradients: Gradients = (x, weight, upstream) => [
    tf.matMul(upstream, weight, false, true),
    weightGradient(x, upstream),
  ];
  return withGradients(x, weight, (x, weight) => tf.matMul(x, weight), gradients);
}

/** The same for a weight that is stored as rows of outputs [F, E]. */
export function linearByRows(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  const gradients: Gradients = (x, weight, upstream) => [tf.matMul(upstream, weight), weightGradient(upstream, x)];
  return withGradients(x, weight, (x, weight) => tf.matMul(x, weight, false, true), gradients);
}

function withGradients(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  value: (x: tf.Tensor2D, weight: tf.Tensor2D) => tf.Tensor2D,
  gradients: Gradients,
): tf.Tensor2D {
  const product = tf.customGrad((...inputs) => {
    const [x, weight, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([x, weight]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) =>
      gradients(saved[0] as tf.Tensor2D, saved[1] as tf.Tensor2D, upstream as tf.Tensor2D);
    return { value: value(x, weight), gradFunc };
  });
  return product(x, weight) as tf.Tensor2D;
}

/**
 * a^T b, for a [N, E] and b [N, F] -> [E, F]. XLA on the processor packs a transposed left side value by value, which costs
 * as much as the product itself where few columns share it (2,048 x 128 and 2,048 x 4,096: 64 GFLOP/s). There the narrower
 * side is transposed first (106 GFLOP/s); the narrower side on the right gives the product's transpose.
 */
export function weightGradient(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const [wide, other] = [a.shape[1], b.shape[1]];
  if (Math.min(wide, other) >= NARROW) return tf.matMul(a, b, true);
  return wide <= other ? tf.matMul(transposed(a), b) : transposed(tf.matMul(transposed(b), a));
}

/** The transpose as an array: made of two halves, since XLA would write a plain one into the product again. */
function transposed(x: tf.Tensor2D): tf.Tensor2D {
  const [rows, columns] = x.shape;
  const half = Math.floor(columns / 2);
  if (half === 0) return tf.transpose(x);
  const left = tf.transpose(tf.slice(x, [0, 0], [rows, half]));
  const right = tf.transpose(tf.slice(x, [0, half], [rows, columns - half]));
  return tf.concat([left, right]);
}
