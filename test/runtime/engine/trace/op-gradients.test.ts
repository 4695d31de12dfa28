import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fusedCrossEntropyKernel } from '../../../../runtime/engine/fused-cross-entropy.ts';
import { loadCompiledEngine } from '../../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../../runtime/engine/program.ts';
import { describeCompiled } from '../../../support/compiled-engine.ts';
import { hashedUniform } from '../../../support/hashed-numbers.ts';

interface Case {
  /** Shapes of the arguments that are differentiated. */
  readonly shapes: readonly (readonly number[])[];
  /** Least value of the arguments, which span 1; 0.4 unless given. */
  readonly from?: number;
  readonly apply: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const unary = (apply: (x: tf.Tensor) => tf.Tensor, from = 0.4): Case => ({
  shapes: [[2, 3]],
  apply: (x) => apply(x!),
  from,
});
const binary = (apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case => ({
  shapes: [
    [4, 1, 3],
    [2, 1],
  ],
  apply: (a, b) => apply(a!, b!),
});
const of = (apply: Case['apply'], ...shapes: number[][]): Case => ({ shapes, apply });
const ids = (...values: number[]) => tf.tensor1d(values, 'int32');

/** Every TensorFlow.js function with a gradient that a traced function can use. */
const CASES: Readonly<Record<string, Case>> = {
  abs: unary(tf.abs, -0.5),
  neg: unary(tf.neg),
  reciprocal: unary(tf.reciprocal),
  square: unary(tf.square, -0.5),
  sqrt: unary(tf.sqrt),
  rsqrt: unary(tf.rsqrt),
  exp: unary(tf.exp, -0.5),
  expm1: unary(tf.expm1, -0.5),
  log: unary(tf.log),
  log1p: unary(tf.log1p),
  sin: unary(tf.sin),
  cos: unary(tf.cos),
  tan: unary(tf.tan, -0.5),
  tanh: unary(tf.tanh, -0.5),
  erf: unary(tf.erf, -0.5),
  sigmoid: unary(tf.sigmoid, -0.5),
  softplus: unary(tf.softplus, -0.5),
  relu: unary(tf.relu, -0.5),
  relu6: unary(tf.relu6, -0.5),
  elu: unary(tf.elu, -0.5),
  selu: unary(tf.selu, -0.5),
  softmax: unary((x) => tf.softmax(x), -0.5),
  logSoftmax: unary((x) => tf.logSoftmax(x), -0.5),
  logSumExp: unary((x) => tf.logSumExp(x, 1), -0.5),
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div),
  pow: binary(tf.pow),
  // TensorFlow.js does not reduce these gradients over broadcast axes; it says so by an error.
  maximum: of((a, b) => tf.maximum(a!, b!), [2, 3], [2, 3]),
  minimum: of((a, b) => tf.minimum(a!, b!), [2, 3], [2, 3]),
  squaredDifference: of((a, b) => tf.squaredDifference(a!, b!), [2, 3], [2, 3]),
  atan2: binary(tf.atan2),
  addN: of((...all) => tf.addN(all), [2, 3], [2, 3], [2, 3]),
  where: of((a, b) => tf.where(tf.tensor2d([1, 0, 0, 1], [2, 2], 'bool'), a!, b!), [2, 2], [2, 2]),
  sum: of((x) => tf.sum(x!, [0, 2]), [2, 3, 4]),
  mean: of((x) => tf.mean(x!, 1, true), [2, 3, 4]),
  max: of((x) => tf.max(x!, 1), [2, 5]),
  min: of((x) => tf.min(x!, 1), [2, 5]),
  cumsum: of((x) => tf.cumsum(x!, 1, true, false), [2, 4]),
  matMul: of((a, b) => tf.matMul(a!, b!, true), [4, 2], [4, 3]),
  batchMatMul: of((a, b) => tf.matMul(a!, b!, false, true), [2, 3, 4], [2, 5, 4]),
  reshape: of((x) => tf.reshape(x!, [3, 4]), [2, 6]),
  concat: of((a, b) => tf.concat([a!, b!], 1), [2, 3], [2, 1]),
  split: of((x) => tf.mul(tf.split(x!, [2, 3], 1)[1]!, 3), [2, 5]),
  expandDims: of((x) => tf.expandDims(x!, 1), [2, 3]),
  slice: of((x) => tf.slice(x!, [1, 2], [2, 3]), [4, 5]),
  pad: of(
    (x) =>
      tf.pad(x!, [
        [0, 1],
        [2, 0],
      ]),
    [2, 3],
  ),
  stack: of((a, b) => tf.stack([a!, b!], 1), [2, 3], [2, 3]),
  unstack: of((x) => tf.unstack(x!, 1)[2]!, [2, 3]),
  transpose: of((x) => tf.transpose(x!, [2, 0, 1]), [2, 3, 4]),
  tile: of((x) => tf.tile(x!, [2, 2]), [2, 3]),
  reverse: of((x) => tf.reverse(x!, 1), [2, 3]),
  broadcastTo: of((x) => tf.broadcastTo(x!, [2, 3]), [1, 3]),
  gather: of((x) => tf.gather(x!, ids(2, 0, 2)), [3, 4]),
  unsortedSegmentSum: of((x) => tf.unsortedSegmentSum(x!, ids(1, 1, 0, 2), 3), [4, 3]),
  cast: of((x) => tf.mul(tf.cast(x!, 'float32'), x!), [2, 3]),
  crossEntropy: of(
    (x) =>
      tf.customGrad((logits, save) => {
        const { loss, gradient } = fusedCrossEntropyKernel(logits as tf.Tensor2D, ids(0, 4, 2));
        (save as tf.GradSaveFunc)([gradient]);
        const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(saved!, tf.reshape(dy, [3, 1]));
        return { value: loss as tf.Tensor, gradFunc };
      })(x!),
    [3, 5],
  ),
};

/** Odd multiples of 1/128: exact when moved by a power of two, and none within 2^-8 of a kink. */
const valuesOf = ({ shapes, from = 0.4 }: Case) =>
  shapes.map((shape, stream) =>
    hashedUniform(stream + 3, tf.util.sizeFromShape([...shape])).map(
      (x) => Math.round((x + 0.5 + from) * 64) / 64 + 1 / 128,
    ),
  );

/** A weighted sum of the result: the weights make every element's gradient another number. */
function weighted(make: Case, inputs: readonly tf.Tensor[]): tf.Scalar {
  const result = make.apply(...inputs);
  const weights = tf.tensor(hashedUniform(99, result.size), result.shape);
  return tf.sum(tf.mul(result, weights)) as tf.Scalar;
}

function gradientsOf(make: Case, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.grads((...each: tf.Tensor[]) => weighted(make, each))([...inputs]);
}

/** (f(x + h) - f(x - h)) / 2h in every element; its own error is about h^2 times the third derivative. */
function differences(make: Case): number[][] {
  const h = 2 ** -8;
  const values = valuesOf(make);
  const at = (moved: readonly Float32Array[]) =>
    tf.tidy(() => {
      const inputs = moved.map((each, i) => tf.tensor(each, [...make.shapes[i]!]));
      return weighted(make, inputs).dataSync()[0]!;
    });
  return values.map((array, i) =>
    Array.from(array, (_, element) => {
      const moved = (by: number) =>
        values.map((each, j) => (i === j ? each.map((x, k) => (k === element ? x + by : x)) : each));
      return (at(moved(h)) - at(moved(-h))) / (2 * h);
    }),
  );
}

const named = <Value>(of: (make: Case) => readonly Value[]) =>
  Object.fromEntries(
    Object.entries(CASES).flatMap(([name, make]) => of(make).map((value, i) => [`${name}_${i}`, value] as const)),
  );

describeCompiled('gradients of the traced ops', () => {
  test('equal central differences, eager and compiled', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), []);
    const feeds = Object.entries(named(({ shapes }) => shapes)).map(([name, shape]) => ({
      name,
      type: 'float32' as const,
      shape,
    }));
    builder.define('gradients', feeds, [], { xla: true }, (fed) => {
      const outputs = Object.entries(CASES).flatMap(([name, make]) => {
        const inputs = make.shapes.map((_, i) => fed[`${name}_${i}`]!);
        return gradientsOf(make, inputs).map((gradient, i) => [`${name}_${i}`, gradient] as const);
      });
      return { outputs: Object.fromEntries(outputs) };
    });
    const program = await builder.load();
    await tf.setBackend('tensorflow');
    const compiled = await program.call('gradients', named(valuesOf));
    const wrong: string[] = [];
    for (const [name, make] of Object.entries(CASES)) {
      const eager = tf.tidy(() => {
        const inputs = valuesOf(make).map((each, i) => tf.tensor(each, [...make.shapes[i]!]));
        return gradientsOf(make, inputs).map((gradient) => Array.from(gradient.dataSync()));
      });
      const slopes = differences(make);
      eager.forEach((gradient, i) => {
        expect(gradient, name).toHaveLength(slopes[i]!.length);
        gradient.forEach((value, at) => {
          const [slope, other] = [slopes[i]![at]!, compiled[`${name}_${i}`]![at]!];
          const scale = Math.max(1, Math.abs(value));
          const isRight = Math.abs(value - slope) < 1e-3 * scale && Math.abs(value - other) < 1e-5 * scale;
          if (!isRight) wrong.push(`${name} ${i} ${at}: eager ${value}, compiled ${other}, by differences ${slope}`);
        });
      });
    }
    expect(wrong).toEqual([]);
    program.dispose();
  }, 60_000);
});
