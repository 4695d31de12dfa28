import { describe, expect, test } from 'vitest';
import { createNgramOverlap } from '../../../../runtime/data/derive/ngram-overlap.ts';
import { choiceOf } from '../../../../runtime/data/derive/row-choice.ts';
import type { RowView } from '../../../../runtime/data/derive/row-view.ts';
import { selectRows } from '../../../../runtime/data/derive/select-rows.ts';
import { planDataset } from '../../../support/data-plan.ts';
import { stepsOf } from '../../../support/steps-of.ts';

type Row = Readonly<Record<string, unknown>>;

/** Numbers of the rows that come through, and the record of each step. */
async function select(steps: string, rows: readonly Row[], { seed = 1, maxMalformed = '0', sets = [''] } = {}) {
  const dataset = planDataset('derived', ['x'], { steps: stepsOf(steps), max_malformed: maxMalformed });
  const views = rows.map(
    (values, index): RowView => ({
      values,
      text: String(values.text ?? `row ${index}`),
      key: String(values.text ?? `row ${index}`),
      file: 'd.jsonl',
      line: index + 1,
    }),
  );
  let reads = 0;
  async function* read() {
    reads++;
    yield* views;
  }
  const selection = await selectRows(
    'derived',
    read,
    dataset.steps.map((step, index) => ({
      dataset,
      work: { kind: 'step', step, choice: choiceOf(dataset, index, [dataset]) },
    })),
    {
      seed,
      overlapOf: (step) => createNgramOverlap(sets, step.kind === 'decontaminate' ? step.n : 1),
      tokenizer: { encodeBatch: async (texts) => texts.map((text) => new Int32Array(text.split(' ').length)) },
      detectLanguage: async (text) => (text.includes('ü') ? 'de' : 'en'),
    },
  );
  const kept = rows.flatMap((_, index) => (selection.has(index) ? [index] : []));
  expect(selection.rows).toBe(kept.length);
  expect(selection.has(rows.length)).toBe(false);
  return { kept, records: selection.records, reads };
}

const scored = (scores: readonly number[]) => scores.map((quality, index) => ({ quality, text: `page ${index}` }));

