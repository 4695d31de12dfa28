import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { Batch } from '../../../runtime/data/types.ts';
import { parameterLayout, sizeOf } from '../../../runtime/model/parameters.ts';
import type { NamedArray, StepShape } from '../../../runtime/model/types.ts';
import type { TrainingProgram } from '../../../runtime/train/program.ts';
import type { ProgramOptions } from '../../../runtime/train/program-options.ts';
import { slotLayout } from '../../../runtime/train/slot-layout.ts';
import {
  documentsOf,
  fixtureBatch,
  fixtureModel,
  fixtureOptimizer,
  fixtureParameters,
  llamaFixture,
  stepShape,
  type TrainingCase,
} from '../../support/llama-fixture.ts';
import { type ProgramKind, programKinds, useProgramKind } from '../../support/program-kinds.ts';

type State = Awaited<ReturnType<TrainingProgram['readState']>>;

/** The fixtures' weights with empty slots. */
function fixtureState(model: PlanModel): State {
  const slots = slotLayout(parameterLayout(model)).map(
    ({ name, shape }): NamedArray => ({ name, shape, values: new Float32Array(sizeOf(shape)) }),
  );
  return { parameters: fixtureParameters(model), slots };
}

/** Names, shapes and a hash of the values: comparing hundreds of thousands of numbers one by one takes seconds. */
function digest({ parameters, slots }: State) {
  return [...parameters, ...slots].map(({ name, shape, values }) => {
    const hash = createHash('sha256').update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return `${name} [${shape}] ${hash.digest('hex')}`;
  });
}

const relative = (mine: number, expected: number) => Math.abs(mine / expected - 1);

