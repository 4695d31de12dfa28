import * as tf from '@tensorflow/tfjs-core';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../runtime/engine/program.ts';

/** Mean squared error of y = x w + b: ordinary TensorFlow.js code, for any backend and for a trace. */
export function squaredError(w: tf.Tensor, b: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  const error = tf.sub(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b), y);
  return tf.mean(tf.square(error)) as tf.Scalar;
}

/** Fits w [2, 1] and b [1] to 4 rows by gradient descent, each step one call of a compiled program. */
export async function fitLine(x: Float32Array, y: Float32Array, steps: number) {
  const builder = new ProgramBuilder(await loadCompiledEngine(), [
    { name: 'w', shape: [2, 1] },
    { name: 'b', shape: [1] },
  ]);
  const inputs = [
    { name: 'x', type: 'float32', shape: [4, 2] },
    { name: 'y', type: 'float32', shape: [4, 1] },
    { name: 'rate', type: 'float32', shape: [] },
  ] as const;
  builder.define('step', inputs, ['w', 'b'], { xla: true }, ({ x, y, rate }, read) => {
    const values = [read('w'), read('b')];
    const { value, grads } = tf.valueAndGrads((w, b) => squaredError(w!, b!, x!, y!))(values);
    const [w, b] = values.map((before, i) => tf.sub(before, tf.mul(rate!, grads[i]!)));
    return { outputs: { loss: value }, updates: { w: w!, b: b! } };
  });
  builder.assignSignature('all', ['w', 'b']);
  builder.readSignature('all', ['w', 'b']);
  const program = await builder.load();
  try {
    await program.call('assign_all', { w: new Float32Array(2), b: new Float32Array(1) });
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const { loss } = await program.call('step', { x, y, rate: 0.1 });
      losses.push(loss![0]!);
    }
    const { w, b } = await program.call('read_all');
    return { losses, w: [...w!], b: [...b!] };
  } finally {
    program.dispose();
  }
}
