import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCompiledEngine } from '../../../../runtime/engine/load.ts';
import { decoderLogits, decoderStates } from '../../../../runtime/model/decoder.ts';
import { decoderParameters } from '../../../../runtime/model/decoder-parameters.ts';
import { CompiledDecoder } from '../../../../runtime/model/generation/compiled-decoder.ts';
import { EagerDecoder } from '../../../../runtime/model/generation/eager-decoder.ts';
import { generate } from '../../../../runtime/model/generation/generate.ts';
import { tensorOf } from '../../../../runtime/model/tensor-of.ts';
import type { Decoder } from '../../../../runtime/train/program.ts';
import { describeCompiled } from '../../../support/compiled-engine.ts';
import { useEagerBackend } from '../../../support/eager-backend.ts';
import { fixtureBatch, fixtureModel, fixtureParameters } from '../../../support/llama-fixture.ts';

beforeAll(useEagerBackend);

const theta = 40_000;
const capacity = 16;

function makeDecoder(tied = true): Decoder {
  const model = fixtureModel({ tied });
  return new EagerDecoder({ model, ropeTheta: theta, capacity, parameters: fixtureParameters(model) });
}

/** Logits [T, V] of the whole sequence at once. */
function fullLogits(tokens: Int32Array, tied: boolean): number[][] {
  const model = fixtureModel({ tied });
  return tf.tidy(() => {
    const tensors = new Map(fixtureParameters(model).map((array) => [array.name, tensorOf(array)]));
    const parameters = decoderParameters(model, (name) => tensors.get(name)!);
    const inputs = { tokens: tf.tensor2d(tokens, [1, tokens.length], 'int32'), documents: null };
    return decoderLogits(decoderStates(model, theta, parameters, inputs), parameters).arraySync();
  });
}

async function collect(decoder: Decoder, prompt: number[], options: Partial<Parameters<typeof generate>[2]> = {}) {
  const tokens: number[] = [];
  const all = { maxTokens: 8, temperature: 1, topP: 0.9, seed: 1, endTokens: new Set<number>(), ...options };
  for await (const token of generate(decoder, prompt, all)) tokens.push(token);
  return tokens;
}

describe('decoding with a key-value cache', () => {
  it.each([true, false])('gives the logits of the full pass at every place (tied: %s)', async (tied) => {
    const { tokens } = fixtureBatch(3, 1, capacity);
    const full = fullLogits(tokens, tied);
    const decoder = makeDecoder(tied);
    for (const [place, token] of tokens.entries()) {
      const logits = await decoder.next(token);
      expect(Math.max(...logits.map((x, i) => Math.abs(x - full[place]![i]!)))).toBeLessThan(1e-5);
    }
    decoder.dispose();
  });

  it('gives the same logits for tokens fed in blocks', async () => {
    const { tokens } = fixtureBatch(3, 1, capacity);
    const full = fullLogits(tokens, true);
    const decoder = makeDecoder();
    let place = 0;
    for (const count of [5, 1, 7, 3]) {
      const logits = await decoder.feed([...tokens.slice(place, place + count)]);
      place += count;
      expect(Math.max(...logits.map((x, i) => Math.abs(x - full[place - 1]![i]!)))).toBeLessThan(1e-5);
    }
    await expect(decoder.feed([])).rejects.toThrow('no token');
    decoder.dispose();
  });

  it('refuses a token beyond its capacity, and starts anew after a reset', async () => {
    const decoder = makeDecoder();
    const first = await decoder.next(7);
    for (let i = 1; i < capacity; i++) await decoder.next(i);
    await expect(decoder.next(1)).rejects.toThrow('the context of 16 tokens is full');
    decoder.reset();
    expect(await decoder.next(7)).toEqual(first);
    decoder.dispose();
  });

  it('keeps the number of tensors, and frees all of them', async () => {
    const start = tf.memory().numTensors;
    const decoder = makeDecoder();
    await decoder.next(1);
    const count = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await decoder.next(i);
    decoder.reset();
    await decoder.next(1);
    expect(tf.memory().numTensors).toBe(count);
    decoder.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });
});

