import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Batch } from '../../../runtime/data/types.ts';
import { type CompiledEngine, loadCompiledEngine } from '../../../runtime/engine/load.ts';
import type { NamedArray } from '../../../runtime/model/types.ts';
import { CompiledProgram } from '../../../runtime/train/compiled-program.ts';
import { EagerProgram } from '../../../runtime/train/eager-program.ts';
import type { MemoryPolicy } from '../../../runtime/train/memory-policy.ts';
import type { TrainingProgram } from '../../../runtime/train/program.ts';
import type { ProgramOptions } from '../../../runtime/train/program-options.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import {
  documentsOf,
  fixtureBatch,
  fixtureModel,
  fixtureOptimizer,
  llamaFixture,
  stepShape,
} from '../../support/llama-fixture.ts';

const options = (batch: Batch): ProgramOptions => ({
  model: fixtureModel({ tied: true }),
  optimizer: fixtureOptimizer(llamaFixture.training),
  clipNorm: 1,
  shapes: [stepShape(batch)],
  seed: 1,
});

// Compiling takes seconds, and many times that where every core is taken.
describeCompiled('the compiled program', { timeout: 180_000 }, () => {
  let engine: CompiledEngine;
  beforeAll(async () => {
    engine = await loadCompiledEngine();
  }, 60_000);

  beforeEach(() => tf.setBackend('tensorflow').then(() => {}));

  // Some rewrites that XLA refuses happen only in large graphs.
  it('compiles and learns at 30 layers', { timeout: 300_000 }, async () => {
    const batch = fixtureBatch(0, 1, 8);
    const model = {
      ...fixtureModel({ tied: true }),
      layers: 30,
      hidden: 16,
      ffn: 16,
      heads: 2,
      kv_heads: 1,
      head_size: 8,
    };
    const program = await CompiledProgram.create(engine, { ...options(batch), model });
    const losses: number[] = [];
    for (let step = 1; step <= 5; step++) losses.push((await program.step(stepShape(batch), batch, 1e-2, step)).loss);
    expect(losses[4]).toBeLessThan(losses[0]! - 0.05);
    program.dispose();
  });

  it('keeps packed documents apart: a token of one leaves the loss of the next bit for bit', async () => {
    const batch: Batch = { ...fixtureBatch(0, 1, 12), documents: documentsOf([[5, 7]]) };
    batch.labels.fill(-100, 0, 5);
    const tokens = batch.tokens.slice();
    tokens[2] = (tokens[2]! + 1) % llamaFixture.shape.vocab;
    const full: Batch = { ...batch, documents: null };
    const program = await CompiledProgram.create(engine, {
      ...options(batch),
      shapes: [stepShape(batch), stepShape(full)],
    });
    const loss = async (of: Batch) => (await program.evaluate(stepShape(of), of)).lossSum;
    expect(await loss({ ...batch, tokens })).toBe(await loss(batch));
    expect(await loss({ ...full, tokens })).not.toBe(await loss(full));
    program.dispose();
  });

  describe.each([
    ['by kernels with an XLA optimizer', true],
    ['as one XLA function', false],
  ])('bf16 %s', (_, bfloat16) => {
    const batches = [0, 1, 2, 3].map((stream) => fixtureBatch(stream, 3, 16));
    const model = { ...fixtureModel({ tied: true }), layers: 1 };
    const create = (changes: Partial<ProgramOptions>) =>
      CompiledProgram.create({ ...engine, bfloat16 }, { ...options(batches[0]!), model, ...changes });
    const losses = async (program: TrainingProgram, from = 0) => {
      const results: number[] = [];
      for (let i = from; i < batches.length; i++) {
        const { loss, gradientNorm } = await program.step(stepShape(batches[i]!), batches[i]!, 1e-2, i + 1);
        results.push(loss, gradientNorm);
      }
      return results;
    };

    it('stays near float32, split or not, and goes on from a saved state bit for bit', async () => {
      const whole = await create({ precision: 'bf16' });
      const narrow = await losses(whole);
      whole.dispose();

      const split = await create({ precision: 'bf16', microBatch: () => 2 });
      const [first, firstNorm] = await losses(split);
      split.dispose();
      expect(Math.abs(first! / narrow[0]! - 1)).toBeLessThan(1e-4);
      expect(Math.abs(firstNorm! / narrow[1]! - 1)).toBeLessThan(1e-2);

      const wide = await create({ precision: 'float32' });
      (await losses(wide)).forEach((value, i) => {
        expect(Math.abs(narrow[i]! / value - 1)).toBeLessThan(i % 2 === 0 ? 1e-3 : 2e-2);
        expect(narrow[i]).not.toBe(value); // it is not float32 by mistake
      });
      wide.dispose();

      const stopped = await create({ precision: 'bf16' });
      await stopped.step(stepShape(batches[0]!), batches[0]!, 1e-2, 1);
      const saved = await stopped.readState();
      stopped.dispose();
      const resumed = await create({ precision: 'bf16', seed: null });
      await resumed.writeState(saved);
      expect(await losses(resumed, 1)).toEqual(narrow.slice(2));
      resumed.dispose();
    });
  });

  it('is deterministic: two programs of one seed take the same steps, another seed takes others', async () => {
    const batch = fixtureBatch(0, 2, 16);
    const run = async (seed: number) => {
      const program = await CompiledProgram.create(engine, { ...options(batch), seed });
      const losses: number[] = [];
      for (let step = 1; step <= 3; step++) losses.push((await program.step(stepShape(batch), batch, 1e-2, step)).loss);
      program.dispose();
      return losses;
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  describe('laid out in another way', () => {
    // Two blocks of each kind: XLA compiles small products for each size anew, which takes seconds.
    const blocks = () => ({ queries: 8, lossRows: 16 });
    const policies: Record<string, MemoryPolicy> = {
      'with the optimizer by group, in blocks': { layers: 'unrolled', optimizer: 'by group', blocks },
      'as a loop, with the optimizer by group, in blocks': { layers: 'loop', optimizer: 'by group', blocks },
    };
    const packed: Batch = { ...fixtureBatch(1, 2, 16), documents: documentsOf([[4, 12], [16]]) };
    const all = (memory?: MemoryPolicy): ProgramOptions => ({
      ...options(packed),
      model: { ...fixtureModel({ tied: false }), layers: 3 },
      memory,
    });

    async function run(memory?: MemoryPolicy) {
      const program = await CompiledProgram.create(engine, all(memory));
      const steps: { loss: number; gradientNorm: number }[] = [];
      for (let step = 1; step <= 3; step++) steps.push(await program.step(stepShape(packed), packed, 1e-2, step));
      const evaluated = await program.evaluate(stepShape(packed), packed);
      const state = await program.readState();
      program.dispose();
      return { steps, evaluated, state };
    }
    let expected: Awaited<ReturnType<typeof run>>;
    beforeAll(async () => {
      expected = await run();
    }, 180_000);

    it.each(Object.keys(policies))('takes the same steps: %s', async (name) => {
      const found = await run(policies[name]);
      found.steps.forEach(({ loss, gradientNorm }, i) => {
        expect(loss).toBeCloseTo(expected.steps[i]!.loss, 5);
        expect(Math.abs(gradientNorm / expected.steps[i]!.gradientNorm - 1)).toBeLessThan(5e-5);
      });
      expect(found.evaluated.tokens).toBe(expected.evaluated.tokens);
      expect(found.evaluated.lossSum).toBeCloseTo(expected.evaluated.lossSum, 3);
      const arrays = ({ state }: typeof expected) => [...state.parameters, ...state.slots];
      arrays(found).forEach(({ name, shape, values }, i) => {
        const other = arrays(expected)[i]!;
        expect({ name, shape }).toEqual({ name: other.name, shape: other.shape });
        const error = Math.hypot(...values.map((x, at) => x - other.values[at]!));
        expect(error).toBeLessThan(1e-4 * Math.hypot(...other.values) + 1e-9);
      });
    });

    it('goes on from the state of a program that was laid out otherwise', async () => {
      const program = await CompiledProgram.create(engine, {
        ...all(policies['as a loop, with the optimizer by group, in blocks']),
        seed: null,
      });
      await program.writeState(expected.state);
      const digest = (arrays: readonly NamedArray[]) => arrays.map(({ name, values }) => [name, values.slice(0, 50)]);
      const { parameters, slots } = await program.readState();
      expect(digest([...parameters, ...slots])).toEqual(
        digest([...expected.state.parameters, ...expected.state.slots]),
      );
      expect((await program.evaluate(stepShape(packed), packed)).lossSum).toBeCloseTo(expected.evaluated.lossSum, 3);
      program.dispose();
    });
  });

  it('takes the same steps with a function for each layer, and goes on from a saved state bit for bit', async () => {
    const batch = fixtureBatch(0, 2, 16);
    const blocks = () => ({ queries: null, lossRows: null });
    const all = { ...options(batch), model: { ...fixtureModel({ tied: true }), layers: 2 }, clipNorm: 0.5 };
    const create = (optimizer: MemoryPolicy['optimizer'], seed: number | null = 1) =>
      CompiledProgram.create(engine, { ...all, seed, memory: { layers: 'unrolled', optimizer, blocks } });
    const steps = async (program: CompiledProgram, from: number) => {
      const taken: { loss: number; gradientNorm: number }[] = [];
      for (let step = from; step <= 3; step++) taken.push(await program.step(stepShape(batch), batch, 1e-2, step));
      return { taken, lossSum: (await program.evaluate(stepShape(batch), batch)).lossSum };
    };
    const whole = await create('with gradients');
    const expected = await steps(whole, 1);
    whole.dispose();
    const program = await create('by group');
    await program.step(stepShape(batch), batch, 1e-2, 1);
    const saved = await program.readState();
    const found = await steps(program, 2);
    program.dispose();
    found.taken.forEach(({ loss, gradientNorm }, i) => {
      expect(loss).toBeCloseTo(expected.taken[i + 1]!.loss, 5);
      expect(Math.abs(gradientNorm / expected.taken[i + 1]!.gradientNorm - 1)).toBeLessThan(5e-5);
    });
    expect(found.lossSum).toBeCloseTo(expected.lossSum, 3);
    const resumed = await create('by group', null);
    await resumed.writeState(saved);
    expect(await steps(resumed, 2)).toEqual(found);
    resumed.dispose();
  });

  it('agrees with the eager program from its initial values on, with documents and without', async () => {
    const packed: Batch = { ...fixtureBatch(1, 2, 16), documents: documentsOf([[4, 12], [16]]) };
    const batches = [fixtureBatch(0, 2, 16), packed, fixtureBatch(2, 2, 16), packed];
    const all = { ...options(packed), shapes: batches.slice(0, 2).map((batch) => stepShape(batch)) };
    const run = async (program: TrainingProgram) => {
      const steps: { loss: number; gradientNorm: number }[] = [];
      for (const [i, batch] of batches.entries()) steps.push(await program.step(stepShape(batch), batch, 1e-2, i + 1));
      const { parameters, slots } = await program.readState();
      program.dispose();
      return { steps, arrays: [...parameters, ...slots] };
    };
    const compiled = await run(await CompiledProgram.create(engine, all));
    await useEagerBackend();
    const eager = await run(new EagerProgram(all, 'eager'));
    compiled.steps.forEach(({ loss, gradientNorm }, i) => {
      expect(loss).toBeCloseTo(eager.steps[i]!.loss, 4);
      expect(gradientNorm).toBeCloseTo(eager.steps[i]!.gradientNorm, 4);
    });
    compiled.arrays.forEach(({ name, values }, i) => {
      expect(name).toBe(eager.arrays[i]!.name);
      const other = eager.arrays[i]!.values;
      const error = Math.hypot(...values.map((x, at) => x - other[at]!));
      expect(error).toBeLessThan(1e-4 * Math.hypot(...values) + 1e-9);
    });
  });
});
