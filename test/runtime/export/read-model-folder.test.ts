import { readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelFolderAt } from '../../../runtime/export/model-folder.ts';
import { openModelFolder } from '../../../runtime/export/open-model-folder.ts';
import { readStoredModel } from '../../../runtime/export/stored-model.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { changedFixture, fixtureLogits, fixturePath } from '../../support/hugging-face-fixture.ts';
import { modelLogits } from '../../support/model-logits.ts';
import { writeTestTensors } from '../../support/write-test-tensors.ts';

beforeAll(useEagerBackend);

const read = async (path: string) => readStoredModel(openModelFolder(modelFolderAt(path, 'model')));

describe('a Hugging Face folder', () => {
  it.each(['tied', 'sharded'] as const)('gives the logits that transformers computes on it (%s)', async (name) => {
    const { tokens, positions, logits } = fixtureLogits(name);
    const model = await read(fixturePath(name));
    const mine = modelLogits(model, tokens);
    const kept = positions.flatMap((place) => [...mine.subarray(place * 260, (place + 1) * 260)]);
    const worst = kept.reduce((most, x, i) => Math.max(most, Math.abs(x - logits[i]!)), 0);
    expect(kept).toHaveLength(logits.length);
    expect(worst).toBeLessThan(2e-5); // the contract asks for 1e-4
  });

  it('gives the configuration, the tokenizer, the end tokens and the chat template', async () => {
    const { model, ropeTheta, tokenizer, endTokens, chat } = await read(fixturePath('sharded'));
    expect(model).toMatchObject({ layers: 2, hidden: 32, ffn: 40, heads: 4, kv_heads: 2, head_size: 16, vocab: 260 });
    expect(model).toMatchObject({ context: 128, norm_eps: 1e-5, tie_embeddings: false, rope_theta: 130_000 });
    expect(model.parameters).toBe(36_768);
    expect(ropeTheta).toBe(130_000);
    expect([...endTokens].sort()).toEqual([0, 2]);
    expect(chat).toMatchObject({ bosToken: '<|im_start|>', eosToken: '<|im_end|>' });
    expect(chat!.template).toContain('add_generation_prompt');
    const [ids] = await tokenizer.encodeBatch(['hi<|im_end|>']);
    expect(await tokenizer.decode([...ids!])).toBe('hi<|im_end|>');
  });

  it('reads theta as transformers 5 writes it', async () => {
    const path = changedFixture('tied', {
      rope_theta: null,
      rope_parameters: { rope_type: 'default', rope_theta: 500_000 },
    });
    expect((await read(path)).ropeTheta).toBe(500_000);
  });
});

