import { beforeAll, expect, it } from 'vitest';
import type { Batch } from '../../../runtime/data/types.ts';
import { type CompiledEngine, loadCompiledEngine } from '../../../runtime/engine/load.ts';
import { CompiledProgram } from '../../../runtime/train/compiled-program.ts';
import type { ProgramOptions } from '../../../runtime/train/program-options.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';
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

describeCompiled('the compiled program', () => {
  let engine: CompiledEngine;
  beforeAll(async () => {
    engine = await loadCompiledEngine();
  });

  // Some rewrites that XLA refuses happen only in large graphs.
  it('compiles and learns at 30 layers', { timeout: 120_000 }, async () => {
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
});
