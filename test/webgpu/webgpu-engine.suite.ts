import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../runtime/engine/engine-error.ts';
import { loadWebgpuEngine, type WebgpuEngine } from '../../runtime/engine/webgpu.ts';
import { parameterLayout, sizeOf } from '../../runtime/model/parameters.ts';
import { slotLayout } from '../../runtime/train/slot-layout.ts';
import { WebgpuProgram } from '../../runtime/train/webgpu-program.ts';
import {
  fixtureBatch,
  fixtureModel,
  fixtureOptimizer,
  fixtureParameters,
  llamaFixture,
  stepShape,
} from '../support/llama-fixture.ts';

// On a software device a step takes seconds: few of them.
describe('the WebGPU engine', { timeout: 240_000 }, () => {
  let engine: WebgpuEngine;
  beforeAll(async () => {
    engine = await loadWebgpuEngine();
  }, 60_000);

  it('takes the first steps of torch', async () => {
    const test = llamaFixture.training;
    const model = fixtureModel({ tied: test.tie_embeddings });
    const program = new WebgpuProgram(
      {
        model,
        optimizer: fixtureOptimizer(test),
        clipNorm: test.clip_norm,
        shapes: [stepShape(fixtureBatch(0))],
        seed: null,
      },
      engine,
    );
    const slots = slotLayout(parameterLayout(model)).map(({ name, shape }) => {
      return { name, shape, values: new Float32Array(sizeOf(shape)) };
    });
    await program.writeState({ parameters: fixtureParameters(model), slots });
    const tensors: number[] = [];
    for (const [i, rate] of test.learning_rates.slice(0, 4).entries()) {
      const batch = fixtureBatch(i % 2);
      const { loss, gradientNorm } = await program.step(stepShape(batch), batch, rate, i + 1);
      expect(Math.abs(loss / test.losses[i]! - 1)).toBeLessThan(1e-4);
      expect(Math.abs(gradientNorm / test.gradient_norms[i]! - 1)).toBeLessThan(1e-4);
      tensors.push(program.tensorCount());
    }
    expect(new Set(tensors).size).toBe(1);
    program.dispose();
  });

  it('is no longer trusted after an error of the device', async () => {
    const { device } = tf.backend() as unknown as { device: { createBuffer(options: object): void } };
    engine.requireHealthy();
    device.createBuffer({ size: 4, usage: 0 }); // A buffer must have a usage.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(() => engine.requireHealthy()).toThrow(EngineError);
  });
});
