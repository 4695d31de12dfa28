import { beforeAll, describe, expect, test } from 'vitest';
import { EagerProgram } from '../../../runtime/train/eager-program.ts';
import { exampleBatch } from '../../../runtime/tuning/example-batch.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { hashedIntegers } from '../../support/hashed-numbers.ts';
import { fixtureModel, fixtureParameters, stepShape } from '../../support/llama-fixture.ts';

const model = fixtureModel({ tied: true });
const optimizer = { kind: 'adamw', beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0, decay_exclude: [] } as const;

function example(stream: number, length: number, trained = true) {
  return {
    tokens: Int32Array.from(hashedIntegers(3000 + stream, length), (x) => x % 320),
    trained: Uint8Array.from({ length }, (_, i) => (trained && i > 0 ? 1 : 0)),
  };
}

describe('packed rows that do not see each other (report 14)', () => {
  let program: EagerProgram;
  beforeAll(async () => {
    await useEagerBackend();
    program = new EagerProgram({ model, optimizer, clipNorm: null, shapes: [], seed: null }, 'eager');
    await program.writeParameters(fixtureParameters(model));
  });

  const lossOf = async (
    sequences: readonly (readonly ReturnType<typeof example>[])[],
    length: number,
    attention: 'full' | 'document',
  ) => {
    const batch = exampleBatch(sequences, length, attention);
    return program.evaluate(stepShape(batch), batch);
  };

  test('have the loss that they have apart', async () => {
    const [a, b, c] = [example(0, 9), example(1, 7), example(2, 8)];
    const packed = await lossOf([[a!, b!, c!]], 24, 'document');
    const apart = await lossOf([[a!], [b!], [c!]], 12, 'full');
    expect(packed.tokens).toBe(21);
    expect(packed.tokens).toBe(apart.tokens);
    expect(Math.abs(packed.lossSum - apart.lossSum)).toBeLessThan(1e-4);
  });

  test("another token in one changes nothing of the other's; with full attention it does", async () => {
    const before = example(0, 9, false);
    const other = { ...before, tokens: before.tokens.map((token, i) => (i === 4 ? token ^ 1 : token)) };
    const own = example(1, 7);
    const [first, second] = [
      await lossOf([[before, own]], 20, 'document'),
      await lossOf([[other, own]], 20, 'document'),
    ];
    expect(second.lossSum).toBe(first.lossSum);
    const seen = [await lossOf([[before, own]], 20, 'full'), await lossOf([[other, own]], 20, 'full')];
    expect(Math.abs(seen[0]!.lossSum - seen[1]!.lossSum)).toBeGreaterThan(1e-3);
  });
});
