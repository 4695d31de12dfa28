import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { PlanModel } from '../../compiler/plan/index.ts';
import type { Batch } from '../../runtime/data/types.ts';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { countParameters, parameterLayout } from '../../runtime/model/parameters.ts';
import { CompiledProgram } from '../../runtime/train/compiled-program.ts';
import { EagerProgram } from '../../runtime/train/eager-program.ts';
import type { TrainingProgram } from '../../runtime/train/program.ts';
import type { ProgramOptions } from '../../runtime/train/program-options.ts';
import { describeCompiled } from '../support/compiled-engine.ts';
import { useEagerBackend } from '../support/eager-backend.ts';
import { documentsOf, hashedBatch, stepShape } from '../support/llama-fixture.ts';

/** As deep as SmolLM2-135M (30) or deeper, as narrow as can be: faults of depth show, and a step takes milliseconds. */
function deepModel(layers: number): PlanModel {
  const model = {
    family: 'llama' as const,
    layers,
    hidden: 16,
    ffn: 32,
    heads: 2,
    kv_heads: 1,
    head_size: 8,
    vocab: 64,
    context: 12,
    rope_theta: 10_000,
    norm_eps: 1e-5,
    tie_embeddings: true,
    init_std: 0.1,
    parameters: 0,
  };
  return { ...model, parameters: countParameters(parameterLayout(model)) };
}

const batchOf = (step: number): Batch => ({
  ...hashedBatch(step, { sequences: 2, sequence: 12, vocab: 64 }),
  documents: documentsOf([
    [5, 7],
    [1, 11],
  ]),
});
const steps = [1, 2];

async function train(program: TrainingProgram) {
  const results: { readonly loss: number; readonly gradientNorm: number }[] = [];
  for (const step of steps) {
    const batch = batchOf(step);
    results.push(await program.step(stepShape(batch), batch, 3e-3, step));
  }
  const { parameters } = await program.readState();
  program.dispose();
  return { results, parameters };
}

describeCompiled('at full depth', () => {
  test.each([30, 60])(
    '%i layers under XLA train as the eager path does',
    async (layers) => {
      const options: ProgramOptions = {
        model: deepModel(layers),
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0.1, decay_exclude: [] },
        clipNorm: 1,
        shapes: [stepShape(batchOf(1))],
        seed: 5,
      };
      await useEagerBackend();
      const eager = await train(new EagerProgram(options, 'eager'));
      const engine = await loadCompiledEngine();
      await tf.setBackend('tensorflow');
      const start = performance.now();
      const program = await CompiledProgram.create(engine, options);
      const traced = (performance.now() - start) / 1000;
      const compiled = await train(program);
      console.log(`${layers} layers: traced, written and loaded in ${traced.toFixed(1)} s`);
      compiled.results.forEach(({ loss, gradientNorm }, index) => {
        const other = eager.results[index]!;
        expect(Math.abs(loss / other.loss - 1), `loss of step ${index + 1}`).toBeLessThan(2e-5);
        expect(Math.abs(gradientNorm / other.gradientNorm - 1), `norm of step ${index + 1}`).toBeLessThan(2e-4);
      });
      compiled.parameters.forEach(({ name, values }, index) => {
        const other = eager.parameters[index]!.values;
        const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
        // An update moves a weight by up to the learning rate, 3e-3, whatever its gradient: AdamW amplifies rounding.
        expect(worst, name).toBeLessThan(5e-4);
      });
    },
    480_000,
  );
});
