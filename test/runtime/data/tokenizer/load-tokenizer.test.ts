import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../../runtime/data/tokenizer/load-tokenizer.ts';
import { dataFolder } from '../../../support/data-folder.ts';
import { examplesFolder } from '../../../support/data-plan.ts';

const exampleText = readFileSync(path.join(examplesFolder, 'data/tokenizer.json'), 'utf8');
const load = (folder: string, name = 'tokenizer.json') => loadTokenizer({ kind: 'local', paths: [name] }, folder);
const example = () => load(examplesFolder, 'data/tokenizer.json');
/** The example's tokenizer with changes in its file, and other files beside it. */
const changed = (changes: object, more: Record<string, string> = {}) =>
  load(dataFolder({ 'tokenizer.json': JSON.stringify({ ...JSON.parse(exampleText), ...changes }), ...more }));

test('the example tokenizer: 4,096 tokens, end of text 0, digits one by one, nothing added', async () => {
  const tokenizer = example();
  expect(tokenizer.vocabularySize).toBe(4096);
  expect(tokenizer.endOfText).toBe(0);
  expect(tokenizer.hash).toMatch(/^[0-9a-f]{64}$/);
  const [digits, nothing] = await tokenizer.encodeBatch(['20242', '']);
  expect(digits).toHaveLength(5);
  expect(nothing).toHaveLength(0);
});

test('any text comes back as it was', async () => {
  const tokenizer = example();
  const character = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(character, { maxLength: 6 }), async (texts) => {
      const encoded = await tokenizer.encodeBatch(texts);
      for (const [index, tokens] of encoded.entries()) expect(await tokenizer.decode([...tokens])).toBe(texts[index]);
    }),
    { numRuns: 300 },
  );
});

test('a batch gives what its texts give alone, in order', async () => {
  const tokenizer = example();
  const texts = ['one', 'two words', 'x'.repeat(5000), 'def f(x):\n    return x\n'];
  const together = await tokenizer.encodeBatch(texts);
  for (const [index, text] of texts.entries()) {
    expect((await tokenizer.encodeBatch([text]))[0]).toEqual(together[index]);
  }
});

test('truncation and padding of the file are off: no token is lost or added', async () => {
  const truncation = { direction: 'Right', max_length: 3, strategy: 'LongestFirst', stride: 0 };
  const padding = {
    strategy: { Fixed: 16 },
    direction: 'Right',
    pad_id: 0,
    pad_type_id: 0,
    pad_token: '<|endoftext|>',
  };
  const tokenizer = changed({ truncation, padding: { ...padding, pad_to_multiple_of: null } });
  const text = 'a longer text than three tokens hold';
  expect((await tokenizer.encodeBatch([text]))[0]).toEqual((await example().encodeBatch([text]))[0]);
});

test('a tokenizer that adds tokens by itself adds none', async () => {
  const special = (id: string, number: number) => ({ [id]: { id, ids: [number], tokens: [id] } });
  const template = [
    { SpecialToken: { id: '<|im_start|>', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '<|endoftext|>', type_id: 0 } },
  ];
  const special_tokens = { ...special('<|im_start|>', 1), ...special('<|endoftext|>', 0) };
  const tokenizer = changed({
    post_processor: { type: 'TemplateProcessing', single: template, pair: template, special_tokens },
  });
  expect((await tokenizer.encodeBatch(['Call me']))[0]).toEqual((await example().encodeBatch(['Call me']))[0]);
});

const wordLevel = (words: readonly string[]) => ({
  added_tokens: [],
  pre_tokenizer: { type: 'Whitespace' },
  decoder: null,
  model: { type: 'WordLevel', vocab: Object.fromEntries(words.map((word, id) => [word, id])), unk_token: words[0] },
});

test('the end of text is found in `tokenizer_config.json` where the usual one is missing', () => {
  const words = wordLevel(['<unk>', '</s>', 'a']);
  for (const eos_token of ['</s>', { content: '</s>', lstrip: false }]) {
    expect(changed(words, { 'tokenizer_config.json': JSON.stringify({ eos_token }) }).endOfText).toBe(1);
  }
  expect(() => changed(words)).toThrow(
    'the tokenizer `tokenizer.json` has no token that ends a document: no `<|endoftext|>`',
  );
  expect(() => changed(words, { 'tokenizer_config.json': '{"eos_token": "<eos>"}' })).toThrow(/nor `<eos>`/);
});

test('the vocabulary counts to its highest id, gaps included', () => {
  const words = wordLevel(['<unk>', '<|endoftext|>']);
  const vocab = { '<unk>': 0, '<|endoftext|>': 1, far: 70_000 };
  expect(changed({ ...words, model: { ...words.model, vocab } }).vocabularySize).toBe(70_001);
});

test('what is not a tokenizer, or gives different tokens each time, is refused', () => {
  expect(() => load(dataFolder({ 'tokenizer.json': '{"a": 1}' }))).toThrow(/`tokenizer.json` is not a tokenizer/);
  expect(() => load(dataFolder({ 'tokenizer.json': 'not json' }))).toThrow(/is not a tokenizer/);
  expect(() => load(dataFolder())).toThrow('the tokenizer: there is no file `tokenizer.json`');
  const model = { ...JSON.parse(exampleText).model, dropout: 0.1 };
  expect(() => changed({ model })).toThrow(/has BPE dropout 0.1/);
  const hub = { kind: 'hf', repository: 'a/b', config: null, split: null, revision: null } as const;
  expect(() => loadTokenizer(hub, '.')).toThrow('the tokenizer hf("a/b") can be planned but not loaded yet');
});

test('a `tokenizer_config.json` is held to the rules of local files', () => {
  const words = JSON.stringify(wordLevel(['<unk>', '</s>', 'a']));
  const outside = dataFolder({ 'secret.json': '{"eos_token": "</s>"}' });
  const linked = dataFolder({ 'd/tokenizer.json': words });
  symlinkSync(path.join(outside, 'secret.json'), path.join(linked, 'd/tokenizer_config.json'));
  expect(() => load(linked, 'd/tokenizer.json')).toThrow(
    "the tokenizer: `d/tokenizer_config.json` is a link that leaves the recipe's folder",
  );
  const inside = dataFolder({ 'd/tokenizer.json': words, 'other.json': '{"eos_token": "</s>"}' });
  symlinkSync('../other.json', path.join(inside, 'd/tokenizer_config.json'));
  expect(load(inside, 'd/tokenizer.json').endOfText).toBe(1);
  const holder = dataFolder({ 'tokenizer.json': words });
  mkdirSync(path.join(holder, 'tokenizer_config.json'));
  expect(() => load(holder)).toThrow('the tokenizer: `tokenizer_config.json` is a folder');
});
