import { describe, expect, test } from 'vitest';
import type { DataRow } from '../../../runtime/data/rows/row-content.ts';
import { dpoPairs } from '../../../runtime/tuning/dpo-pairs.ts';
import { fitPair } from '../../../runtime/tuning/pair.ts';
import { assistant, chatEncoder, chatTokenizer, trainedText, user } from '../../support/chat-rows.ts';

const settings = { sequence: 64, too_long: 'drop', max_prompt: null } as const;

function pairRow(prompt: string, chosen: string, rejected: string, line = 1): DataRow {
  const content = {
    kind: 'preference',
    prompt: [user('Hi'), assistant('Hello.'), user(prompt)],
    chosen: [assistant(chosen)],
    rejected: [assistant(rejected)],
    tools: null,
  } as const;
  return { content, key: JSON.stringify(content), file: 'pairs.jsonl', line };
}

const tokens = (length: number, first = 100) => Int32Array.from({ length }, (_, i) => first + i);

describe('what is cut (report 18)', () => {
  const pair = { prompt: tokens(1500), chosen: tokens(400, 5000), rejected: tokens(3, 6000) };

  test.each([true, false])('the prompt before an answer, from its beginning; no answer is empty', (cutsAnswers) => {
    const fitted = fitPair(pair, { sequence: 1024, maxPrompt: 512, cutsAnswers })!;
    expect([fitted.prompt.length, fitted.chosen.length, fitted.rejected.length]).toEqual([512, 400, 3]);
    expect(fitted.prompt[0]).toBe(100 + 1500 - 512);
    expect(fitted).toMatchObject({ promptCut: true, answersCut: false });
    const tight = fitPair(pair, { sequence: 500, maxPrompt: 512, cutsAnswers })!;
    expect([tight.prompt.length, tight.chosen.length]).toEqual([100, 400]);
    expect(tight.prompt.at(-1)).toBe(1599);
  });

  test('a pair that cannot fit is none, or its answers are cut at their end where the recipe says so', () => {
    expect(fitPair(pair, { sequence: 400, maxPrompt: null, cutsAnswers: false })).toBeNull();
    const cut = fitPair(pair, { sequence: 400, maxPrompt: 64, cutsAnswers: true })!;
    expect([cut.prompt.length, cut.chosen.length, cut.rejected.length]).toEqual([64, 336, 3]);
    expect(cut).toMatchObject({ answersCut: true });
  });

  test('nothing where everything fits', () => {
    const fitted = fitPair({ ...pair, prompt: tokens(20) }, { sequence: 420, maxPrompt: null, cutsAnswers: false });
    expect(fitted).toMatchObject({ promptCut: false, answersCut: false });
    expect(fitted!.prompt).toHaveLength(20);
  });
});

describe('pairs of a data set', () => {
  test('are the answers with their end mark after the whole conversation, trained on the answer alone', async () => {
    const { pairs, counts } = await dpoPairs('pairs', [pairRow('Which?', 'This one.', 'No.')], chatEncoder(), settings);
    const [pair] = pairs;
    expect(await trainedText(pair!.chosen.tokens, pair!.chosen.trained)).toEqual(['This one.<|im_end|>']);
    expect(await trainedText(pair!.rejected.tokens, pair!.rejected.trained)).toEqual(['No.<|im_end|>']);
    expect(await chatTokenizer.decode([...pair!.chosen.tokens])).toContain('<|im_start|>assistant\nHello.<|im_end|>');
    expect(counts).toMatchObject({ rows: 1, pairs: 1, equal: 0, empty: 0, tooLong: 0, promptsCut: 0 });
  });

  test('that teach nothing are left out and counted', async () => {
    const long = 'same '.repeat(40);
    const rows = [
      pairRow('a', 'yes', 'no', 1),
      pairRow('b', 'equal', 'equal', 2),
      pairRow('c', '', 'no', 3),
      pairRow('d', 'yes', '  \n', 4),
      pairRow('e', `${long}one`, `${long}two`, 5),
    ];
    const cut = { ...settings, sequence: 32, too_long: 'truncate' } as const;
    const { counts } = await dpoPairs('pairs', rows, chatEncoder(), cut);
    // The last differs after its 40th word, which cutting takes away.
    expect(counts).toMatchObject({ rows: 5, equal: 2, empty: 2, tooLong: 1, pairs: 1 });
    const dropped = await dpoPairs('pairs', rows, chatEncoder(), { ...cut, too_long: 'drop' });
    expect(dropped.counts).toMatchObject({ equal: 1, empty: 2, tooLong: 1, pairs: 1 });
    await expect(dpoPairs('pairs', rows, chatEncoder(), { ...cut, too_long: 'error' })).rejects.toThrow(
      /an answer at pairs.jsonl:5 has \d+ tokens, which leaves no room/,
    );
    await expect(dpoPairs('pairs', rows.slice(1, 4), chatEncoder(), settings)).rejects.toThrow(
      'has no pair to train on: of 3, 1 are equal, 2 have an empty answer',
    );
  });

  test('lose the beginning of a prompt that is too long', async () => {
    const rows = [pairRow('word '.repeat(80), 'yes', 'no')];
    const { pairs, counts } = await dpoPairs('pairs', rows, chatEncoder(), { ...settings, max_prompt: 20 });
    expect(counts).toMatchObject({ promptsCut: 1, pairs: 1 });
    const text = await chatTokenizer.decode([...pairs[0]!.chosen.tokens]);
    expect(text).toMatch(/^(word| word).*<\|im_end\|>\n<\|im_start\|>assistant\nyes<\|im_end\|>$/s);
  });
});
