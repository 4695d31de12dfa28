import { describe, expect, it } from 'vitest';
import { rotaryTables } from '../../../runtime/model/rotary.ts';
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