describe('what the model code cannot honour is refused by name', () => {
  it.each([
    [{ model_type: 'qwen2' }, 'type "qwen2"'],
    [{ architectures: ['LlamaForSequenceClassification'] }, 'LlamaForSequenceClassification'],
    [{ hidden_act: 'gelu' }, '`hidden_act`: "gelu"'],
    [{ attention_bias: true }, '`attention_bias`: true'],
    [{ mlp_bias: true }, '`mlp_bias`: true'],
    [{ sliding_window: 4096 }, '`sliding_window`: 4096'],
    [{ attention_dropout: 0.1 }, '`attention_dropout`: 0.1'],
    [{ quantization_config: { bits: 4 } }, '`quantization_config`'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'rope scaling of type "llama3"'],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'rope scaling of type "linear"'],
    [{ rope_parameters: { rope_type: 'yarn', rope_theta: 10_000 } }, 'rope scaling of type "yarn"'],
    [{ rope_parameters: { rope_type: 'default', rope_theta: 20_000 } }, '`rope_theta` 10000 and, in `rope_parameters`'],
    [{ hidden_size: null }, 'no `hidden_size`'],
    [{ num_hidden_layers: 1e99 }, 'wrong `num_hidden_layers`'],
    [{ num_hidden_layers: 2_000_000_000 }, 'at most 1,024 layers can be read'],
    [{ num_hidden_layers: '2' }, 'wrong `num_hidden_layers`: "2"'],
    [{ num_key_value_heads: 3 }, '3 key-value heads'],
    [{ hidden_size: 64 }, '`model.embed_tokens.weight` is [260, 32]'],
    [{ num_hidden_layers: 3 }, 'no tensor `model.layers.2.input_layernorm.weight`'],
    [{ num_hidden_layers: 1 }, 'tensor `model.layers.1.'],
    [{ tie_word_embeddings: false }, 'no tensor `lm_head.weight`'],
    [{ vocab_size: 200 }, 'tokenizer has 259 tokens'],
  ])('%j', async (changes, message) => {
    await expect(read(changedFixture('tied', changes))).rejects.toThrow(message);
  });

  it('a tied head that differs from the embedding; one that equals it is accepted', async () => {
    const path = changedFixture('sharded', { tie_word_embeddings: true });
    await expect(read(path)).rejects.toThrow('`lm_head.weight` differs from `model.embed_tokens.weight`');
    const tied = changedFixture('tied');
    const { parameters } = await read(tied);
    const embedding = parameters.find(({ name }) => name === 'embedding')!;
    await writeTestTensors(join(tied, 'extra.safetensors'), [{ ...embedding, name: 'lm_head.weight' }]);
    const { weight_map } = JSON.parse(
      readFileSync(join(fixturePath('sharded'), 'model.safetensors.index.json'), 'utf8'),
    );
    const map = Object.fromEntries(Object.keys(weight_map).map((name) => [name, 'one.safetensors']));
    writeFileSync(join(tied, 'one.safetensors'), readFileSync(join(tied, 'model.safetensors')));
    rmSync(join(tied, 'model.safetensors'));
    const index = JSON.stringify({ weight_map: { ...map, 'lm_head.weight': 'extra.safetensors' } });
    writeFileSync(join(tied, 'model.safetensors.index.json'), index);
    expect((await read(tied)).parameters).toEqual(parameters);
  });
});

describe('damaged or missing files', () => {
  const remove = (path: string, name: string) => {
    rmSync(join(path, name));
    return path;
  };
  it('are named', async () => {
    const shard = 'model-00002-of-00004.safetensors';
    await expect(read(remove(changedFixture('tied'), 'config.json'))).rejects.toThrow('no `config.json`');
    await expect(read(remove(changedFixture('tied'), 'tokenizer.json'))).rejects.toThrow('no `tokenizer.json`');
    await expect(read(remove(changedFixture('tied'), 'model.safetensors'))).rejects.toThrow('no weights');
    await expect(read(remove(changedFixture('sharded'), shard))).rejects.toThrow(`lacks \`${shard}\``);
  });

  it('pickled weights are refused for what they can hold', async () => {
    const path = remove(changedFixture('tied'), 'model.safetensors');
    writeFileSync(join(path, 'pytorch_model.bin'), 'x');
    await expect(read(path)).rejects.toThrow('which can hold code');
  });

  it('a file that was cut anywhere is refused, and nothing huge is allocated', async () => {
    for (const length of [0, 4, 8, 100, 2000, 91_239]) {
      const path = changedFixture('tied');
      truncateSync(join(path, 'model.safetensors'), length);
      await expect(read(path)).rejects.toThrow(/model\.safetensors|no tensor/);
    }
    const path = changedFixture('tied');
    const bytes = Buffer.alloc(16, 0xff);
    writeFileSync(join(path, 'model.safetensors'), bytes);
    await expect(read(path)).rejects.toThrow('its header has');
  });

  it('a shard outside the folder, and a link out of the recipe’s folder, are not read', async () => {
    const path = changedFixture('sharded');
    const index = JSON.stringify({ weight_map: { x: '../../etc/passwd' } });
    writeFileSync(join(path, 'model.safetensors.index.json'), index);
    await expect(read(path)).rejects.toThrow('names a file outside it');
    const linked = remove(changedFixture('tied'), 'model.safetensors');
    symlinkSync(join(fixturePath('tied'), 'model.safetensors'), join(linked, 'model.safetensors'));
    const within = async () => readStoredModel(openModelFolder(modelFolderAt(linked, 'model', dirname(linked))));
    await expect(within()).rejects.toThrow('leaves the recipe');
    expect((await read(linked)).parameters).toHaveLength(20);
  });
});
