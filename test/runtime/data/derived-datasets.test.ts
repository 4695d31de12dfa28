import { expect, test } from 'vitest';
import { dataFolder, jsonLines } from '../../support/data-folder.ts';
import { dataPlan, planDataset } from '../../support/data-plan.ts';
import { documentsOf, prepare } from '../../support/prepared-data.ts';
import { stepsOf } from '../../support/steps-of.ts';

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `Row ${index} says ${index * 7}` }));

const derivedFrom = (name: string, text: string, changes: Parameters<typeof planDataset>[2] = {}) =>
  planDataset(`${name}_derived`, [], { source: { kind: 'dataset', dataset: name }, steps: stepsOf(text), ...changes });

/** Prepares the last of these datasets alone. */
async function last(folder: string, datasets: readonly ReturnType<typeof planDataset>[]) {
  const plan = { ...dataPlan([datasets.at(-1)!]), datasets };
  return (await prepare(plan, folder))[0]!;
}

test('a derived dataset has the rows that come through its steps, in their places, and says what became of the others', async () => {
  const scores = Array.from({ length: 40 }, (_, index) => ({
    text: `Row ${index} has ${index % 4}`,
    score: index % 4,
  }));
  const folder = dataFolder({ 'd/a.jsonl': jsonLines([...scores, { text: 'no score, but many words' }]) });
  const web = planDataset('web', ['d/*']);
  const derived = derivedFrom('web', 'keep where score >= 2 and tokens > 3', { max_malformed: '0.1' });
  const prepared = await last(folder, [web, derived]);
  const kept = scores.flatMap(({ text, score }, index) =>
    score >= 2 ? [{ text, file: 'd/a.jsonl', line: index + 1 }] : [],
  );
  expect(await documentsOf(prepared.training)).toEqual(kept);
  expect(prepared.steps).toMatchObject([
    { dataset: 'web_derived', rows: 41, dropped: 20, unjudged: { count: 1, kinds: { column_missing: 1 } } },
  ]);
  const again = await last(folder, [web, derived]);
  expect([again.cached, again.steps, again.contentHash]).toEqual([true, prepared.steps, prepared.contentHash]);
  const other = await last(
    folder,
    [web, derivedFrom('web', 'keep where score >= 3')].map((each) => ({ ...each, max_malformed: '0.1' })),
  );
  expect([other.cached, other.training.documentCount]).toEqual([false, 10]);
});

test('rows that a dataset holds out come into none that derives from it, and malformed ones are counted once', async () => {
  const folder = dataFolder({ 'd/a.jsonl': `${jsonLines(rows(60))}not JSON\n` });
  const web = planDataset('web', ['d/*'], { holdout_rows: 15 });
  const middle = derivedFrom('web', 'keep where text matches "Row [0-9]+ says"');
  const derived = { ...derivedFrom('web_derived', 'sample 50%', { holdout_rows: 5, max_malformed: '0.02' }) };
  const held = await documentsOf((await last(folder, [{ ...web, max_malformed: '0.02' }])).heldOut);
  const prepared = await last(folder, [web, middle, derived]);
  const own = [...(await documentsOf(prepared.training)), ...(await documentsOf(prepared.heldOut))];
  expect(held.map(({ text }) => text).filter((text) => own.some((each) => each.text === text))).toEqual([]);
  expect(prepared.heldOut.documentCount).toBe(5);
  expect(prepared.malformed).toMatchObject({ count: 1, rows: 61 });
  expect(prepared.steps.map(({ step, rows: came, dropped }) => [step, came, dropped])).toEqual([
    ['holdout = 15 rows', 60, 15],
    ['keep where text matches "Row [0-9]+ says"', 45, 0],
    ['sample 50%', 45, 45 - own.length],
  ]);
});

test('a dataset is decontaminated against another one and against a task of a file', async () => {
  const shared = 'one two three four five six seven eight nine ten';
  const folder = dataFolder({
    'd/a.jsonl': jsonLines([{ text: `So ${shared}, they say.` }, { text: 'Zero, one, two and three.' }]),
    'tests.jsonl': jsonLines([{ prompt: `Say: ${shared}!` }]),
    'tests.json': JSON.stringify({
      kind: 'generate',
      data: { local: 'tests.jsonl' },
      question: '{prompt}',
      answer: '{prompt}',
    }),
  });
  const web = planDataset('web', ['d/*']);
  const tests = planDataset('tests', ['tests.jsonl'], {
    text_column: 'prompt',
    format: { kind: 'text', column: 'prompt' },
  });
  const declared = 'dataset tests { source = local("tests.jsonl") }';
  for (const against of ['tests', '"tests.json"']) {
    const steps = stepsOf(`decontaminate ngram(n = 10, against = [${against}])`, declared);
    const prepared = await last(folder, [web, tests, { ...derivedFrom('web', ''), steps }]);
    expect(await documentsOf(prepared.training)).toMatchObject([{ line: 2 }]);
  }
  const steps = stepsOf('decontaminate ngram(n = 20, against = [tests])', declared);
  await expect(last(folder, [web, tests, { ...derivedFrom('web', ''), steps }])).rejects.toThrow(
    'would drop nothing: no text of `tests` has 20 words',
  );
});

test('where nothing comes to the steps it is said why, and no step is blamed', async () => {
  const nan = '{"text": "a", "score": NaN}\n'.repeat(20);
  const blank = jsonLines([{ text: '' }, { text: '' }]);
  const folder = dataFolder({
    'nan/a.jsonl': nan,
    'none/a.jsonl': '',
    'blank/a.jsonl': blank,
    'd/a.jsonl': jsonLines(rows(30)),
  });
  const failure = (name: string, changes: Parameters<typeof planDataset>[2] = {}) =>
    last(folder, [planDataset(name, [`${name}/*`], changes), derivedFrom(name, 'sample 50%')]);
  await expect(failure('nan')).rejects.toMatchObject({
    message: 'dataset `nan_derived` has no row that can be used: all 20 are malformed',
    details: expect.arrayContaining(['nan/a.jsonl:1: is not valid JSON', 'and 10 more']),
  });
  await expect(failure('none')).rejects.toThrow('dataset `none_derived` is empty: its files hold no row');
  await expect(failure('blank')).rejects.toMatchObject({
    message: 'dataset `blank_derived` has no row that can be used: all 2 are malformed',
    details: ['blank/a.jsonl:1: column `text` is empty', 'blank/a.jsonl:2: column `text` is empty'],
  });
  await expect(failure('d', { holdout_rows: 30 })).rejects.toMatchObject({
    message: 'dataset `d` holds out all 30 rows that come to it: none is left for `d_derived`',
    details: [expect.stringContaining('30 of 30 rows dropped'), expect.stringContaining('0 of 0 rows dropped')],
  });
});
