import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadCompiledEngine } from '../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../runtime/engine/program.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

const LAYERS = 40;

/** 40 residual layers, their gradients, and a norm over all of them: many small sums that were once fused wrongly. */
function deepStep(x: tf.Tensor, weights: readonly tf.Tensor[]) {
  const { value, grads } = tf.valueAndGrads((...ws: tf.Tensor[]) => {
    const out = ws.reduce(
      (hidden: tf.Tensor, w) => tf.add(hidden, tf.tanh(tf.matMul(hidden as tf.Tensor2D, w as tf.Tensor2D))),
      x,
    );
    return tf.mean(tf.square(out)) as tf.Scalar;
  })([...weights]);
  const norm = tf.sqrt(tf.addN(grads.map((gradient) => tf.sum(tf.square(gradient)))));
  return { value, norm, updated: weights.map((w, index) => tf.sub(w, tf.mul(grads[index]!, 0.1))) };
}

const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, index) => ((((index + seed) * 7919) % 1009) / 1009 - 0.5) * 0.2);

describeCompiled('a deep program', () => {
  test('compiles as one XLA program and trains as eager does', async () => {
    const engine = await loadCompiledEngine();
    const names = Array.from({ length: LAYERS }, (_, layer) => `layers.${layer}.weight`);
    const builder = new ProgramBuilder(
      engine,
      names.map((name) => ({ name, shape: [6, 6] })),
    );
    const input = { name: 'x', type: 'float32', shape: [4, 6] } as const;
    builder.define('step', [input], names, { xla: true }, (inputs, read) => {
      const { value, norm, updated } = deepStep(inputs.x!, names.map(read));
      const updates = Object.fromEntries(names.map((name, layer) => [name, updated[layer]!]));
      return { outputs: { value, norm }, updates };
    });
    builder.assignSignature('all', names);
    const program = await builder.load();
    await program.call('assign_all', Object.fromEntries(names.map((name, layer) => [name, numbers(36, layer)])));

    let weights = names.map((_, layer) => tf.tensor(numbers(36, layer), [6, 6]));
    const x = tf.tensor(numbers(24, 99), [4, 6]);
    for (let step = 0; step < 3; step++) {
      const compiled = await program.call('step', { x: numbers(24, 99) });
      const eager = tf.tidy(() => deepStep(x, weights));
      weights = eager.updated;
      expect(compiled.value![0]).toBeCloseTo(eager.value.dataSync()[0]!, 5);
      expect(compiled.norm![0]).toBeCloseTo(eager.norm.dataSync()[0]!, 4);
    }
    program.dispose();
  });

  test('a function called for every layer updates that layer', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), [
      { name: 'a', shape: [2] },
      { name: 'b', shape: [2] },
    ]);
    const gain = { name: 'gain', type: 'float32', shape: [] } as const;
    const grow = builder.function('grow', [gain], ['a'], { xla: true }, (inputs, read) => {
      const grown = tf.mul(read('a'), inputs.gain!);
      return { outputs: { sum: tf.sum(grown) }, updates: { a: grown } };
    });
    const fed = builder.input('gain', gain);
    const first = builder.call(grow, { gain: fed });
    const second = builder.call(grow, { gain: first.sum! }, { uses: ['b'] });
    builder.signature('grow', { gain: fed }, { total: second.sum! }, [first.sum!]);
    builder.assignSignature('all', ['a', 'b']);
    builder.readSignature('all', ['a', 'b']);
    const program = await builder.load();
    await program.call('assign_all', { a: Float32Array.of(1, 2), b: Float32Array.of(10, 20) });
    expect([...(await program.call('grow', { gain: 2 })).total!]).toEqual([180]);
    const { a, b } = await program.call('read_all');
    expect([...a!, ...b!]).toEqual([2, 4, 60, 120]);
    program.dispose();
  });

  test('low-precision products round their inputs to bfloat16 and keep float32 results', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), []);
    const spec = (name: string, shape: number[]) => ({ name, type: 'float32', shape }) as const;
    const inputs = [spec('a', [8, 16]), spec('b', [16, 4])];
    const policy = { xla: false, matmulType: 'bfloat16' } as const;
    builder.define('product', inputs, [], policy, ({ a, b }) => ({
      outputs: { product: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) },
    }));
    const program = await builder.load();
    const [a, b] = [numbers(128, 3), numbers(64, 5)];
    const { product } = await program.call('product', { a, b });
    const exact = tf.matMul(tf.tensor(a, [8, 16]), tf.tensor(b, [16, 4])).dataSync();
    const errors = Array.from(product!, (value, at) => Math.abs(value - exact[at]!));
    expect(Math.max(...errors)).toBeLessThan(2e-3);
    expect(Math.max(...errors)).toBeGreaterThan(1e-7);
    program.dispose();
  });

  test('feeds of a wrong size, name or type are refused', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), []);
    const x = { name: 'x', type: 'float32', shape: [2, 2] } as const;
    builder.define('f', [x], [], { xla: false }, (inputs) => ({ outputs: { y: tf.neg(inputs.x!) } }));
    const program = await builder.load();
    await expect(program.call('f', { x: new Float32Array(3) })).rejects.toThrow(
      '`x` of `f` takes 4 numbers [2,2], not 3',
    );
    await expect(program.call('f', {})).rejects.toThrow('without `x`');
    await expect(program.call('f', { x: new Float32Array(4), z: 1 })).rejects.toThrow('no input `z`');
    await expect(program.call('g')).rejects.toThrow('no signature `g`');
    await expect(program.call('f', { x: tf.zeros([4]) })).rejects.toThrow('is float32 [2,2], not float32 [4]');
    program.dispose();
    await expect(program.call('f', { x: new Float32Array(4) })).rejects.toThrow('disposed');
  });
});
