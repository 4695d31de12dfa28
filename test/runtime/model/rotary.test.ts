import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { rotaryTables, rotate } from '../../../runtime/model/rotary.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { hashedUniform } from '../../support/hashed-numbers.ts';
import { llamaFixture } from '../../support/llama-fixture.ts';

describe('rotaryTables', () => {
  it.each(llamaFixture.rotary)('equals LlamaRotaryEmbedding for theta $theta up to position 8,191', (row) => {
    const size = llamaFixture.shape.head_size;
    const tables = rotaryTables(8192, size, row.theta);
    const signed = (i: number) => (i % size < size / 2 ? -1 : 1); // smol negates the first half of its sines
    const worst = { cosine: 0, sine: 0 };
    row.positions.forEach((position, at) => {
      for (let i = 0; i < size; i++) {
        const [mine, theirs] = [position * size + i, at * size + i];
        worst.cosine = Math.max(worst.cosine, Math.abs(tables.cosine[mine]! - row.cosine[theirs]!));
        worst.sine = Math.max(worst.sine, Math.abs(tables.sine[mine]! - signed(i) * row.sine[theirs]!));
      }
    });
    expect(worst.cosine).toBeLessThan(2e-7);
    expect(worst.sine).toBeLessThan(2e-7);
  });
});

describe('rotate', () => {
  it('equals apply_rotary_pos_emb up to position 8,191 with theta 130,000', async () => {
    await useEagerBackend();
    const { theta, positions, values } = llamaFixture.rotated;
    const { heads, head_size: size } = llamaFixture.shape;
    const tables = rotaryTables(8192, size, theta);
    const rows = (table: Float32Array) =>
      tf.tensor2d(
        positions.flatMap((position) => [...table.subarray(position * size, (position + 1) * size)]),
        [positions.length, size],
      );
    const x = tf.tensor4d(hashedUniform(77, heads * positions.length * size), [1, heads, positions.length, size]);
    const rotated = tf.tidy(() => rotate(x, { cosine: rows(tables.cosine), sine: rows(tables.sine) }).dataSync());
    expect(rotated).toHaveLength(values.length);
    expect(Math.max(...rotated.map((value, at) => Math.abs(value - values[at]!)))).toBeLessThan(3e-7);
  });
});
