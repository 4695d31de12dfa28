import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../../runtime/data/types.ts';
import { plainCrossEntropyKernel } from '../../../runtime/model/loss.ts';
import { parameterLayout } from '../../../runtime/model/parameters.ts';
import { tensorOf } from '../../../runtime/model/tensor-of.ts';
import type { BlockSizes } from '../../../runtime/model/types.ts';
import { batchTensors } from '../../../runtime/train/batch-tensors.ts';
import { repeatEagerly } from '../../../runtime/train/repeat.ts';
import { batchLoss, lossAndGradients, type TrainingDefinition } from '../../../runtime/train/training-step.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import {
  documentsOf,
  fixtureBatch,
  fixtureModel,
  fixtureOptimizer,
  fixtureParameters,
  llamaFixture,
  stepShape,
} from '../../support/llama-fixture.ts';

beforeAll(useEagerBackend);

const whole: BlockSizes = { queries: null, lossRows: null };
const inBlocks: BlockSizes = { queries: 5, lossRows: 7 };

const definition = (tied: boolean): TrainingDefinition => ({
  model: fixtureModel({ tied }),
  optimizer: fixtureOptimizer(llamaFixture.training),
  clipNorm: null,
  crossEntropy: plainCrossEntropyKernel,
  repeat: repeatEagerly,
});

function gradientsOf(tied: boolean, batch: Batch, theta: number, blocks = whole) {
  const it = definition(tied);
  return tf.tidy(() => {
    const parameters = fixtureParameters(it.model).map(tensorOf);
    const { loss, gradients } = lossAndGradients(
      it,
      { ropeTheta: theta, microBatch: batch.sequences, blocks },
      parameters,
      batchTensors(stepShape(batch), batch, llamaFixture.shape.vocab),
    );
    return { loss: loss.dataSync()[0]!, gradients: gradients.map((gradient) => gradient.dataSync() as Float32Array) };
  });
}

function meanLoss(tied: boolean, batch: Batch, values: readonly Float32Array[]): number {
  const it = definition(tied);
  return tf.tidy(() => {
    const parameters = parameterLayout(it.model).map((spec, i) => tensorOf({ ...spec, values: values[i]! }));
    const { sum, count } = batchLoss(
      it,
      { ropeTheta: 10_000, microBatch: batch.sequences },
      parameters,
      batchTensors(stepShape(batch), batch, llamaFixture.shape.vocab),
    );
    return sum.dataSync()[0]! / count.dataSync()[0]!;
  });
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

describe('gradients', () => {
  it.each([
    ['tied', whole],
    ['untied', whole],
    ['long', whole],
    ['tied', inBlocks],
    ['untied', inBlocks],
    ['long', { queries: 512, lossRows: 256 }],
  ] as const)('equal those of LlamaForCausalLM (%s, in blocks of %o)', (name, blocks) => {
    const test = llamaFixture[name];
    const batch = fixtureBatch(0, test.batch, test.length);
    const { loss, gradients } = gradientsOf(test.tie_embeddings, batch, test.rope_theta, blocks);
    expect(loss).toBeCloseTo(test.loss, 5);
    parameterLayout(fixtureModel({ tied: test.tie_embeddings })).forEach(({ name: parameter }, i) => {
      const expected = test.gradients[parameter]!;
      const gradient = gradients[i]!;
      expect(Math.abs(norm(gradient) / expected.norm - 1)).toBeLessThan(1e-4);
      const sampled = gradient.filter((_, at) => at % 211 === 0);
      const worst = sampled.reduce((most, x, at) => Math.max(most, Math.abs(x - expected.every_211th[at]!)), 0);
      expect(worst).toBeLessThan(1e-5 * Math.max(1, expected.norm));
    });
  });

  it('equal central differences along every parameter, with documents', () => {
    const batch: Batch = { ...fixtureBatch(0, 1, 12), documents: documentsOf([[5, 7]]) };
    const { gradients } = gradientsOf(false, batch, 10_000);
    const start = fixtureParameters(fixtureModel({ tied: false })).map(({ values }) => values);
    gradients.forEach((gradient, i) => {
      const length = norm(gradient);
      const step = 0.02;
      const moved = (by: number) =>
        start.map((values, j) => (j === i ? values.map((x, at) => x + (by * gradient[at]!) / length) : values));
      const slope = (meanLoss(false, batch, moved(step)) - meanLoss(false, batch, moved(-step))) / (2 * step);
      expect(Math.abs(slope / length - 1)).toBeLessThan(0.01);
    });
  });

  it('are the same in blocks, with documents', () => {
    const batch: Batch = {
      ...fixtureBatch(0, 2, 12),
      documents: documentsOf([
        [5, 7],
        [1, 2, 9],
      ]),
    };
    const [one, other] = [whole, inBlocks].map((blocks) => gradientsOf(false, batch, 10_000, blocks));
    expect(other!.loss).toBeCloseTo(one!.loss, 6);
    one!.gradients.forEach((gradient, i) => {
      const error = gradient.map((x, at) => x - other!.gradients[i]![at]!);
      expect(norm(error)).toBeLessThan(2e-6 * norm(gradient));
    });
  });

  it('weigh tokens, not rows: parts of a batch add up to the whole by their counts', () => {
    const whole = fixtureBatch(0, 2, 12);
    whole.labels.fill(-100, 2, 12); // the first row predicts 2 tokens, the second 10 or so
    const half = (from: number): Batch => ({
      ...whole,
      sequences: 1,
      tokens: whole.tokens.slice(from, from + 12),
      labels: whole.labels.slice(from, from + 12),
    });
    const parts = [half(0), half(12)];
    const counts = parts.map(({ labels }) => labels.filter((label) => label !== -100).length);
    const total = counts[0]! + counts[1]!;
    const [all, one, two] = [whole, ...parts].map((batch) => gradientsOf(true, batch, 10_000));
    expect((one!.loss * counts[0]! + two!.loss * counts[1]!) / total).toBeCloseTo(all!.loss, 5);
    all!.gradients.forEach((gradient, i) => {
      const error = gradient.map(
        (x, at) => (one!.gradients[i]![at]! * counts[0]! + two!.gradients[i]![at]! * counts[1]!) / total - x,
      );
      expect(norm(error)).toBeLessThan(1e-6 * Math.max(1, norm(gradient)));
    });
  });
});
