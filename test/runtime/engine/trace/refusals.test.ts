import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadCompiledEngine } from '../../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../../runtime/engine/program.ts';
import { rawOp } from '../../../../runtime/engine/raw-op.ts';
import { whileLoop } from '../../../../runtime/engine/trace/while-loop.ts';
import { describeCompiled } from '../../../support/compiled-engine.ts';

const x = { name: 'x', type: 'float32', shape: [2, 3] } as const;

async function trace(body: (x: tf.Tensor) => tf.Tensor) {
  const builder = new ProgramBuilder(await loadCompiledEngine(), []);
  return () => builder.define('f', [x], [], { xla: true }, (inputs) => ({ outputs: { y: body(inputs.x!) } }));
}

describeCompiled('a trace refuses', () => {
  const random = {
    'tf.randomNormal': (x: tf.Tensor) => tf.add(x, tf.randomNormal([2, 3])),
    'tf.randomUniform': (x: tf.Tensor) => tf.add(x, tf.randomUniform([2, 3], 0, 1, 'float32', 7)),
    'tf.truncatedNormal': (x: tf.Tensor) => tf.add(x, tf.truncatedNormal([2, 3])),
    'tf.dropout': (x: tf.Tensor) => tf.dropout(x as tf.Tensor2D, 0.5),
    'tf.multinomial': (x: tf.Tensor) => tf.cast(tf.multinomial(x as tf.Tensor2D, 1), 'float32'),
    'Math.random': (x: tf.Tensor) => tf.mul(x, Math.random()),
  };
  for (const [name, body] of Object.entries(random)) {
    test(`the random function ${name}, by name`, async () => {
      expect(await trace(body)).toThrow(`random function \`${name}\``);
    });
  }

  test('a random op, by name', async () => {
    const raw = (input: tf.Tensor) => rawOp('RandomUniform', {}, [input], 1)[0]!;
    expect(await trace(raw)).toThrow('random op `RandomUniform`');
  });

  test('an unknown op, by name', async () => {
    expect(await trace((x) => tf.acosh(x))).toThrow('op `Acosh` is not supported');
  });

  test('a name that every object has', async () => {
    expect(await trace((x) => rawOp('constructor', {}, [x], 1)[0]!)).toThrow('op `constructor` is not supported');
  });

  test('a shape that is not known before the program runs', async () => {
    const byValue = (x: tf.Tensor) => rawOp('Fill', { T: { type: 'float32' } }, [tf.cast(x, 'int32'), x], 1)[0]!;
    expect(await trace(byValue)).toThrow(/op `Fill`.*must be a constant/);
  });

  test('a value read back', async () => {
    expect(await trace((x) => tf.mul(x, x.dataSync()[0]!))).toThrow('read back');
  });

  test('a tensor from outside', async () => {
    await loadCompiledEngine();
    const outside = tf.square(tf.ones([2, 3]));
    expect(await trace((x) => tf.add(x, outside))).toThrow('from outside');
    expect([...outside.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('a variable it was not given, and an update of another shape', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), [{ name: 'w', shape: [2] }]);
    const define = (uses: string[], update: () => tf.Tensor) => () =>
      builder.define(`f${uses}`, [], uses, { xla: false }, () => ({ outputs: {}, updates: { w: update() } }));
    expect(define([], () => tf.zeros([2]))).toThrow('variable `w` is not among those');
    expect(define(['w'], () => tf.zeros([3]))).toThrow('variable `w` is float32 [2]; its update is float32 [3]');
    expect(define(['v'], () => tf.zeros([2]))).toThrow('no variable `v`');
  });

  test('a loop whose body uses a value from outside it, or changes a shape', async () => {
    const less = ([i]: readonly tf.Tensor[]) => tf.less(i!, tf.scalar(3, 'int32'));
    const zero = () => tf.scalar(0, 'int32');
    const captured = (x: tf.Tensor) => whileLoop([zero(), x], less, ([i, y]) => [i!, tf.add(y!, x)])[1]!;
    expect(await trace(captured)).toThrow('of another function');
    const growing = (x: tf.Tensor) => whileLoop([zero(), x], less, ([i, y]) => [i!, tf.concat([y!, y!])])[1]!;
    expect(await trace(growing)).toThrow('is float32 [4,3], not float32 [2,3]');
  });

  test('and leaves no tensor, and the backend and Math.random as they were', async () => {
    const bad = await trace((x) => tf.acosh(tf.add(x, 1)));
    const before = tf.memory().numTensors;
    const random = Math.random;
    expect(bad).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(Math.random).toBe(random);
    expect(tf.randomNormal([2]).shape).toEqual([2]);
  });
});