describe('generate', () => {
  it('gives the same tokens for the same seed, and others for another', async () => {
    const decoder = makeDecoder();
    const first = await collect(decoder, [5, 6, 7]);
    expect(first).toHaveLength(8);
    expect(await collect(decoder, [5, 6, 7])).toEqual(first);
    expect(await collect(decoder, [5, 6, 7], { seed: 2 })).not.toEqual(first);
    decoder.dispose();
  });

  it('is greedy at temperature 0', async () => {
    const decoder = makeDecoder();
    const greedy = await collect(decoder, [5], { temperature: 0, maxTokens: 4 });
    const tokens = [5, ...greedy];
    const full = fullLogits(Int32Array.from(tokens), true);
    greedy.forEach((token, i) => {
      expect(token).toBe(full[i]!.indexOf(Math.max(...full[i]!)));
    });
    decoder.dispose();
  });

  it('ends before the end token, at the limit, and at the capacity', async () => {
    const decoder = makeDecoder();
    const tokens = await collect(decoder, [5, 6, 7]);
    const end = tokens[3]!;
    expect(await collect(decoder, [5, 6, 7], { endTokens: new Set([end]) })).toEqual(
      tokens.slice(0, tokens.indexOf(end)),
    );
    expect(await collect(decoder, [5, 6, 7], { maxTokens: 2 })).toEqual(tokens.slice(0, 2));
    expect(await collect(decoder, [5, 6, 7], { maxTokens: 0 })).toEqual([]);
    expect(await collect(decoder, [5, 6, 7], { maxTokens: 100 })).toHaveLength(capacity - 3 + 1);
    decoder.dispose();
  });

  it('refuses an empty prompt and one that does not fit', async () => {
    const decoder = makeDecoder();
    await expect(collect(decoder, [])).rejects.toThrow('the prompt has no token');
    await expect(collect(decoder, new Array(17).fill(1))).rejects.toThrow(
      "17 tokens, and the model's context holds 16",
    );
    decoder.dispose();
  });
});

describeCompiled('decoding by a compiled program', { timeout: 120_000 }, () => {
  it('gives the logits of the full pass at every place, also after a reset', async () => {
    const { tokens } = fixtureBatch(3, 1, capacity);
    const full = fullLogits(tokens, true);
    const engine = await loadCompiledEngine();
    const model = fixtureModel({ tied: true });
    const options = { model, ropeTheta: theta, capacity, parameters: fixtureParameters(model) };
    const decoder = await CompiledDecoder.create(engine, options);
    for (const round of [0, 1]) {
      for (const [place, token] of tokens.entries()) {
        const logits = await decoder.next(token);
        expect(Math.max(...logits.map((x, i) => Math.abs(x - full[place]![i]!)))).toBeLessThan(1e-5);
      }
      await expect(decoder.next(1)).rejects.toThrow('full');
      if (round === 0) decoder.reset();
    }
    const generated = await collect(decoder, [5, 6, 7]);
    await expect(decoder.next(320)).rejects.toThrow('token 320 is outside the vocabulary of 320');
    decoder.dispose();
    await useEagerBackend(); // a compiled program runs while its own backend is current
    const eager = new EagerDecoder(options);
    expect(generated).toEqual(await collect(eager, [5, 6, 7]));
    eager.dispose();
  });

  it('feeds a long prompt in blocks, filled up at its end, to the last place of the cache', async () => {
    const engine = await loadCompiledEngine();
    const long = 70; // a block of 64, and one of which 6 tokens are the prompt's and the rest is beyond the capacity
    const { tokens } = fixtureBatch(4, 1, long);
    const full = fullLogits(tokens, true);
    const model = fixtureModel({ tied: true });
    await tf.setBackend('tensorflow');
    const decoder = await CompiledDecoder.create(engine, {
      model,
      ropeTheta: theta,
      capacity: long,
      parameters: fixtureParameters(model),
    });
    const difference = (logits: Float32Array, place: number) =>
      Math.max(...logits.map((x, i) => Math.abs(x - full[place]![i]!)));
    expect(difference(await decoder.feed([...tokens]), long - 1)).toBeLessThan(1e-5);
    await expect(decoder.next(1)).rejects.toThrow('full');
    decoder.reset();
    expect(difference(await decoder.feed([...tokens.slice(0, 66)]), 65)).toBeLessThan(1e-5);
    for (let place = 66; place < long; place++) {
      expect(difference(await decoder.next(tokens[place]!), place)).toBeLessThan(1e-5);
    }
    decoder.dispose();
    await useEagerBackend();
  });
});