// Compiling takes seconds, and many times that where every core is taken.
describe.each(programKinds)('the %s program', { timeout: 180_000 }, (kind: ProgramKind) => {
  let make: (options: ProgramOptions) => Promise<TrainingProgram>;
  beforeAll(async () => {
    make = await useProgramKind(kind);
  }, 60_000);

  const plain = llamaFixture.training;
  const options = (shapes: StepShape[], test: TrainingCase = plain): ProgramOptions => ({
    model: fixtureModel({ tied: test.tie_embeddings }),
    optimizer: fixtureOptimizer(test),
    clipNorm: test.clip_norm,
    shapes,
    seed: 3,
  });

  /** A program with the fixtures' weights, for batches like `batch`. */
  async function fixtureProgram(test: TrainingCase, batch: Batch): Promise<TrainingProgram> {
    const program = await make({ ...options([stepShape(batch)], test), seed: null });
    await program.writeState(fixtureState(fixtureModel({ tied: test.tie_embeddings })));
    return program;
  }

  it.each(['training', 'training_without_clipping'] as const)('takes the 50 steps of torch (%s)', async (name) => {
    const test = llamaFixture[name];
    const program = await fixtureProgram(test, fixtureBatch(0));
    for (const [i, rate] of test.learning_rates.entries()) {
      const batch = fixtureBatch(i % 2);
      const { loss, gradientNorm } = await program.step(stepShape(batch), batch, rate, i + 1);
      // Rounding grows with every update: later on, eager and compiled differ from each other as much as from torch.
      const [ofLoss, ofNorm] = i < 20 ? [1e-4, 1e-4] : [1e-3, 2e-3];
      expect(relative(loss, test.losses[i]!), `loss of step ${i + 1}`).toBeLessThan(ofLoss!);
      expect(relative(gradientNorm, test.gradient_norms[i]!), `norm of step ${i + 1}`).toBeLessThan(ofNorm!);
    }
    const batch = fixtureBatch(0);
    const { lossSum, tokens } = await program.evaluate(stepShape(batch), batch);
    expect(relative(lossSum / tokens, test.loss_after)).toBeLessThan(1e-4);
    for (const { name, values } of (await program.readState()).parameters) {
      const kept = test.weights[name]!;
      expect(relative(Math.hypot(...values), kept.norm)).toBeLessThan(1e-5);
      const sampled = values.filter((_, i) => i % 211 === 0);
      expect(sampled).toHaveLength(kept.every_211th.length);
      expect(Math.max(...sampled.map((x, i) => Math.abs(x - kept.every_211th[i]!)))).toBeLessThan(2e-5);
    }
    program.dispose();
  });

  it.each(['tied', 'untied', 'long'] as const)('evaluates to the loss of LlamaForCausalLM (%s)', async (name) => {
    const test = llamaFixture[name];
    const batch = fixtureBatch(0, test.batch, test.length);
    const shape = stepShape(batch, test.rope_theta);
    const model = fixtureModel({ tied: test.tie_embeddings });
    const program = await make({ ...options([shape]), model, seed: null });
    await program.writeState(fixtureState(model));
    const { lossSum, tokens } = await program.evaluate(shape, batch);
    expect(tokens).toBe(batch.labels.filter((label) => label !== -100).length);
    expect(Math.abs(lossSum / tokens - test.loss)).toBeLessThan(1e-5);
    program.dispose();
  });

  it('evaluates to the loss of LlamaForCausalLM with documents', async () => {
    const batch = { ...fixtureBatch(0), documents: documentsOf(llamaFixture.documents.document_lengths) };
    const program = await fixtureProgram(plain, batch);
    const { lossSum, tokens } = await program.evaluate(stepShape(batch), batch);
    expect(Math.abs(lossSum / tokens - llamaFixture.documents.loss)).toBeLessThan(1e-5);
    program.dispose();
  });

  it('keeps packed documents apart: a token of one changes nothing of another, to the last bit', async () => {
    const documents = documentsOf([[9, 15]]);
    const batch: Batch = { ...fixtureBatch(0, 1), documents };
    batch.labels.fill(-100, 0, 9); // only the second document is predicted
    const changed: Batch = { ...batch, tokens: batch.tokens.with(4, (batch.tokens[4]! + 1) % 320) };
    const results: unknown[] = [];
    const program = await fixtureProgram(plain, batch);
    const state = await program.readState();
    for (const each of [batch, changed]) {
      await program.writeState(state);
      const evaluated = await program.evaluate(stepShape(batch), each);
      results.push({ ...evaluated, ...(await program.step(stepShape(batch), each, 1e-2, 1)) });
    }
    expect(results[1]).toEqual(results[0]);
    program.dispose();
  });

  it('sums over tokens: a split batch has the loss of the whole', async () => {
    const whole = fixtureBatch(0);
    const parts = [0, 1].map((row): Batch => {
      const rows = (values: Int32Array) => values.slice(row * 24, (row + 1) * 24);
      const labels = rows(whole.labels);
      if (row === 0) labels.fill(-100, 4); // rows of very different weight
      return { ...whole, sequences: 1, tokens: rows(whole.tokens), labels };
    });
    const labels = Int32Array.from([...parts[0]!.labels, ...parts[1]!.labels]);
    const program = await make(options([stepShape(whole), stepShape(parts[0]!)]));
    const all = await program.evaluate(stepShape(whole), { ...whole, labels });
    const [one, two] = await Promise.all(parts.map((part) => program.evaluate(stepShape(part), part)));
    expect(one!.tokens + two!.tokens).toBe(all.tokens);
    expect(relative(one!.lossSum + two!.lossSum, all.lossSum)).toBeLessThan(1e-6);
    program.dispose();
  });

  it('takes the same step however its batch is split', async () => {
    const documents = documentsOf([[24], [10, 14], [20, 4], [3, 21], [24]]);
    const batch: Batch = { ...fixtureBatch(0, 5), documents };
    // Rows with very different numbers of predicted tokens: a mean of the parts' means would be far off.
    batch.labels.fill(-100, 0, 23);
    batch.labels.fill(-100, 3 * 24 + 2, 4 * 24);
    const shape = stepShape(batch);
    const model = { ...fixtureModel({ tied: true }), layers: 1 };
    const resultWith = async (microBatch: ProgramOptions['microBatch']) => {
      const program = await make({ ...options([shape]), model, microBatch });
      const evaluated = await program.evaluate(shape, batch);
      const step = await program.step(shape, batch, 1e-3, 1);
      const { slots } = await program.readState();
      program.dispose();
      return { ...step, ...evaluated, slots };
    };
    const whole = await resultWith(undefined);
    for (const size of kind === 'compiled' ? [2] : [1, 2, 7]) {
      const split = await resultWith(() => size);
      expect(split.tokens).toBe(whole.tokens);
      expect(relative(split.lossSum, whole.lossSum)).toBeLessThan(1e-6);
      expect(relative(split.loss, whole.loss)).toBeLessThan(1e-6);
      expect(relative(split.gradientNorm, whole.gradientNorm)).toBeLessThan(1e-6);
      split.slots.forEach(({ name, values }, i) => {
        if (!name.startsWith('first_moment')) return; // after one step from nothing: a tenth of the clipped gradient
        const other = whole.slots[i]!.values;
        const error = Math.hypot(...values.map((x, at) => x - other[at]!));
        expect(error, name).toBeLessThan(2e-6 * Math.hypot(...other));
      });
    }
  });

  it('goes on from a saved state bit for bit, in another program', async () => {
    const shapes = [fixtureBatch(0), fixtureBatch(0, 1, 32)].map((batch) => stepShape(batch, 10_000));
    const batches = [fixtureBatch(0), fixtureBatch(1), fixtureBatch(2, 1, 32), fixtureBatch(3, 1, 32)];
    const run = async (program: TrainingProgram, from: number, to: number) => {
      const results: { loss: number; gradientNorm: number }[] = [];
      for (let i = from; i < to; i++)
        results.push(await program.step(stepShape(batches[i]!), batches[i]!, 1e-2, i + 1));
      return results;
    };
    const straight = await make(options(shapes));
    const expected = await run(straight, 0, 4);
    const end = digest(await straight.readState());
    straight.dispose();

    const first = await make(options(shapes));
    await run(first, 0, 1);
    const saved = await first.readState();
    first.dispose();
    const second = await make({ ...options(shapes), seed: null });
    await second.writeState({ parameters: saved.parameters.toReversed(), slots: saved.slots });
    expect(await run(second, 1, 4)).toEqual(expected.slice(1));
    expect(digest(await second.readState())).toEqual(end);
    second.dispose();
  });

  it('names and orders its state: parameters, then first and second moments', async () => {
    const program = await make(options([stepShape(fixtureBatch(0))]));
    const { parameters, slots } = await program.readState();
    const names = parameterLayout(options([]).model).map(({ name }) => name);
    expect(parameters.map(({ name }) => name)).toEqual(names);
    expect(slots.map(({ name }) => name)).toEqual(
      ['first_moment', 'second_moment'].flatMap((slot) => names.map((name) => `${slot}/${name}`)),
    );
    expect(slots.every(({ values }) => values.every((x) => x === 0))).toBe(true);
    program.dispose();
  });

  it('reads its weights alone, or the first arrays of its state that fit into so many bytes', async () => {
    const program = await make(options([stepShape(fixtureBatch(0))]));
    const { parameters, slots } = await program.readState();
    expect(await program.readParameters()).toEqual(parameters);
    const few = await program.readState(20_000);
    const bytes = (arrays: readonly { values: Float32Array }[]) =>
      arrays.reduce((sum, { values }) => sum + values.byteLength, 0);
    for (const [read, all] of [
      [few.parameters, parameters],
      [few.slots, slots],
    ] as const) {
      expect(read.length).toBeGreaterThan(0);
      expect(bytes(read)).toBeLessThanOrEqual(20_000);
      expect(read).toEqual(all.filter(({ name }) => read.some((each) => each.name === name)));
    }
    program.dispose();
  });

  it('draws the weights that it would have been made with, and begins anew', async () => {
    const batch = fixtureBatch(0);
    const made = await make({ ...options([stepShape(batch)]), seed: 7 });
    const drawn = await make({ ...options([stepShape(batch)]), seed: null });
    await drawn.drawParameters(3);
    await drawn.step(stepShape(batch), batch, 1e-2, 1);
    await drawn.drawParameters(7);
    expect(digest(await drawn.readState())).toEqual(digest(await made.readState()));
    made.dispose();
    drawn.dispose();
  });

  it('refuses the state of another model, and keeps its own', async () => {
    const program = await make(options([stepShape(fixtureBatch(0))]));
    const before = await program.readState();
    const other = fixtureState({ ...fixtureModel({ tied: true }), hidden: 32 });
    const write = (state: State) => program.writeState(state);
    await expect(write(other)).rejects.toThrow('`embedding` is [320, 32] but the model has [320, 64]');
    await expect(write({ ...before, slots: before.slots.slice(1) })).rejects.toThrow(
      '`first_moment/embedding` is missing',
    );
    await expect(write(fixtureState(fixtureModel({ tied: false })))).rejects.toThrow('no parameter or slot `output`');
    expect(digest(await program.readState())).toEqual(digest(before));
    program.dispose();
  });

  it('refuses a batch of another shape and one without a token to predict', async () => {
    const batch = fixtureBatch(0);
    const shape = stepShape(batch);
    const program = await make(options([shape]));
    await expect(program.step(shape, fixtureBatch(0, 1, 24), 1e-3, 1)).rejects.toThrow('1 x 24');
    const documents = documentsOf([[24], [24]]);
    await expect(program.step(shape, { ...batch, documents }, 1e-3, 1)).rejects.toThrow('full attention');
    const nothing = { ...batch, labels: batch.labels.map(() => -100) };
    await expect(program.step(shape, nothing, 1e-3, 1)).rejects.toThrow('no token to predict');
    program.dispose();
  });

  it('keeps the number of tensors over steps, evaluations and saves, and frees all of them', async () => {
    const start = tf.memory().numTensors;
    const batch = fixtureBatch(0, 1, 8);
    const shape = stepShape(batch);
    const model = { ...fixtureModel({ tied: true }), layers: 1, vocab: 320 };
    const program = await make({ ...options([shape]), model });
    await program.step(shape, batch, 1e-3, 1);
    const count = program.tensorCount();
    const steps = kind === 'compiled' ? 500 : 50;
    for (let step = 2; step <= steps; step++) {
      await program.step(shape, batch, 1e-3, step);
      if (step % 25 === 0) await program.evaluate(shape, batch);
      if (step % 25 === 0) await program.writeState(await program.readState());
    }
    expect(program.tensorCount()).toBe(count);
    program.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });
});
