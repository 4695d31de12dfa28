import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { preferenceMetricNames } from '../../../runtime/train/preference-loss.ts';
import type { TrainingProgram } from '../../../runtime/train/program.ts';
import type { ProgramOptions } from '../../../runtime/train/program-options.ts';
import { fixtureModel, fixtureParameters, stepShape } from '../../support/llama-fixture.ts';
import { preferenceBatch, preferenceFixture, referenceParameters } from '../../support/preference-fixture.ts';
import { programKinds, useProgramKind } from '../../support/program-kinds.ts';

const model = fixtureModel({ tied: true });
const batch = preferenceBatch();
const shape = stepShape(batch);
const reference = Float32Array.from(preferenceFixture.reference_logps);
/** AdamW that leaves its first moment as the gradient and the weights as they are, up to rounding. */
const optimizer = { kind: 'adamw', beta1: 0, beta2: 0, eps: 1e-8, weight_decay: 0, decay_exclude: [] } as const;

const [sigmoid] = preferenceFixture.cases;

type Case = (typeof preferenceFixture.cases)[number];

function optionsOf(
  { loss_type, length_normalised }: Case,
  changes: { live?: boolean; microBatch?: number } = {},
): ProgramOptions {
  const { live = false, microBatch } = changes;
  const objective = { beta: preferenceFixture.beta, loss: loss_type, lengthNormalised: length_normalised, live };
  return {
    model,
    optimizer,
    clipNorm: null,
    shapes: [shape],
    seed: null,
    preference: objective,
    ...(microBatch && { microBatch: () => microBatch }),
  };
}

describe.each(programKinds)(
  'preference learning with the %s program is as TRL has it',
  { timeout: 180_000 },
  (kind) => {
    let make: (options: ProgramOptions) => Promise<TrainingProgram>;
    beforeAll(async () => {
      make = await useProgramKind(kind);
    }, 60_000);

    async function programOf(options: ProgramOptions): Promise<TrainingProgram> {
      const program = await make(options);
      await program.writeParameters(fixtureParameters(model));
      if (options.preference!.live) await program.preference!.writeReference(referenceParameters(model));
      return program;
    }

    // Each case compiles a program of its own, which takes seconds: the losses differ in a few ops only.
    const cases = kind === 'eager' ? preferenceFixture.cases : [sigmoid!];
    it.each(cases.map((each) => [`${each.loss_type}${each.length_normalised ? ', normalised' : ''}`, each] as const))(
      '%s: loss, metrics and gradients',
      async (_, each) => {
        const program = await programOf(optionsOf(each));
        const evaluated = await program.evaluate(shape, { ...batch, reference });
        expect(evaluated.lossSum / evaluated.tokens).toBeCloseTo(each.loss, 4);
        expect(evaluated.tokens).toBe(3);
        const { loss, metrics } = await program.step(shape, { ...batch, reference }, 1e-12, 1);
        expect(Math.abs(loss - each.loss)).toBeLessThan(1e-4);
        for (const name of preferenceMetricNames) {
          const expected = each.metrics[name];
          expect(Math.abs(metrics![name] - expected), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
        }
        const { slots } = await program.readState();
        for (const [name, kept] of Object.entries(each.gradients)) {
          const { values } = slots.find((slot) => slot.name === `first_moment/${name}`)!;
          const norm = Math.hypot(...values);
          expect(Math.abs(norm - kept.norm), name).toBeLessThan(1e-4 * Math.max(1, kept.norm));
          kept.every_211th.forEach((expected, i) => {
            expect(Math.abs(values[211 * i]! - expected), `${name} ${211 * i}`).toBeLessThan(1e-4);
          });
        }
        program.dispose();
      },
    );

    it("the reference's log-likelihoods are TRL's, and live ones give the same step", async () => {
      const program = await programOf(optionsOf(sigmoid!, { live: true }));
      const live = await program.step(shape, batch, 1e-3, 1);
      expect(Math.abs(live.loss - sigmoid!.loss)).toBeLessThan(1e-5);
      // The reference stays what it was while the model moves.
      const moved = await program.evaluate(shape, batch);
      const given = await programOf(optionsOf(sigmoid!));
      await given.step(shape, { ...batch, reference }, 1e-3, 1);
      const expected = await given.evaluate(shape, { ...batch, reference });
      expect(Math.abs(moved.lossSum - expected.lossSum)).toBeLessThan(1e-5);
      await given.writeParameters(referenceParameters(model));
      const logps = await given.preference!.logps(shape, batch);
      for (const [i, value] of logps.entries()) expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-4);
      await expect(given.preference!.writeReference([])).rejects.toThrow('keeps no reference model');
      await expect(given.step(shape, batch, 1e-3, 2)).rejects.toThrow('without its reference');
      for (const each of [program, given]) each.dispose();
    });

    it('where model and reference are equal, the loss is ln 2, and another one after the first update (report 19)', async () => {
      const program = await programOf(optionsOf(sigmoid!));
      const own = await program.preference!.logps(shape, batch);
      const first = await program.step(shape, { ...batch, reference: own }, 1e-3, 1);
      expect(Math.abs(first.loss - Math.LN2)).toBeLessThan(1e-6);
      expect(first.metrics!['rewards/margins']).toBeCloseTo(0, 6);
      const second = await program.step(shape, { ...batch, reference: own }, 1e-3, 2);
      expect(second.loss).toBeLessThan(Math.LN2 - 1e-3);
      program.dispose();
    });

    it.runIf(kind === 'eager')('in micro-batches, of which the last is filled up, it is the same step', async () => {
      const whole = await programOf(optionsOf(sigmoid!));
      const parts = await programOf(optionsOf(sigmoid!, { microBatch: 5 }));
      const results = [];
      const before = kind === 'eager' ? tf.memory().numTensors : 0;
      for (const program of [whole, parts]) results.push(await program.step(shape, { ...batch, reference }, 1e-3, 1));
      if (kind === 'eager') expect(tf.memory().numTensors).toBe(before);
      const [a, b] = results;
      expect(Math.abs(a!.loss - b!.loss)).toBeLessThan(1e-5);
      expect(Math.abs(a!.gradientNorm / b!.gradientNorm - 1)).toBeLessThan(1e-4);
      for (const name of preferenceMetricNames) expect(b!.metrics![name]).toBeCloseTo(a!.metrics![name], 4);
      for (const each of [whole, parts]) each.dispose();
    });
  },
);