describe('rows through steps', () => {
  test('the small models’ DCLM: score 0 is removed, 1 and 2 are thinned out, the rest stays', async () => {
    const scores = Array.from({ length: 6_000 }, (_, index) => index % 6);
    const steps = 'drop where quality < 0.5\ndrop 70% where quality < 2.5';
    const { kept, records } = await select(steps, scored(scores));
    const by = (score: number) => kept.filter((index) => scores[index] === score).length;
    expect([by(0), by(3), by(4), by(5)]).toEqual([0, 1_000, 1_000, 1_000]);
    // 30% of 1,000 with a standard deviation of 14.5.
    for (const score of [1, 2]) expect(Math.abs(by(score) - 300)).toBeLessThan(60);
    expect(records.map(({ step, rows, dropped }) => [step, rows, dropped])).toEqual([
      ['drop where quality < 0.5', 6_000, 1_000],
      ['drop 70% where quality < 2.5', 5_000, 2_000 - by(1) - by(2)],
    ]);
  });

  test('a part is chosen by seed and text alone: other rows and steps, and the order, do not move it', async () => {
    const rows = scored(Array.from({ length: 400 }, () => 1));
    const texts = async (some: readonly Row[], steps = 'sample 30%', seed = 1) =>
      (await select(steps, some, { seed })).kept.map((index) => some[index]!.text as string).sort();
    const all = await texts(rows);
    expect(all.length).toBeGreaterThan(80);
    expect(all.length).toBeLessThan(160);
    expect(await texts(rows.toReversed())).toEqual(all);
    expect(await texts(rows.slice(0, 200))).toEqual(all.filter((text) => Number(text.slice(5)) < 200));
    expect(await texts(rows, 'keep where quality == 1\nsample 30%')).toEqual(all);
    expect(await texts(rows, 'sample 30%', 2)).not.toEqual(all);
    const twice = await texts(rows, 'sample 50%\nsample 50%');
    const once = await texts(rows, 'sample 50%');
    expect(twice.length).toBeLessThan(0.7 * once.length);
  });

  test('a number of rows, exactly; fewer where there are fewer', async () => {
    const rows = scored(Array.from({ length: 300 }, () => 1));
    const { kept, reads } = await select('sample 40 rows', rows);
    expect([kept.length, reads]).toEqual([40, 2]);
    expect((await select('sample 400 rows', rows)).kept).toHaveLength(300);
  });

  test('counts are of the rows that come to the step', async () => {
    const rows = [
      { domain: 'a', math: 2 },
      { domain: 'a', math: 3 },
      { domain: 'b', math: 5 },
      { domain: 'b', math: 0 },
      { domain: 'a', math: 0 },
      { domain: 'c', math: 9, spam: true },
    ];
    const { kept, reads } = await select('keep where count(math >= 2) by domain >= 2', rows);
    expect([kept, reads]).toEqual([[0, 1, 4], 2]);
    const after = await select('drop where math == 2\nkeep where count(math >= 2) by domain >= 1', rows);
    expect(after.kept).toEqual([1, 2, 3, 4, 5]);
  });

  test('equal texts once, nearly equal ones once', async () => {
    const rows = ['a b c', 'a  b c', 'a b c', 'd e f'].map((text) => ({ text }));
    expect((await select('dedup exact()', rows)).kept).toEqual([0, 1, 3]);
    expect((await select('dedup minhash()', rows)).kept).toEqual([0, 3]);
    const words = Array.from({ length: 200 }, (_, index) => `word${index}`);
    const near = [words, words.with(100, 'other'), words.map((word) => `${word}x`), words.toReversed()];
    const texts = near.map((each) => ({ text: each.join(' ') }));
    // 196 shingles of 5 words, 5 of which differ: a Jaccard index of 191 / 201, and 0.95^10 = 0.6 in a band of 10 hashes.
    expect((await select('dedup minhash(bands = 20, hashes = 10)', texts)).kept).toEqual([0, 2, 3]);
    expect((await select('dedup minhash(bands = 1, hashes = 100)', texts)).kept).toEqual([0, 1, 2, 3]);
  });

  test('nothing shared with an evaluation set', async () => {
    const set = 'Write a poem about the sea in exactly three lines, and use no comma.';
    const rows = [
      { text: 'Please write: a POEM about the sea -- in exactly three lines and more.' },
      { text: 'Write a poem about the sea in three lines.' },
      { text: 'Too short.' },
    ];
    const steps = 'decontaminate ngram(n = 10, against = ["ifeval"])';
    const { kept, records } = await select(steps, rows, { sets: [set] });
    expect(kept).toEqual([1, 2]);
    expect(records[0]).toMatchObject({ step: steps, rows: 3, dropped: 1 });
    expect((await select('decontaminate ngram(n = 12, against = ["ifeval"])', rows, { sets: [set] })).kept).toEqual([
      0, 1, 2,
    ]);
  });

  test('computed columns', async () => {
    const rows = ['one two three', 'für dich', 'four five'].map((text) => ({ text }));
    expect((await select('keep where tokens >= 2\nkeep where language == "en"', rows)).kept).toEqual([0, 2]);
    expect((await select('keep where characters > 8 and tokens < 3', rows)).kept).toEqual([2]);
  });

  test('what cannot be judged is left out with its place, up to `max_malformed`', async () => {
    const rows = [...scored(Array.from({ length: 97 }, () => 3)), { text: 'x' }, { quality: null }, { quality: '3' }];
    const { kept, records } = await select('keep where quality >= 3', rows, { maxMalformed: '0.03' });
    expect(kept).toHaveLength(97);
    expect(records).toEqual([
      {
        dataset: 'derived',
        step: 'keep where quality >= 3',
        rows: 100,
        dropped: 0,
        unjudged: {
          count: 3,
          kinds: { column_missing: 1, column_null: 1, column_not_comparable: 1 },
          examples: [
            { kind: 'column_missing', file: 'd.jsonl', line: 98, reason: 'has no column `quality`' },
            { kind: 'column_null', file: 'd.jsonl', line: 99, reason: 'column `quality` is null' },
            {
              kind: 'column_not_comparable',
              file: 'd.jsonl',
              line: 100,
              reason: 'column `quality` is a string, and it is compared with a number',
            },
          ],
        },
      },
    ]);
    await expect(select('keep where quality >= 3', rows, { maxMalformed: '0.02' })).rejects.toMatchObject({
      message: 'dataset `derived`: its steps cannot judge 3 of 100 rows (3%), above `max_malformed = 2%`',
      details: [expect.stringContaining('d.jsonl:98: has no column `quality`'), expect.anything(), expect.anything()],
    });
  });

  test('where none is left it is an error that says what dropped them', async () => {
    await expect(select('keep where quality > 5', scored([1, 2]))).rejects.toMatchObject({
      message: 'dataset `derived` has no row left after its steps',
      details: ['`derived`, `keep where quality > 5`: 2 of 2 rows dropped'],
    });
  });
});
