import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../../runtime/data/tokenizer/load-tokenizer.ts';
import { createStreamingDecoder } from '../../../../runtime/data/tokenizer/streaming-decoder.ts';
import { examplesFolder } from '../../../support/data-plan.ts';

const tokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);

async function stream(tokens: readonly number[]): Promise<readonly string[]> {
  const decoder = createStreamingDecoder(tokenizer);
  const pieces: string[] = [];
  for (const token of tokens) pieces.push(await decoder.push(token));
  return [...pieces, await decoder.finish()];
}

test('a character whose bytes come one by one appears whole', async () => {
  const [tokens] = await tokenizer.encodeBatch(['a🦙é\uFFFDz']);
  const pieces = await stream([...tokens!]);
  expect(pieces.join('')).toBe('a🦙é\uFFFDz');
  expect(pieces).toContain('🦙');
  expect(pieces.filter((piece) => piece.includes('\uFFFD') && !piece.startsWith('\uFFFD'))).toEqual([]);
});

test('an unfinished character at the end is one U+FFFD', async () => {
  const [tokens] = await tokenizer.encodeBatch(['ok 🦙']);
  const pieces = await stream([...tokens!].slice(0, -1));
  expect(pieces.join('')).toBe('ok \uFFFD');
  expect(pieces.at(-1)).toBe('\uFFFD');
});

test('the pieces joined are the decoded whole, for any tokens', async () => {
  // Low ids are single bytes and special tokens: many sequences that are not UTF-8.
  const token = fc.oneof(fc.integer({ min: 0, max: 260 }), fc.integer({ min: 0, max: 4095 }));
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 120 }), async (tokens) => {
      expect((await stream(tokens)).join('')).toBe(await tokenizer.decode(tokens));
    }),
    { numRuns: 200 },
  );
});

test('a long text is not decoded again from its start at every token', async () => {
  let decoded = 0;
  const counting = {
    decode(ids: readonly number[]) {
      decoded += ids.length;
      return tokenizer.decode(ids);
    },
  };
  const [tokens] = await tokenizer.encodeBatch(['It was the best of times, it was the worst of times. '.repeat(60)]);
  const decoder = createStreamingDecoder(counting);
  for (const token of tokens!) await decoder.push(token);
  expect(decoded).toBeLessThan(60 * tokens!.length);
});
