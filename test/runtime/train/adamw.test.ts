import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanOptimizer } from '../../../compiler/plan/index.ts';
import { adamwUpdate, isDecayed, stepFactors } from '../../../runtime/train/adamw.ts';
import { clippingFactor, globalNorm } from '../../../runtime/train/gradient-clipping.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';

beforeAll(useEagerBackend);

const optimizer: PlanOptimizer = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weight_decay: 0.1,
  decay_exclude: [],
};

/** One update of a single number in double precision, as torch.optim.AdamW documents it. */
function reference(theta: number, g: number, m: number, v: number, rate: number, step: number, decayed: boolean) {
  const [m1, v1] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g];
  const [mHat, vHat] = [m1 / (1 - 0.9 ** step), v1 / (1 - 0.999 ** step)];
  const kept = decayed ? theta * (1 - rate * 0.1) : theta;
  return { theta: kept - (rate * mHat) / (Math.sqrt(vHat) + 1e-8), m: m1, v: v1 };
}

function update(theta: number, g: number, m: number, v: number, rate: number, step: number, decayed: boolean) {
  const numbers = stepFactors(optimizer, rate, step);
  const result = adamwUpdate(
    tf.tensor1d([theta]),
    tf.tensor1d([g]),
    { firstMoment: tf.tensor1d([m]), secondMoment: tf.tensor1d([v]) },
    optimizer,
    {
      decay: tf.scalar(numbers.decay),
      stepSize: tf.scalar(numbers.stepSize),
      secondCorrection: tf.scalar(numbers.secondCorrection),
    },
    decayed,
  );
  const value = (tensor: tf.Tensor) => tensor.dataSync()[0]!;
  return {
    theta: value(result.parameter),
    m: value(result.slots.firstMoment),
    v: value(result.slots.secondMoment),
  };
}

describe('adamwUpdate', () => {
  it.each<[number, number, number, number, number, number, boolean]>([
    [1, 0.3, 0, 0, 1e-3, 1, true],
    [1, 0.3, 0, 0, 1e-3, 1, false],
    [-2, -4, -0.5, 0.7, 1e-2, 2, true],
    [0.5, 1e-6, 1e-3, 1e-9, 3e-3, 12_345, true],
    [3, 0, 0, 0, 1e-2, 1, true],
  ])('moves theta %d with gradient %d, moments %d and %d, rate %d at step %d (decayed: %s)', (...args) => {
    const [mine, expected] = [update(...args), reference(...args)];
    for (const key of ['theta', 'm', 'v'] as const) {
      expect(Math.abs(mine[key] - expected[key])).toBeLessThanOrEqual(3e-7 * Math.abs(expected[key]));
    }
  });

  it('takes a first step of exactly the learning rate against the sign of the gradient', () => {
    for (const g of [1e-3, 1, 1e3]) expect(update(0, g, 0, 0, 1e-2, 1, true).theta).toBeCloseTo(-1e-2, 6);
  });
});

describe('isDecayed', () => {
  it('decays every parameter unless its group is excluded', () => {
    const excluding = { ...optimizer, decay_exclude: ['norms'] as const };
    expect((['norms', 'embeddings', 'matrices'] as const).map((group) => isDecayed(group, optimizer))).toEqual([
      true,
      true,
      true,
    ]);
    expect((['norms', 'embeddings', 'matrices'] as const).map((group) => isDecayed(group, excluding))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('clipping', () => {
  const norm = () => globalNorm([tf.tensor2d([[3, 0]]), tf.tensor1d([0, 4]), tf.scalar(12)]);

  it('measures all gradients as one vector', () => {
    expect(norm().dataSync()[0]).toBeCloseTo(13, 5);
  });

  it('scales down to the limit, and never up', () => {
    expect(clippingFactor(norm(), 6.5).dataSync()[0]).toBeCloseTo(6.5 / 13.000001, 6);
    expect(clippingFactor(norm(), 20).dataSync()[0]).toBe(1);
  });
});
