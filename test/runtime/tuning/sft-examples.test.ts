import { describe, expect, test } from 'vitest';
import { exampleBatch } from '../../../runtime/tuning/example-batch.ts';
import { sftExamples } from '../../../runtime/tuning/sft-examples.ts';
import { assistant, chatEncoder, chatRow, chatTokenizer, user } from '../../support/chat-rows.ts';

const settings = { sequence: 64, too_long: 'drop', loss_on: 'assistant', max_untrained: '0.01' } as const;
const short = (line: number) => chatRow([user(`What is ${line}?`), assistant('A number.')], line);
/** A user turn of more than 200 tokens, a reply of a few. */
const long = (line: number) => chatRow([user('word '.repeat(220)), assistant('Short.')], line);
const many = (count: number) => Array.from({ length: count }, (_, i) => short(i + 1));

describe('rows that are too long (report 13, 15)', () => {
  test('are left out and counted', async () => {
    const { examples, counts } = await sftExamples('chats', [...many(5), long(6)], chatEncoder(), settings);
    expect(examples).toHaveLength(5);
    expect(counts).toMatchObject({ rows: 6, tooLong: 1, untrained: 0, examples: 5, uncut: 5, endsTrained: 5 });
  });

  test('cut, a row without a trained token is no example; above `max_untrained` it is an error', async () => {
    const cut = { ...settings, too_long: 'truncate' } as const;
    const { counts } = await sftExamples('chats', [...many(199), long(200)], chatEncoder(), cut);
    expect(counts).toMatchObject({ rows: 200, tooLong: 1, untrained: 1, examples: 199 });
    const failing = sftExamples('chats', [...many(20), long(21)], chatEncoder(), cut);
    await expect(failing).rejects.toMatchObject({
      message: '`chats`: 1 of 21 rows have no token to train on (4.76%), above `max_untrained = 1%`'.replace(
        /^/,
        'dataset ',
      ),
      details: ['chats.jsonl:21'],
    });
    const only = sftExamples('chats', [long(1)], chatEncoder(), { ...cut, max_untrained: '1' });
    await expect(only).rejects.toThrow('has no row to train on: of 1, 1 are longer');
  });

  test('cut inside an answer, what is left of it is trained', async () => {
    const row = chatRow([user('Count.'), assistant('one two '.repeat(60))]);
    const { examples, counts } = await sftExamples('chats', [row], chatEncoder(), {
      ...settings,
      too_long: 'truncate',
    });
    expect(examples[0]!.tokens).toHaveLength(64);
    expect(examples[0]!.trained.at(-1)).toBe(1);
    expect(counts).toMatchObject({ uncut: 0, endsTrained: 0 });
  });

  test('are an error where the recipe says so', async () => {
    const failing = sftExamples('chats', [...many(2), long(3)], chatEncoder(), { ...settings, too_long: 'error' });
    await expect(failing).rejects.toThrow(/the row at chats.jsonl:3 has \d+ tokens, above `sequence = 64`/);
  });
});

test('a template whose turns end in no mark is refused: nothing would teach the model to stop (report 12)', async () => {
  const template =
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";
  await expect(sftExamples('chats', many(3), chatEncoder({ template }), settings)).rejects.toThrow(
    'the answer at chats.jsonl:1 ends in no mark',
  );
});

test('a row that the template cannot write is named', async () => {
  const template = "{{ raise_exception('no such role') }}";
  await expect(sftExamples('chats', many(1), chatEncoder({ template }), settings)).rejects.toThrow(
    'the chat template cannot write the row at chats.jsonl:1: no such role',
  );
});

describe('padding is masked by its place, never by a token id (report 12)', () => {
  test('an end mark that is the padding id stays trained, rows of different length in one batch', async () => {
    const rows = [short(1), chatRow([user('x'), assistant('A much longer answer than that.')], 2)];
    const { examples } = await sftExamples('chats', rows, chatEncoder(), settings);
    const end = chatTokenizer.tokenOf('<|im_end|>')!;
    // As if the end mark were token 0, which padding has.
    const zeroed = examples.map((each) => ({
      ...each,
      tokens: each.tokens.map((token) => (token === end ? 0 : token)),
    }));
    const batch = exampleBatch(
      zeroed.map((each) => [each]),
      64,
      'full',
    );
    zeroed.forEach(({ tokens, trained }, slot) => {
      const labels = batch.labels.subarray(slot * 64, (slot + 1) * 64);
      for (let i = 0; i < 64; i++) {
        const target = i + 1 < tokens.length && trained[i + 1] === 1 ? tokens[i + 1]! : -100;
        expect(labels[i]).toBe(target);
      }
      expect([...labels].filter((label) => label === 0)).toHaveLength(1);
    });
  });

  test('examples of a packed sequence keep their boundaries', () => {
    const example = (first: number, length: number) => ({
      tokens: Int32Array.from({ length }, (_, i) => first + i),
      trained: Uint8Array.from({ length }, (_, i) => (i === 0 ? 0 : 1)),
    });
    const { tokens, labels, documents } = exampleBatch([[example(10, 3), example(20, 2)], []], 6, 'document');
    expect([...tokens]).toEqual([10, 11, 12, 20, 21, 0, 0, 0, 0, 0, 0, 0]);
    expect([...labels]).toEqual([11, 12, -100, 21, -100, -100, ...Array(6).fill(-100)]);
    expect([...documents!.index].slice(0, 6)).toEqual([0, 0, 0, 1, 1, 2]);
    expect([...documents!.position].slice(0, 6)).toEqual([0, 1, 2, 0, 1, 0]);
    expect(() => exampleBatch([[example(1, 4), example(5, 3)]], 6, 'full')).toThrow(RangeError);
  });
});
