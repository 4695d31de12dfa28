import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlanDataset, PlanRowFormat, PlanSource } from '../../../compiler/plan/index.ts';
import { datasetContents, requireReadable } from '../../../runtime/data/rows/dataset-contents.ts';
import { stepsOf } from '../../support/steps-of.ts';
import { handPlan } from '../../support/training-fakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'smol-rows-'));
const write = (name: string, rows: readonly unknown[]) =>
  writeFileSync(
    join(folder, name),
    rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''),
  );

const messages: PlanRowFormat = { kind: 'messages', column: 'messages' };
const preference: PlanRowFormat = { kind: 'preference', prompt: 'prompt', chosen: 'chosen', rejected: 'rejected' };

function dataset(name: string, source: PlanSource, changes: Partial<PlanDataset> = {}): PlanDataset {
  return {
    ...handPlan().datasets[0]!,
    name,
    source,
    holdout_rows: 0,
    max_malformed: '0',
    format: messages,
    ...changes,
  };
}

const local = (name: string): PlanSource => ({ kind: 'local', paths: [name] });
const chat = (text: string) => ({
  messages: [
    { role: 'user', content: text },
    { role: 'assistant', content: 'ok' },
  ],
});
const read = (of: PlanDataset, others: readonly PlanDataset[] = [], seed = 1) =>
  datasetContents(of, { plan: { datasets: [of, ...others], seed }, baseDirectory: folder });

write(
  'chats.jsonl',
  Array.from({ length: 50 }, (_, i) => chat(`chat ${i}`)),
);
write(
  'more.jsonl',
  Array.from({ length: 30 }, (_, i) => chat(`more ${i}`)),
);

describe('rows', () => {
  test('of each format become messages', async () => {
    write('formats.jsonl', [
      { p: 'Say A', r: 'A', prompt: 'Which?', chosen: 'This.', rejected: [{ role: 'assistant', content: 'That.' }] },
      {
        p: [{ role: 'user', content: 'x' }],
        r: 'y',
        prompt: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'c' },
        ],
        chosen: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'c' },
          { role: 'assistant', content: 'd' },
        ],
        rejected: 'e',
      },
    ]);
    const asked = await read(
      dataset('d', local('formats.jsonl'), { format: { kind: 'prompt_response', prompt: 'p', response: 'r' } }),
    );
    expect(asked.training[0]!.content).toMatchObject({
      messages: [
        { role: 'user', content: 'Say A' },
        { role: 'assistant', content: 'A' },
      ],
    });
    const pairs = await read(dataset('d', local('formats.jsonl'), { format: preference }));
    expect(pairs.training.map(({ content }) => content)).toMatchObject([
      { prompt: [{ content: 'Which?' }], chosen: [{ content: 'This.' }], rejected: [{ content: 'That.' }] },
      // Every turn of the prompt is kept, and not repeated in the answer.
      {
        prompt: [{ content: 'a' }, { content: 'b' }, { content: 'c' }],
        chosen: [{ content: 'd' }],
        rejected: [{ content: 'e' }],
      },
    ]);
    expect(pairs.training[1]!.content).toHaveProperty('chosen.length', 1);
  });

  test.each([
    ['{"messages": "hi"}', 'column `messages` is a string, not a list of messages'],
    ['{"messages": []}', 'column `messages` has no message'],
    ['{"messages": [{"content": "x"}]}', 'column `messages` message 1 has no `role`'],
    ['{"messages": [{"role": "user"}]}', 'column `messages` message 1 has no `content`'],
    ['{"messages": ["x"]}', 'column `messages` message 1 is a string, not an object with `role` and `content`'],
    ['{"message": []}', 'has no column `messages`, only `message`'],
    ['not json', 'is not valid JSON'],
  ])('that are none are counted, with their place: %s', async (line, reason) => {
    write('bad.jsonl', [line, ...Array.from({ length: 9 }, (_, i) => chat(`${i}`))]);
    const { training, malformed } = await read(dataset('d', local('bad.jsonl'), { max_malformed: '0.1' }));
    expect(training).toHaveLength(9);
    expect(malformed[0]!.malformed).toMatchObject({
      count: 1,
      rows: 10,
      examples: [{ file: 'bad.jsonl', line: 1, reason }],
    });
    await expect(read(dataset('d', local('bad.jsonl')))).rejects.toThrow('1 of 10 rows are malformed');
  });
});

