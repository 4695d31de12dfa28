import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelFolderAt } from '../../../runtime/export/model-folder.ts';
import { openModelFolder } from '../../../runtime/export/open-model-folder.ts';
import { safetensorsTensors } from '../../../runtime/export/safetensors-file.ts';
import { readStoredModel } from '../../../runtime/export/stored-model.ts';
import { writeModelFolder } from '../../../runtime/export/write-model-folder.ts';
import { bfloat16Of, floatsOf } from '../../../runtime/model/stored-floats.ts';
import type { TextModel } from '../../../runtime/model/text-model.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import {
  fixtureLogits,
  fixturePath,
  type HuggingFaceFixture,
  temporaryFolder,
} from '../../support/hugging-face-fixture.ts';
import { modelLogits } from '../../support/model-logits.ts';

beforeAll(useEagerBackend);

const read = async (path: string) => readStoredModel(openModelFolder(modelFolderAt(path, 'model')));

async function write(name: HuggingFaceFixture, change: Partial<TextModel> = {}, type: 'F32' | 'BF16' = 'F32') {
  const model = { ...(await read(fixturePath(name))), ...change };
  const path = join(temporaryFolder(), 'out');
  const tokenizerJson = readFileSync(join(fixturePath(name), 'tokenizer.json'));
  await writeModelFolder(path, { model, tokenizerJson, tokenizerConfiguration: null, type, card: '# card\n' });
  const json = (file: string) => JSON.parse(readFileSync(join(path, file), 'utf8'));
  return { path, model, json };
}

describe('a place where nothing can be written', () => {
  const writeAt = async (path: string) =>
    writeModelFolder(path, {
      model: await read(fixturePath('tied')),
      tokenizerJson: Buffer.from('{}'),
      tokenizerConfiguration: null,
      type: 'F32',
      card: '',
    });

  it('is an error that says why', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const words = 'cannot be written: a file stands where a folder belongs';
    await expect(writeAt(join(file, 'out'))).rejects.toThrow(words);
    await expect(writeAt(join(file, 'a', 'out'))).rejects.toThrow(words);
  });

  // Node's own recursive mkdir does not come back from there.
  it.skipIf(process.platform !== 'linux')('is no endless loop', async () => {
    await expect(writeAt('/proc/x')).rejects.toThrow(/^`\/proc\/x` cannot be written: no /);
    await expect(writeAt('/proc/x/y/z')).rejects.toThrow(/^`\/proc\/x\/y\/z` cannot be written: no /);
  });
});

