import { describe, expect, it } from 'vitest';
import { initialParameters, initialValues } from '../../../runtime/model/initialize.ts';
import type { ParameterSpec } from '../../../runtime/model/parameters.ts';
import { fixtureModel } from '../../support/llama-fixture.ts';

const matrix = (name: string, shape = [300, 400]): ParameterSpec => ({ name, shape, group: 'matrices' });

function moments(values: Float32Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const power = (n: number) => values.reduce((sum, x) => sum + (x - mean) ** n, 0) / values.length;
  return { mean, deviation: Math.sqrt(power(2)), kurtosis: power(4) / power(2) ** 2 };
}

describe('initial values', () => {
  it('are normal(0, std)', () => {
    const { mean, deviation, kurtosis } = moments(initialValues(matrix('a'), 0.02, 1));
    expect(Math.abs(mean)).toBeLessThan(4 * (0.02 / Math.sqrt(120_000)));
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(kurtosis).toBeGreaterThan(2.93);
    expect(kurtosis).toBeLessThan(3.07);
  });

  it('depend on seed and name only, not on the order of asking', () => {
    const first = initialValues(matrix('a', [30, 40]), 0.02, 1);
    initialValues(matrix('b', [30, 40]), 0.02, 1);
    expect(initialValues(matrix('a', [30, 40]), 0.02, 1)).toEqual(first);
    expect(initialValues(matrix('b', [30, 40]), 0.02, 1)).not.toEqual(first);
    expect(initialValues(matrix('a', [30, 40]), 0.02, 2)).not.toEqual(first);
  });

  it('fill an array whose size is not a multiple of a block', () => {
    const whole = initialValues(matrix('a', [8]), 1, 1);
    for (const size of [1, 2, 3, 5, 7]) expect(initialValues(matrix('a', [size]), 1, 1)).toEqual(whole.slice(0, size));
    expect(whole.every((x) => x !== 0)).toBe(true);
  });

  it('start norms at 1 and cover the whole layout', () => {
    const model = fixtureModel({ tied: false });
    const arrays = [...initialParameters(model, 7)];
    expect(arrays.reduce((sum, { values }) => sum + values.length, 0)).toBe(model.parameters);
    const norms = arrays.filter(({ name }) => name.endsWith('norm'));
    expect(norms).toHaveLength(5);
    for (const { values } of norms) expect(values.every((x) => x === 1)).toBe(true);
  });

  it('take the model standard deviation, and a distinct stream for every parameter', () => {
    const arrays = [...initialParameters({ ...fixtureModel({ tied: false }), init_std: 0.5 }, 7)];
    const matrices = arrays.filter(({ name }) => !name.endsWith('norm'));
    for (const { values } of matrices) expect(moments(values).deviation).toBeCloseTo(0.5, 1);
    expect(new Set(matrices.map(({ values }) => values[0])).size).toBe(matrices.length);
  });
});
