import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { fusedCrossEntropyKernel } from '../../../runtime/engine/fused-cross-entropy.ts';
import { loadCompiledEngine } from '../../../runtime/engine/load.ts';
import type { CompilePolicy, FunctionBody, InputSpec } from '../../../runtime/engine/program/specs.ts';
import { ProgramBuilder } from '../../../runtime/engine/program.ts';
import { withFreshTape } from '../../../runtime/engine/trace/fresh-tape.ts';
import { whileLoop } from '../../../runtime/engine/trace/while-loop.ts';
import { crossEntropyBy } from '../../../runtime/model/loss.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

const values = (length: number, scale = 1) =>
  Float32Array.from({ length }, (_, index) => (((index * 7919 + 13) % 1009) / 1009 - 0.5) * scale);

type Inputs = readonly (InputSpec & { readonly values: Float32Array | Int32Array })[];

const float = (name: string, shape: number[], scale = 1) =>
  ({ name, type: 'float32', shape, values: values(tf.util.sizeFromShape(shape), scale) }) as const;

const int = (name: string, shape: number[], below: number) => {
  const length = tf.util.sizeFromShape(shape);
  return { name, type: 'int32', shape, values: Int32Array.from({ length }, (_, i) => (i * 31 + 7) % below) } as const;
};

/** Runs a body compiled and eagerly; both give each output's numbers. */
async function bothWays(inputs: Inputs, policy: CompilePolicy, body: FunctionBody) {
  const engine = await loadCompiledEngine();
  const builder = new ProgramBuilder(engine, []);
  builder.define('test', inputs, [], policy, body);
  const program = await builder.load();
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, input.values]));
  const compiled = await program.call('test', feeds);
  program.dispose();
  const eager = tf.tidy(() => {
    const tensors = inputs.map((it) => [it.name, tf.tensor(it.values, [...it.shape], it.type)] as const);
    const { outputs } = body(Object.fromEntries(tensors), () => {
      throw new Error('no variables here');
    });
    return Object.fromEntries(Object.entries(outputs).map(([key, tensor]) => [key, tensor.dataSync()]));
  });
  return { compiled, eager };
}

const gradientsOf =
  (f: (...args: tf.Tensor[]) => tf.Tensor, names: string[]): FunctionBody =>
  (inputs) => {
    const { value, grads } = tf.valueAndGrads((...args: tf.Tensor[]) => f(...args) as tf.Scalar)(
      names.map((name) => inputs[name]!),
    );
    return { outputs: { value, ...Object.fromEntries(grads.map((gradient, index) => [`grad_${index}`, gradient])) } };
  };

const CASES: Record<string, { inputs: Inputs; body: FunctionBody }> = {
  'a product of matrices and its gradients': {
    inputs: [float('a', [3, 4]), float('b', [5, 4])],
    body: gradientsOf((a, b) => tf.sum(tf.square(tf.matMul(a!, b!, false, true))), ['a', 'b']),
  },
  'batched products with transposes': {
    inputs: [float('a', [2, 3, 4, 5]), float('b', [2, 3, 4, 5])],
    body: gradientsOf((a, b) => tf.mean(tf.exp(tf.matMul(a!, b!, true, false))), ['a', 'b']),
  },
  'softmax attention over split heads': {
    inputs: [float('x', [2, 6, 8])],
    body: gradientsOf(
      (x) => {
        const [q, k] = tf.split(tf.transpose(tf.reshape(x!, [2, 6, 4, 2]), [0, 2, 1, 3]), 2, 1) as [
          tf.Tensor,
          tf.Tensor,
        ];
        const weights = tf.softmax(tf.add(tf.matMul(q, k, false, true), tf.mul(tf.ones([6, 6]), -0.5)));
        return tf.sum(tf.square(tf.mul(tf.concat([weights, tf.neg(weights)], -1), 0.3)));
      },
      ['x'],
    ),
  },
  'root mean square normalisation': {
    inputs: [float('x', [4, 8]), float('w', [8])],
    body: gradientsOf(
      (x, w) => tf.sum(tf.tanh(tf.mul(tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), 1e-5))), w!))),
      ['x', 'w'],
    ),
  },
  'an embedding looked up': {
    inputs: [float('e', [10, 3]), int('ids', [7], 10)],
    body: (inputs) => {
      const { value, grads } = tf.valueAndGrads((e: tf.Tensor) =>
        tf.sum(tf.square(tf.gather(e, inputs.ids as tf.Tensor1D))),
      )([inputs.e!]);
      return { outputs: { value, gradient: grads[0]! } };
    },
  },
  'fused cross-entropy': {
    inputs: [float('logits', [5, 11], 8), int('labels', [5], 11)],
    body: (inputs) => {
      const { value, grads } = tf.valueAndGrads((logits: tf.Tensor) =>
        tf.sum(
          tf.mul(crossEntropyBy(fusedCrossEntropyKernel)(logits as tf.Tensor2D, inputs.labels as tf.Tensor1D), 0.5),
        ),
      )([inputs.logits!]);
      return { outputs: { value, gradient: grads[0]! } };
    },
  },
  'slices, pads, stacks, comparisons and selection': {
    inputs: [float('x', [4, 6]), float('y', [4, 2, 4])],
    body: (inputs) => {
      const positive = tf.greater(inputs.y!, 0);
      const f = (x: tf.Tensor) => {
        const part = tf.pad(tf.slice(x, [1, 2], [2, 3]), [
          [1, 1],
          [0, 1],
        ]);
        const stacked = tf.stack([part, tf.mul(part, part)], 1);
        return tf.sum(tf.where(positive, tf.sigmoid(stacked), tf.relu(tf.neg(stacked)))) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(f)([inputs.x!]);
      return { outputs: { value, gradient: grads[0]! } };
    },
  },
};

