import * as tf from '@tensorflow/tfjs-core';
import { rowAt, withRow } from '../engine/stack-rows.ts';
import { withFreshTape } from '../engine/trace/fresh-tape.ts';
import type { Repeat } from './repeat.ts';

/** A layer: states [N, E], its parameters, and what is the same for all layers and has no gradient -> [N, E]. */
export type LoopedLayer = (
  x: tf.Tensor2D,
  parameters: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
) => tf.Tensor2D;

/**
 * Layers as one loop over stacked parameters [L, …], so that one layer is compiled instead of L. The forward pass keeps each
 * layer's input only, [L, N, E]; the backward pass computes the layer again for its gradients (Chen et al. 2016, "Training deep
 * nets with sublinear memory cost"). Differentiable in x and the parameters. `layer` may use nothing from outside.
 */
export function loopLayers(
  repeat: Repeat,
  layer: LoopedLayer,
  x: tf.Tensor2D,
  stacked: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
): tf.Tensor2D {
  const layers = stacked[0]!.shape[0]!;
  const count = stacked.length;
  const loop = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    const [start, ...weights] = inputs as tf.Tensor[];
    const held = [...weights, ...constants];
    const kept = tf.zeros([layers, ...start!.shape]);
    const [end, states] = repeat(layers, held, [tf.clone(start!), kept], (index, held, [x, kept]) => [
      layer(x as tf.Tensor2D, ...layerAt(held, count, index)),
      withRow(kept!, index, x!),
    ]);
    save([states!, ...held]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => backward(repeat, layer, upstream, saved, count);
    return { value: end!, gradFunc };
  });
  return loop(x, ...stacked) as tf.Tensor2D;
}

/** The same loop where no gradient follows: nothing is kept of a layer but its result. */
export function loopLayersForward(
  repeat: Repeat,
  layer: LoopedLayer,
  x: tf.Tensor2D,
  stacked: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
): tf.Tensor2D {
  const count = stacked.length;
  const held = [...stacked, ...constants];
  const [end] = repeat(stacked[0]!.shape[0]!, held, [tf.clone(x)], (index, held, [x]) => [
    layer(x as tf.Tensor2D, ...layerAt(held, count, index)),
  ]);
  return end as tf.Tensor2D;
}

/** Of `count` stacked parameters, and the constants behind them: a layer's own parameters, and the constants. */
function layerAt(held: readonly tf.Tensor[], count: number, index: tf.Scalar): [tf.Tensor[], readonly tf.Tensor[]] {
  return [held.slice(0, count).map((weight) => rowAt(weight, index)), held.slice(count)];
}

/** `saved` are the layers' inputs [L, N, E], `count` stacked parameters, and the constants. */
function backward(
  repeat: Repeat,
  layer: LoopedLayer,
  upstream: tf.Tensor,
  saved: readonly tf.Tensor[],
  count: number,
): tf.Tensor[] {
  const layers = saved[0]!.shape[0]!;
  const zeros = saved.slice(1, 1 + count).map((weight) => tf.zeros(weight.shape));
  return repeat(layers, saved, [tf.clone(upstream), ...zeros], (step, [states, ...held], [above, ...gradients]) => {
    const index: tf.Scalar = tf.sub(tf.scalar(layers - 1, 'int32'), step);
    const [parameters, constants] = layerAt(held, count, index);
    const of = (x: tf.Tensor, ...weights: tf.Tensor[]) => layer(x as tf.Tensor2D, weights, constants);
    const [below, ...ofLayer] = withFreshTape(() => tf.grads(of)([rowAt(states!, index), ...parameters], above));
    return [below!, ...gradients.map((gradient, i) => withRow(gradient, index, ofLayer[i]!))];
  });
}