describe('takes', () => {
  const chats = dataset('chats', local('chats.jsonl'), { holdout_rows: 10 });
  const more = dataset('more', local('more.jsonl'));
  const taken = (...takes: readonly [string, string | number][]) =>
    dataset('taken', { kind: 'takes', takes: takes.map(([name, asked]) => ({ dataset: name, asked, rows: null })) });

  test('yield numbers, parts and all of the rows that are not held out, in order', async () => {
    const { training, heldOut } = await read(taken(['chats', 7], ['more', '0.5']), [chats, more]);
    expect(training.map(({ file }) => file)).toEqual([
      ...Array(7).fill('chats.jsonl'),
      ...Array(15).fill('more.jsonl'),
    ]);
    const lines = training.slice(0, 7).map(({ line }) => line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(heldOut).toMatchObject([{ dataset: 'chats' }]);
    expect(heldOut[0]!.rows).toHaveLength(10);
    expect((await read(taken(['chats', 'all']), [chats])).training).toHaveLength(40);
  });

  test('are chosen by the seed, and a larger one holds the smaller', async () => {
    const lines = async (asked: number, seed: number) =>
      (await read(taken(['more', asked]), [more], seed)).training.map(({ line }) => line);
    expect(await lines(10, 1)).toEqual(await lines(10, 1));
    expect(await lines(10, 1)).not.toEqual(await lines(10, 2));
    expect(await lines(15, 1)).toEqual(expect.arrayContaining(await lines(10, 1)));
  });

  test('of more rows than there are, are an error', async () => {
    await expect(read(taken(['chats', 41]), [chats])).rejects.toThrow(
      '`take` asks for 41 rows of `chats`, which has 40 that can be trained on',
    );
  });

  test('of what cannot be read yet are refused by name', () => {
    const steps = dataset('steps', local('chats.jsonl'), { steps: stepsOf('score quality = classify("a/b")') });
    expect(() => requireReadable(taken([steps.name, 'all']), { datasets: [steps] }, folder)).toThrow(
      'dataset `steps`: `score quality = classify("a/b")` can be planned but not run: no classifier is run here',
    );
  });

  test("keep the template of the rows' own data set", async () => {
    const chat = { kind: 'chatml', system: 'Kind.' } as const;
    const plain = { kind: 'chatml', system: null } as const;
    const taking = { ...taken(['chats', 1], ['more', 1]), chat: plain };
    const { training } = await read(taking, [{ ...chats, chat }, more]);
    expect(training.map((row) => row.chat)).toEqual([chat, plain]);
    expect((await read(more)).training[0]).not.toHaveProperty('chat');
  });
});

describe('derived datasets of rows', () => {
  const labelled = Array.from({ length: 40 }, (_, i) => ({
    ...chat(`labelled ${i}`),
    conflict: i % 4 === 0,
    correct: i % 2 === 1,
  }));
  write('labelled.jsonl', labelled);
  const root = dataset('labelled', local('labelled.jsonl'), { holdout_rows: 4 });
  const steps = 'drop where conflict == true or correct == false';
  const derived = dataset('good', { kind: 'dataset', dataset: 'labelled' }, { steps: stepsOf(steps) });

  test('have the rows that come through, and neither held-out ones nor columns that only steps read', async () => {
    const { training, heldOut, steps: records } = await read(derived, [root]);
    const all = new Set([...training, ...heldOut[0]!.rows].map(({ line }) => line));
    expect(heldOut).toMatchObject([{ dataset: 'labelled', rows: { length: 4 } }]);
    for (const { line } of training) expect((line - 1) % 2).toBe(1);
    for (let i = 1; i < 40; i += 2) expect(all).toContain(i + 1);
    expect(training[0]).not.toHaveProperty('values');
    expect(records).toMatchObject([{ dataset: 'good', step: steps, rows: 36, dropped: 36 - training.length }]);
  });

  test('of takes of derived ones and of others', async () => {
    const takes = [
      { dataset: 'good', asked: 'all', rows: null },
      { dataset: 'chats', asked: 5, rows: 5 },
    ];
    const set = dataset('set', { kind: 'takes', takes });
    const from = { kind: 'dataset', dataset: 'set' } as const;
    const long = dataset('long', from, { steps: stepsOf('keep where characters >= 13') });
    const others = [set, derived, root, dataset('chats', local('chats.jsonl'))];
    const { training, steps: records } = await read(long, others);
    // `chat 12\nok` has 10 code points, `labelled 12\nok` 14.
    expect(new Set(training.map(({ file }) => file))).toEqual(new Set(['labelled.jsonl']));
    expect(records.map(({ dataset: of, dropped }) => [of, dropped > 0])).toEqual([
      ['good', true],
      ['long', true],
    ]);
  });

  test('read rows as the dataset says that is read, and compare all that is said in them', async () => {
    write('pairs.jsonl', [
      { prompt: 'Say one two three.', chosen: 'One two three.', rejected: 'No.' },
      { prompt: 'Say four.', chosen: 'Four.', rejected: 'Never, ever would I say four.' },
    ]);
    const pairs = dataset('pairs', local('pairs.jsonl'), { format: preference });
    const without = dataset(
      'without',
      { kind: 'dataset', dataset: 'pairs' },
      {
        format: preference,
        steps: stepsOf('decontaminate ngram(n = 4, against = [tests])', 'dataset tests { source = local("t.jsonl") }'),
      },
    );
    write('tests.jsonl', [chat('I said: never ever would I!')]);
    const { training } = await read(without, [pairs, dataset('tests', local('tests.jsonl'))]);
    expect(training.map(({ line }) => line)).toEqual([1]);
  });
});
