import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChatSession } from '../../runtime/chat/chat-session.ts';
import { openModel } from '../../runtime/export/open-model.ts';
import { readStoredModel } from '../../runtime/export/stored-model.ts';
import { cacheFolder, chooseEngine } from '../../runtime/index.ts';
import type { TextModel } from '../../runtime/model/text-model.ts';
import type { Decoder } from '../../runtime/train/program.ts';
import type { RunEngine } from '../../runtime/train/run-engine.ts';
import { engineExpected } from '../support/compiled-engine.ts';

const weights = join(cacheFolder(process.env), 'models/smollm2-135m-instruct.gguf');
const isThere = existsSync(weights);
if (!isThere) {
  process.stderr.write(
    `\nwarning: no real weights (node scripts/fetch-smollm2.mjs): test/slow/smollm2.test.ts is SKIPPED\n`,
  );
}
const expected = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/smollm2-135m.json'), 'utf8'));

describe.skipIf(!isThere || !engineExpected)('SmolLM2-135M-Instruct, 30 layers of real weights', () => {
  let model: TextModel;
  let engine: RunEngine;
  let decoder: Decoder;
  beforeAll(async () => {
    model = await readStoredModel(await openModel(weights, 'smollm2'));
    engine = (await chooseEngine('compiled')).engine;
    const { parameters, ropeTheta } = model;
    decoder = await engine.createDecoder({ model: model.model, ropeTheta, parameters, capacity: 96 });
  }, 300_000);
  afterAll(() => decoder?.dispose());

  test('has the parameters and the tokens that transformers finds in it', async () => {
    expect(model.model.parameters).toBe(expected.parameters);
    for (const { text, tokens } of expected.texts) {
      const [ids] = await model.tokenizer.encodeBatch([text]);
      expect([...ids!]).toEqual(tokens);
      expect(await model.tokenizer.decode(tokens)).toBe(text);
    }
  });

  test('gives the logits of transformers at every place of a prompt, and its greedy answer', async () => {
    let worst = 0;
    let logits: Float32Array = new Float32Array();
    for (const [place, token] of expected.prompt_tokens.entries()) {
      logits = await decoder.next(token);
      expected.sampled_ids.forEach((id: number, index: number) => {
        worst = Math.max(worst, Math.abs(logits[id]! - expected.logits[place][index]));
      });
    }
    expect(worst).toBeLessThan(1e-3);
    const answer: number[] = [];
    while (answer.length < expected.answer_tokens.length) {
      answer.push(logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0));
      logits = await decoder.next(answer.at(-1)!);
    }
    expect(answer).toEqual(expected.answer_tokens);
  }, 300_000);

  test('answers in a conversation as transformers does', async () => {
    const greedy = { system: null, seed: 0, maxTokens: 40, context: 96, temperature: 0, topP: 1 };
    // The same decoder: another would be compiled for a minute.
    const decoding: Decoder = {
      capacity: decoder.capacity,
      reset: () => decoder.reset(),
      next: (token) => decoder.next(token),
      feed: (tokens) => decoder.feed(tokens),
      dispose: () => {},
    };
    const session = await createChatSession(model, { ...engine, createDecoder: async () => decoding }, greedy);
    const answer = await session.answer(expected.message, () => {}, new AbortController().signal);
    session.dispose();
    expect(answer).toMatchObject({ promptTokens: expected.prompt_tokens.length, ended: 'end_of_turn' });
    expect(answer.text).toBe(await model.tokenizer.decode(expected.answer_tokens.slice(0, -1)));
    expect(answer.text).toContain('Paris');
  }, 300_000);
});
