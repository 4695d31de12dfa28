import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { blockFormat, decodeBlocks } from '../../../../runtime/export/gguf/block-formats.ts';
import { ggufModel } from '../../../../runtime/export/gguf/gguf-model.ts';
import { ggufTokenizer } from '../../../../runtime/export/gguf/gguf-tokenizer.ts';
import { openModel } from '../../../../runtime/export/open-model.ts';
import { readStoredModel } from '../../../../runtime/export/stored-model.ts';
import { useEagerBackend } from '../../../support/eager-backend.ts';
import { temporaryFolder } from '../../../support/hugging-face-fixture.ts';
import { modelLogits } from '../../../support/model-logits.ts';

beforeAll(useEagerBackend);

const fixture = join(import.meta.dirname, '../../../fixtures/gguf');
const path = join(fixture, 'tied.gguf');
const read = async (file: string) => readStoredModel(await openModel(file, 'model.gguf'));

describe('a GGUF file', () => {
  it('gives the logits that transformers computes on its dequantised weights, over 96 positions', async () => {
    const expected = JSON.parse(readFileSync(join(fixture, 'logits.json'), 'utf8'));
    const mine = modelLogits(await read(path), expected.tokens);
    const kept = expected.positions.flatMap((place: number) => [...mine.subarray(place * 260, (place + 1) * 260)]);
    const differences = kept.map((x: number, i: number) => Math.abs(x - expected.logits[i]));
    expect(Math.max(...differences)).toBeLessThan(2e-5); // the contract asks for 1e-3
  });

  it('gives the fields, the tokenizer, the ends of texts and the chat template', async () => {
    const { model, tokenizer, endTokens, chat } = await read(path);
    expect(model).toMatchObject({ layers: 2, hidden: 32, ffn: 40, heads: 4, kv_heads: 2, head_size: 8, vocab: 260 });
    expect(model).toMatchObject({ context: 128, rope_theta: 10_000, norm_eps: 1e-5, tie_embeddings: true });
    expect([...endTokens].sort()).toEqual([0, 2]);
    expect(chat).toMatchObject({ bosToken: '<|im_start|>', eosToken: '<|im_end|>' });
    const text = 'naïve cab 1234<|im_end|>\n';
    const [ids] = await tokenizer.encodeBatch([text]);
    expect(ids).toContain(259);
    expect(ids).toContain(2);
    expect(await tokenizer.decode([...ids!])).toBe(text);
  });

  it('that was cut anywhere is refused', async () => {
    const bytes = readFileSync(path);
    const cut = join(temporaryFolder(), 'cut.gguf');
    for (const length of [0, 3, 20, 1000, 5000, bytes.length - 100]) {
      writeFileSync(cut, bytes.subarray(0, length));
      await expect(read(cut)).rejects.toThrow(/not a whole GGUF file|ends before|has no/);
    }
  });
});

describe('what cannot be honoured is refused by name', () => {
  const fields = {
    'general.architecture': 'llama',
    'llama.embedding_length': 32,
    'llama.attention.head_count': 4,
    'llama.block_count': 2,
    'llama.feed_forward_length': 40,
    'llama.context_length': 128,
    'llama.vocab_size': 260,
    'llama.attention.layer_norm_rms_epsilon': Math.fround(1e-5),
  };
  it.each([
    [{ 'general.architecture': 'qwen2' }, 'architecture "qwen2"'],
    [{ 'llama.rope.scaling.type': 'yarn' }, '`llama.rope.scaling.type`: yarn'],
    [{ 'llama.expert_count': 8 }, '`llama.expert_count`: 8'],
    [{ 'llama.rope.dimension_count': 4 }, 'rotates 4 of the 8 dimensions'],
    [{ 'llama.block_count': undefined }, 'no `llama.block_count`'],
    [{ 'llama.block_count': -1 }, 'a wrong `llama.block_count`'],
    [{ 'llama.rope.freq_base': Number.NaN }, '`llama.rope.freq_base`'],
  ])('%j', (changes, message) => {
    expect(ggufModel(fields, true, 'm').norm_eps).toBe(1e-5);
    expect(() => ggufModel({ ...fields, ...changes }, true, 'm')).toThrow(message);
  });

  it('a tokenizer whose splits are not known', () => {
    const tokens = { 'tokenizer.ggml.tokens': ['a'], 'tokenizer.ggml.merges': [] };
    const of = (model: string, pre: string) => () =>
      ggufTokenizer({ ...tokens, 'tokenizer.ggml.model': model, 'tokenizer.ggml.pre': pre }, 'm');
    expect(of('gpt2', 'llama-bpe')).toThrow('pre-tokenizer "llama-bpe"');
    expect(of('llama', 'default')).toThrow('kind "llama"');
    expect(of('gpt2', 'constructor')).toThrow('pre-tokenizer "constructor"');
    expect(of('gpt2', 'smollm')).not.toThrow();
  });
});

describe('block formats', () => {
  it('Q4_1 is scale times step plus minimum, low halves first', () => {
    const block = new Uint8Array(20);
    new DataView(block.buffer).setUint16(0, 0x3800, true); // 0.5
    new DataView(block.buffer).setUint16(2, 0xbc00, true); // -1
    block[4] = 0xf3;
    const values = decodeBlocks(blockFormat(3)!, block);
    expect([values[0], values[16], values[1]]).toEqual([0.5, 6.5, -1]);
  });

  it('Q8_0 is scale times a signed step', () => {
    const block = new Uint8Array(34);
    new DataView(block.buffer).setUint16(0, 0x3800, true);
    block[2] = 0x80;
    block[33] = 127;
    const values = decodeBlocks(blockFormat(8)!, block);
    expect([values[0], values[31], values[1]]).toEqual([-64, 63.5, 0]);
  });

  it('others are not read', () => {
    expect(blockFormat(12)).toBeNull();
  });
});
