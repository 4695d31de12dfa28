import { expect, it } from 'vitest';
import type { Batch } from '../../runtime/data/types.ts';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { CompiledProgram } from '../../runtime/train/compiled-program.ts';
import { describeCompiled } from '../support/compiled-engine.ts';
import { hashedIntegers } from '../support/hashed-numbers.ts';
import { fixtureModel, fixtureOptimizer, llamaFixture } from '../support/llama-fixture.ts';

const STEPS = 60;
const [sequences, sequence] = [8, 32];
const shape = { sequences, sequence, ropeTheta: 10_000, attention: 'full' } as const;
const model = { ...fixtureModel({ tied: true }), hidden: 64, ffn: 160, heads: 4, kv_heads: 2, head_size: 16 };

/** Tokens that follow from the one before, with one in four at random: there is something to learn, and not all of it. */
function batchOf(step: number): Batch {
  const drawn = hashedIntegers(step, sequences * (sequence + 1) * 2).map((x) => x % model.vocab);
  const tokens = new Int32Array(sequences * sequence);
  const labels = new Int32Array(sequences * sequence);
  for (let row = 0; row < sequences; row++) {
    const at = row * (sequence + 1);
    let token = drawn[at]!;
    for (let place = 0; place < sequence; place++) {
      tokens[row * sequence + place] = token;
      const isRandom = drawn[sequences * (sequence + 1) + at + place]! % 4 === 0;
      token = isRandom ? drawn[at + place + 1]! : (token * 7 + 3) % model.vocab;
      labels[row * sequence + place] = token;
    }
  }
  return { sequences, sequence, tokens, labels, documents: null };
}

const differences = (a: readonly number[], b: readonly number[]) => a.map((value, i) => Math.abs(b[i]! / value - 1));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;

/**
 * Two things: what rounding does to a step of equal weights (2e-4 of the loss, 7e-4 of the gradient's norm), and how far runs
 * separate by it (2e-4 on average). Single steps of runs separate in float32 too, when their first weights differ a little.
 */
describeCompiled('training in bf16', { timeout: 480_000 }, () => {
  it('takes the steps of float32 within rounding, and learns what float32 learns', async () => {
    const engine = await loadCompiledEngine();
    const create = (precision: 'float32' | 'bf16') =>
      CompiledProgram.create(engine, {
        model,
        optimizer: fixtureOptimizer(llamaFixture.training),
        clipNorm: 1,
        shapes: [shape],
        seed: 1,
        precision,
      });
    const [wide, narrow, beside] = [await create('float32'), await create('bf16'), await create('bf16')];
    const [losses, own, same, norms]: number[][] = [[], [], [], []];
    for (let step = 1; step <= STEPS; step++) {
      const batch = batchOf(step);
      if (step % 20 === 1) {
        await beside.writeState(await wide.readState());
        const narrowStep = await beside.step(shape, batch, 3e-3, step);
        const before = await wide.step(shape, batch, 3e-3, step);
        losses!.push(before.loss);
        same!.push(Math.abs(narrowStep.loss / before.loss - 1));
        norms!.push(Math.abs(narrowStep.gradientNorm / before.gradientNorm - 1));
      } else losses!.push((await wide.step(shape, batch, 3e-3, step)).loss);
      own!.push((await narrow.step(shape, batch, 3e-3, step)).loss);
    }
    for (const program of [wide, narrow, beside]) program.dispose();
    expect(losses!.at(-1)).toBeLessThan(0.8 * losses![0]!);
    const apart = differences(losses!, own!);
    expect(Math.max(...same!)).toBeLessThan(1e-3);
    expect(Math.max(...norms!)).toBeLessThan(3e-3);
    expect(mean(apart)).toBeLessThan(2e-3);
  });
});