describeCompiled('traced functions', () => {
  beforeAll(async () => {
    await loadCompiledEngine();
  });

  for (const [name, { inputs, body }] of Object.entries(CASES)) {
    for (const xla of [false, true]) {
      test(`${name}: ${xla ? 'one XLA program' : 'kernels'} equals eager`, async () => {
        const { compiled, eager } = await bothWays(inputs, { xla }, body);
        expect(Object.keys(compiled)).toEqual(Object.keys(eager));
        for (const key of Object.keys(eager)) {
          expect(compiled[key]!.length).toBe(eager[key]!.length);
          const worst = Math.max(...Array.from(compiled[key]!, (it, at) => Math.abs(it - eager[key]![at]!)));
          expect(worst).toBeLessThan(2e-6);
        }
      });
    }
  }

  test('a gradient inside a custom gradient leaves the outer one alone', async () => {
    // square(x) whose gradient is found by a second tape: d/dx sum(x^2) = 2x, through sin gives 2x cos(x^2).
    const squared = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      const gradFunc = (upstream: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.mul(
          upstream,
          withFreshTape(() => tf.grad((it) => tf.sum(tf.square(it)))(saved!)),
        );
      return { value: tf.square(x as tf.Tensor), gradFunc };
    });
    const body = gradientsOf((x) => tf.sum(tf.sin(squared(x!))), ['x']);
    const { compiled, eager } = await bothWays([float('x', [5])], { xla: true }, body);
    const expected = Array.from(values(5), (x) => 2 * x * Math.cos(x * x));
    for (const [at, value] of expected.entries()) {
      expect(compiled.grad_0![at]).toBeCloseTo(value, 5);
      expect(eager.grad_0![at]).toBeCloseTo(value, 5);
    }
  });

  test('equal code gives equal programs, so that compiled ones are found again', async () => {
    const build = async () => {
      const builder = new ProgramBuilder(await loadCompiledEngine(), []);
      builder.define('f', [float('x', [3])], [], { xla: true }, ({ x }) => ({ outputs: { y: tf.exp(tf.neg(x!)) } }));
      return builder.encode();
    };
    expect(await build()).toEqual(await build());
  });

  test('a loop in the program', async () => {
    const engine = await loadCompiledEngine();
    const builder = new ProgramBuilder(engine, []);
    builder.define('powers', [float('x', [3])], [], { xla: true }, ({ x }) => {
      const start = [tf.scalar(0, 'int32'), tf.onesLike(x!), x!];
      const [, product] = whileLoop(
        start,
        ([i]) => tf.less(i!, tf.scalar(5, 'int32')),
        ([i, product, base]) => [tf.add(i!, tf.scalar(1, 'int32')), tf.mul(product!, base!), base!],
      );
      return { outputs: { product: product! } };
    });
    const program = await builder.load();
    const { product } = await program.call('powers', { x: Float32Array.of(1, 2, -3) });
    expect([...product!]).toEqual([1, 32, -243]);
    program.dispose();
  });
});

describeCompiled('variables', () => {
  const variables = [
    { name: 'weight', shape: [2, 3] },
    { name: 'layers.0.slot', shape: [4] },
  ];
  const names = variables.map((variable) => variable.name);

  async function counter(xla: boolean) {
    const builder = new ProgramBuilder(await loadCompiledEngine(), variables);
    const by = { name: 'by', type: 'float32', shape: [] } as const;
    builder.define('step', [by], names, { xla }, (inputs, read) => {
      const [weight, slot] = [read('weight'), read('layers.0.slot')];
      return {
        outputs: { before: tf.sum(slot) },
        updates: { weight: tf.add(weight, inputs.by!), 'layers.0.slot': tf.fill([4], 7) },
      };
    });
    builder.assignSignature('all', names);
    builder.readSignature('all', names);
    builder.fillSignature('all', names);
    return builder.load();
  }

  for (const xla of [false, true]) {
    test(`are assigned, updated, read and zeroed (${xla ? 'XLA' : 'kernels'})`, async () => {
      const program = await counter(xla);
      await program.call('assign_all', { weight: values(6), 'layers.0.slot': Float32Array.of(1, 2, 3, 4) });
      expect([...(await program.call('step', { by: 2 })).before!]).toEqual([10]);
      expect([...(await program.call('step', { by: 2 })).before!]).toEqual([28]);
      const state = await program.call('read_all');
      expect(state.weight).toEqual(values(6).map((value) => Math.fround(Math.fround(value + 2) + 2)));
      await program.call('fill_all', { value: 0 });
      expect([...(await program.call('read_all')).weight!]).toEqual([0, 0, 0, 0, 0, 0]);
      program.dispose();
    });

    test(`an update that does not depend on the read comes after it (${xla ? 'XLA' : 'kernels'})`, async () => {
      const program = await counter(xla);
      await program.call('fill_all', { value: 0 });
      for (let round = 0; round < 200; round++) {
        await program.call('assign_all', { weight: new Float32Array(6), 'layers.0.slot': new Float32Array(4) });
        expect((await program.call('step', { by: 0 })).before![0]).toBe(0);
      }
      program.dispose();
    });

    test(`no tensor grows over 500 calls (${xla ? 'XLA' : 'kernels'})`, async () => {
      const program = await counter(xla);
      await program.call('fill_all', { value: 0 });
      await program.call('step', { by: 1 });
      const [tensors, numbers] = [program.tensorCount(), tf.memory().numTensors];
      for (let step = 0; step < 500; step++) await program.call('step', { by: 1 });
      expect(program.tensorCount()).toBe(tensors);
      expect(tf.memory().numTensors).toBe(numbers);
      program.dispose();
    });
  }
});