describe('a written Hugging Face folder', () => {
  it.each(['tied', 'sharded'] as const)(
    'gives the logits that the model had, and every bit of it (%s)',
    async (name) => {
      const { path, model } = await write(name);
      const back = await read(path);
      expect(back.parameters).toEqual(model.parameters);
      expect({ ...back.model }).toEqual({ ...model.model });
      const { tokens, positions, logits } = fixtureLogits(name);
      const mine = modelLogits(back, tokens);
      const kept = positions.flatMap((place) => [...mine.subarray(place * 260, (place + 1) * 260)]);
      expect(kept.reduce((most, x, i) => Math.max(most, Math.abs(x - logits[i]!)), 0)).toBeLessThan(2e-5);
    },
  );

  it('has the tensors of transformers’ own file, a tied one once, and says what wrote them', async () => {
    const { path, json } = await write('tied');
    const theirs = await safetensorsTensors(join(fixturePath('tied'), 'model.safetensors'));
    const ours = await safetensorsTensors(join(path, 'model.safetensors'));
    const shapes = (tensors: typeof ours) =>
      new Map([...tensors].map(([name, { type, shape }]) => [name, { type, shape }]).sort() as [string, object][]);
    expect(shapes(ours)).toEqual(shapes(theirs));
    expect([...ours.keys()]).not.toContain('lm_head.weight');
    expect(json('config.json').tie_word_embeddings).toBe(true);
    expect(readFileSync(join(path, 'model.safetensors')).subarray(8, 60).toString()).toContain('{"format":"pt"}');
  });

  it('agrees with transformers’ own config.json in every setting that both have', async () => {
    for (const name of ['tied', 'sharded'] as const) {
      const { json } = await write(name);
      const theirs = JSON.parse(readFileSync(join(fixturePath(name), 'config.json'), 'utf8'));
      const ours = json('config.json');
      const ignored = ['transformers_version', 'dtype', 'eos_token_id'];
      for (const [key, value] of Object.entries(theirs)) {
        if (!ignored.includes(key)) expect([key, ours[key]]).toEqual([key, value]);
      }
      expect(ours.eos_token_id).toEqual([2, 0]);
    }
  });

  it('has the theta of the last step in both forms, and the whole context', async () => {
    const { json } = await write('tied', { ropeTheta: 130_000 });
    expect(json('config.json')).toMatchObject({
      rope_theta: 130_000,
      rope_parameters: { rope_type: 'default', rope_theta: 130_000 },
      max_position_embeddings: 128,
    });
  });

  it('has what ends a text, the chat template in both places, and the tokenizer as it was', async () => {
    const { path, json, model } = await write('tied');
    expect(json('generation_config.json')).toMatchObject({ bos_token_id: 1, eos_token_id: [2, 0] });
    const configuration = json('tokenizer_config.json');
    expect(configuration).toMatchObject({ bos_token: '<|im_start|>', eos_token: '<|im_end|>', model_max_length: 128 });
    expect(configuration.model_input_names).toEqual(['input_ids', 'attention_mask']);
    expect(configuration.chat_template).toBe(model.chat!.template);
    expect(readFileSync(join(path, 'chat_template.jinja'), 'utf8')).toBe(model.chat!.template);
    expect(readFileSync(join(path, 'tokenizer.json'))).toEqual(
      readFileSync(join(fixturePath('tied'), 'tokenizer.json')),
    );
    expect(readdirSync(path)).toHaveLength(7);
  });

  it('a model without a chat template ends at the end of a document alone', async () => {
    const { path, json } = await write('tied', { chat: null, endTokens: new Set([0]) });
    expect(json('config.json')).toMatchObject({ bos_token_id: 0, eos_token_id: 0 });
    expect(json('tokenizer_config.json').eos_token).toBe('<|endoftext|>');
    expect(existsSync(join(path, 'chat_template.jinja'))).toBe(false);
  });

  it('in bf16 holds the nearest values', async () => {
    const { path, model } = await write('tied', {}, 'BF16');
    const back = await read(path);
    expect((await safetensorsTensors(join(path, 'model.safetensors'))).values().next().value!.type).toBe('BF16');
    for (const [index, { values }] of back.parameters.entries()) {
      const before = model.parameters[index]!.values;
      for (let i = 0; i < values.length; i++) {
        expect(Math.abs(values[i]! - before[i]!)).toBeLessThanOrEqual(Math.abs(before[i]!) * 2 ** -8);
      }
    }
  });

  it('is not written over anything, and an empty folder is used', async () => {
    const model = await read(fixturePath('tied'));
    const contents = {
      model,
      tokenizerJson: Buffer.from('{}'),
      tokenizerConfiguration: null,
      type: 'F32',
      card: '',
    } as const;
    const taken = join(temporaryFolder(), 'taken');
    mkdirSync(taken);
    await writeModelFolder(taken, contents);
    await expect(writeModelFolder(taken, contents)).rejects.toThrow('is not empty');
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'mine');
    await expect(writeModelFolder(file, contents)).rejects.toThrow('is a file');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('that fails half-way leaves nothing behind', async () => {
    const model = await read(fixturePath('tied'));
    const parent = temporaryFolder();
    const broken = { ...model, parameters: model.parameters.slice(1) };
    const contents = {
      model: broken,
      tokenizerJson: Buffer.from('{}'),
      tokenizerConfiguration: null,
      type: 'F32',
      card: '',
    } as const;
    await expect(writeModelFolder(join(parent, 'out'), contents)).rejects.toThrow('is missing');
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('stored floats', () => {
  it('bfloat16 rounds to the nearest, ties to even, and keeps NaN and infinity', () => {
    const cases = [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -0, Number.POSITIVE_INFINITY, Number.NaN];
    const back = floatsOf(new Uint8Array(bfloat16Of(Float32Array.from(cases)).buffer), 'BF16');
    expect([...back]).toEqual([1, 1, 1 + 2 ** -6, 1 + 2 ** -7, -0, Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it('float16 is read exactly: one, the smallest subnormal, the largest, infinity', () => {
    const bits = Uint16Array.of(0x3c00, 0x0001, 0x7bff, 0xfc00, 0x7e00, 0x8000, 0x3555);
    expect([...floatsOf(new Uint8Array(bits.buffer), 'F16')]).toEqual([
      1,
      2 ** -24,
      65_504,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      -0,
      0.333251953125,
    ]);
  });
});
