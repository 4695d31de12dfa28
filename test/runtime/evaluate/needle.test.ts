import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTokenizer } from '../../../runtime/data/tokenizer/load-tokenizer.ts';
import { prepareTask } from '../../../runtime/evaluate/measure/prepare-task.ts';
import { loadTask } from '../../../runtime/evaluate/task/load-task.ts';

const tokenizer = loadTokenizer(
  { kind: 'local', paths: ['examples/data/tokenizer.json'] },
  join(import.meta.dirname, '../../..'),
);
const folder = mkdtempSync(join(tmpdir(), 'smol-needle-'));
const depths = [0, 0.5, 1];
writeFileSync(join(folder, 'deep.json'), JSON.stringify({ kind: 'needle', lengths: [128, 1024], depths, trials: 2 }));

async function prepare(seed: number) {
  const subject = { tokenizer, context: 1024, chat: null };
  const prepared = await prepareTask(await loadTask('deep.json', folder), subject, { seed, limit: null });
  if (prepared.how !== 'score') throw new Error('expected sequences');
  return prepared;
}

it('a needle stands at its depth of a prompt of its length, and its number is asked for at the end', async () => {
  const { sequences, judge } = await prepare(1);
  expect(sequences.length).toBe(2 * 3 * 2);
  for (const [i, { tokens, places, labels }] of sequences.entries()) {
    expect(tokens.length).toBe((i < 6 ? 128 : 1024) - 1);
    const whole = [...tokens, labels.at(-1)!];
    expect(places.map((place) => whole[place + 1])).toEqual(labels);
    const text = await tokenizer.decode(whole);
    const [, city, number] = /The secret number of (\w+) is (\d{5})\./.exec(text)!;
    expect(text.endsWith(`Answer: The secret number of ${city} is ${number}`)).toBe(true);
    expect(await tokenizer.decode(labels)).toBe(` ${number}`);
    const depth = depths[Math.floor((i % 6) / 2)]!;
    const body = text.slice(0, text.indexOf('\n\nQuestion:')).length;
    // A sentence is never split for it: in short prompts it may stand a sentence earlier.
    expect(Math.abs(text.indexOf('The secret') / body - depth)).toBeLessThan(i < 6 ? 0.55 : 0.1);
  }
  const found = sequences.map((_, i) => ({ logProbability: -1, labels: 1, isGreedy: i < 6 }));
  expect(judge(found).metrics).toMatchObject({
    found: { value: 0.5 },
    'found/length_128': { value: 1 },
    'found/length_1024': { value: 0 },
    'found/depth_0.5': { value: 0.5 },
  });
});

it('equal seeds make equal prompts, others others', async () => {
  const [first, again, other] = [await prepare(1), await prepare(1), await prepare(2)];
  expect(again.sequences).toEqual(first.sequences);
  expect(other.sequences).not.toEqual(first.sequences);
});
