import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { EngineMissingError } from '../../../runtime/engine/engine-error.ts';
import { loadCompiledEngine } from '../../../runtime/engine/load.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';

describeCompiled('the compiled engine', () => {
  test('is the pinned TensorFlow, on the copy of tfjs-core that models import', async () => {
    const engine = await loadCompiledEngine();
    expect(engine.tensorflow).toBe('2.21.0');
    expect(tf.backend()).toBe(engine.backend);
    const required = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof tf;
    expect(required.engine()).toBe(tf.engine());
    expect(required.Tensor).toBe(tf.Tensor);
  });

  test('does not leave its stand-in for `@tensorflow/tfjs` behind', async () => {
    await loadCompiledEngine();
    const require = createRequire(import.meta.url);
    expect(require.cache[require.resolve('@tensorflow/tfjs')]).toBeUndefined();
  });

  test('has gradients for what models use', async () => {
    await loadCompiledEngine();
    const gradient = tf.grad((x) => tf.sum(tf.square(tf.gather(x, tf.tensor1d([1, 1], 'int32')))));
    expect([...gradient(tf.tensor2d([1, 2, 3, 4], [2, 2])).dataSync()]).toEqual([0, 0, 12, 16]);
  });

  test('has the functions of `util` that newer Node releases removed', async () => {
    await loadCompiledEngine();
    const { values, indices } = tf.topk(tf.tensor1d([1, 3, 2]), 2);
    expect([...values.dataSync(), ...indices.dataSync()]).toEqual([3, 2, 1, 2]);
  });

  test('writes nothing on stdout or stderr while it loads and computes', () => {
    const script = `import { loadCompiledEngine } from './runtime/engine/load.ts';
      await loadCompiledEngine();
      const tf = await import('@tensorflow/tfjs-core');
      process.exitCode = tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()[0] === 2 ? 0 : 9;`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});

test('without an installed engine, loading says what to do', () => {
  const script = `import { loadCompiledEngine } from './runtime/engine/load.ts';
    await loadCompiledEngine().catch((error) => console.log(JSON.stringify([error.name, error.message, error.help])));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const env = { ...process.env, SMOL_CACHE: '/nonexistent/smol' };
  const [name, message, help] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
  expect(name).toBe(EngineMissingError.name);
  expect(message).toBe('the compiled engine cannot be used: it is not installed');
  expect(help).toContain('smol engine install');
});
