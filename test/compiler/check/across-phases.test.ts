import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const chats = 'dataset chats { source = local("c.jsonl"), size = 1000 rows }';
const sft = (lines = '') => `sft { data = chats, epochs = 1, ${lines} schedule = constant(peak = 1e-4) }`;
const tokenizer = (...tokens: readonly string[]) =>
  JSON.stringify({ added_tokens: tokens.map((content, id) => ({ id, content })) });

function said(after: readonly string[], files: Readonly<Record<string, string>> = {}, shares = ['100% web']) {
  const text = recipeWith(shares, {}, { after: [chats, ...after].join('\n') });
  const readText = (path: string) => (path === 'here/main.smol' ? text : (files[path] ?? null));
  const { diagnostics } = compileRecipe('here/main.smol', { readText });
  return diagnostics.filter(({ code }) => code !== 'SM6102').map(({ code, message }) => `${code} ${message}`);
}

describe('a chat template', () => {
  const file = (...tokens: readonly string[]) => ({ 'here/tokenizer.json': tokenizer(...tokens) });

  it('writes markers that the local tokenizer has as special tokens', () => {
    expect(said([sft()], file('<|im_start|>', '<|im_end|>'))).toEqual([]);
    expect(said([sft()], file('<|im_start|>'))).toEqual([
      'SM5209 the chat template of `sft` writes `<|im_end|>`, no special token of `tokenizer.json`',
    ]);
    expect(said([sft('chat = jinja("<|user|>{{ x }}<|end|>"),')], file('<|user|>'))).toEqual([
      'SM5209 the chat template of `sft` writes `<|end|>`, no special token of `tokenizer.json`',
    ]);
    const own = 'dataset talk { source = local("t.jsonl"), chat = chatml() }';
    expect(said([own], file(), ['50% web', '50% talk'])).toEqual([
      'SM5209 the chat template of dataset `talk` writes `<|im_start|>` and `<|im_end|>`, no special token of `tokenizer.json`',
    ]);
  });

  it('is not judged where the tokenizer brings it, or cannot be looked at', () => {
    expect(said([sft('chat = from_tokenizer(),')], file())).toEqual([]);
    for (const text of [
      '',
      '[]',
      'null',
      '{"added_tokens": 5}',
      '{"added_tokens": [null, 5, {"content": 1}, {"content": "<|im_start|>"}, {"content": "<|im_end|>"}]}',
    ]) {
      expect(said([sft()], { 'here/tokenizer.json': text }), text).toEqual([]);
    }
    expect(said([sft()])).toEqual([]);
  });
});

describe('the vocabulary', () => {
  const withIds = (vocab: unknown, added: readonly unknown[] = []) => ({
    'here/tokenizer.json': JSON.stringify({ added_tokens: added, model: { vocab } }),
  });
  const pieces = (count: number) => Array.from({ length: count }, (_, id) => [`p${id}`, -id]);

  it.each([
    ['as large as the tokenizer, by its highest id', withIds({ a: 0, b: 4095 }), []],
    ['one too small', withIds({ a: 4096 }), ['4,097']],
    ['too small for an added token', withIds({ a: 0 }, [{ id: 5000, content: '<|x|>' }]), ['5,001']],
    ['too small for listed pieces', withIds(pieces(4097)), ['4,097']],
    ['large enough for listed pieces', withIds(pieces(4096)), []],
    ['beside ids that are none', withIds({ a: 'x', b: 1e300, c: null, d: -7 }, [null, 5]), []],
    ['beside a file without a model', { 'here/tokenizer.json': '{"added_tokens": [], "model": null}' }, []],
  ])('is %s', (_title, files, sizes) => {
    const expected = sizes.map(
      (size) => `SM4007 \`vocab\` (4,096) is smaller than the vocabulary of \`tokenizer.json\` (${size})`,
    );
    expect(said([], files)).toEqual(expected);
  });
});

describe('an evaluation set', () => {
  const measure = 'evaluate e { at = [pretrain.end], tasks = [generate("gsm8k", shots = 5), cloze("arc_easy")] }';
  const train = (dataset: string, share = 'x') => said([dataset, measure], {}, ['90% web', `10% ${share}`]);

  it.each([
    ['dataset GSM_8k { source = local("g.jsonl") }', 'GSM_8k'],
    ['dataset x { source = hf("openai/gsm8k") }', 'x'],
    ['dataset x { source = gsm8k }\ndataset gsm8k { source = local("g.jsonl") }', 'x'],
  ])('is not trained on: %s', (dataset, share) => {
    expect(train(dataset, share)).toEqual([
      expect.stringMatching(/^SM5304 `\w+` is trained on, and evaluate `e` measures `gsm8k`$/),
    ]);
  });

  it('is not taken for one that looks like it, that was decontaminated, or that is not read', () => {
    expect(train('dataset x { source = hf("owner/aug-gsm8k") }')).toEqual([]);
    expect(train('dataset x { source = hf("openai/gsm8k"), decontaminate ngram(against = ["gsm8k"]) }')).toEqual([]);
    expect(train('dataset x { source = local("x.jsonl") }\ndataset gsm8k { source = local("g.jsonl") }')).toEqual([]);
  });

  it('is not fine-tuned on', () => {
    const set = 'dataset gsm8k { source = local("g.jsonl"), size = 7473 rows }';
    expect(said([set, sft().replace('chats', 'gsm8k'), measure])).toEqual([
      'SM5304 `gsm8k` is trained on, and evaluate `e` measures `gsm8k`',
    ]);
  });
});

it("a batch of post-training that the cluster's replicas cannot share is pointed out", () => {
  const cluster = 'cluster c { nodes = 1, gpus_per_node = 8, gpu = a100_80gb, micro_batch = 1 }';
  expect(said([cluster, sft('batch = 12 sequences,')])).toEqual([
    'SM4105 the batch of `sft` (12 sequences) cannot be shared evenly by the 8 replicas of cluster `c`',
  ]);
  expect(said([cluster, sft('batch = 16 sequences,')])).toEqual([]);
});
