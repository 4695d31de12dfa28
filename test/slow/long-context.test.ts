import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { parameterLayout, sizeOf } from '../../runtime/model/parameters.ts';
import { CompiledProgram } from '../../runtime/train/compiled-program.ts';
import { slotLayout } from '../../runtime/train/slot-layout.ts';
import { describeCompiled } from '../support/compiled-engine.ts';
import {
  fixtureBatch,
  fixtureModel,
  fixtureOptimizer,
  fixtureParameters,
  llamaFixture,
  stepShape,
} from '../support/llama-fixture.ts';

describeCompiled('a window of 8,192 tokens with theta 130,000', () => {
  test('has the loss of LlamaForCausalLM', async () => {
    const { length, rope_theta, loss } = llamaFixture.longest;
    expect([length, rope_theta]).toEqual([8192, 130_000]);
    const model = { ...fixtureModel({ tied: true, theta: rope_theta }), context: length };
    const batch = fixtureBatch(0, 1, length);
    const shape = stepShape(batch, rope_theta);
    const engine = await loadCompiledEngine();
    await tf.setBackend('tensorflow');
    const optimizer = fixtureOptimizer(llamaFixture.training);
    const program = await CompiledProgram.create(engine, {
      model,
      optimizer,
      clipNorm: null,
      shapes: [shape],
      seed: null,
    });
    const slots = slotLayout(parameterLayout(model)).map(({ name, shape: of }) => ({
      name,
      shape: of,
      values: new Float32Array(sizeOf(of)),
    }));
    await program.writeState({ parameters: fixtureParameters(model), slots });
    const { lossSum, tokens } = await program.evaluate(shape, batch);
    program.dispose();
    expect(Math.abs(lossSum / tokens - loss)).toBeLessThan(1e-5);
  }, 480_000);
});
