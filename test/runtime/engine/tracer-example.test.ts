import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadFallbackEngine } from '../../../runtime/engine/fallback.ts';
import { loadCompiledEngine } from '../../../runtime/engine/load.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';
import { fitLine, squaredError } from '../../support/tracer-example.ts';

const x = Float32Array.of(1, 2, -1, 0.5, 0.25, -2, 3, 1);
const y = Float32Array.of(5, 0.5, -3, 6);
const steps = 20;

/** The same fit, one op at a time on the current backend. */
async function fitEagerly() {
  const [rows, targets] = [tf.tensor2d(x, [4, 2]), tf.tensor2d(y, [4, 1])];
  let values: tf.Tensor[] = [tf.zeros([2, 1]), tf.zeros([1])];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { value, grads } = tf.valueAndGrads((w, b) => squaredError(w!, b!, rows, targets))(values);
    losses.push((await value.data())[0]!);
    values = values.map((before, i) => tf.sub(before, tf.mul(0.1, grads[i]!)));
  }
  const [w, b] = await Promise.all(values.map(async (value) => [...(await value.data())]));
  return { losses, w: w!, b: b! };
}

describeCompiled('the example of docs/tracer.md', () => {
  test('is this code', () => {
    const page = readFileSync(new URL('../../../docs/tracer.md', import.meta.url), 'utf8');
    const code = readFileSync(new URL('../../support/tracer-example.ts', import.meta.url), 'utf8');
    expect(page).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
  });

  test('computes compiled what it computes on two backends of TensorFlow.js', async () => {
    await loadCompiledEngine();
    await tf.setBackend('tensorflow');
    const compiled = await fitLine(x, y, steps);
    expect(compiled.losses[0]).toBeCloseTo((5 ** 2 + 0.5 ** 2 + 3 ** 2 + 6 ** 2) / 4, 5);
    expect(compiled.losses.at(-1)).toBeLessThan(compiled.losses[0]! / 10);
    const onTensorflow = await fitEagerly();
    await loadFallbackEngine();
    await tf.setBackend('wasm');
    const onWasm = await fitEagerly();
    await tf.setBackend('tensorflow');
    for (const eager of [onTensorflow, onWasm]) {
      for (const name of ['losses', 'w', 'b'] as const) {
        expect(eager[name]).toHaveLength(compiled[name].length);
        for (const [at, value] of eager[name].entries())
          expect(value, `${name} ${at}`).toBeCloseTo(compiled[name][at]!, 5);
      }
    }
  });
});
