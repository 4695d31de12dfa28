import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatasets, type PreparationOptions, prepareDatasets } from '../../../runtime/data/prepare-datasets.ts';
import { addFiles, dataFolder, jsonLines } from '../../support/data-folder.ts';
import { dataPlan, examplesFolder, planDataset } from '../../support/data-plan.ts';
import { documentsOf, prepare, dataTokenizer as tokenizer } from '../../support/prepared-data.ts';
import { stepsOf } from '../../support/steps-of.ts';

const one = async (folder: string, changes: Parameters<typeof planDataset>[2] = {}, paths = ['d/*']) =>
  (await prepare(dataPlan([planDataset('web', paths, changes)]), folder))[0]!;

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `Row ${index} says ${index * 7}` }));
const stores = (folder: string) => path.join(folder, 'cache/tokens');

test('documents stand in the order of files and lines, each with its place and one end of text', async () => {
  const folder = dataFolder({
    'd/b.jsonl': jsonLines([{ text: 'third' }, { text: '' }, { text: 'fourth\n' }]),
    'd/a.txt': 'first\nand second line\n',
    'd/a2.jsonl': '\n{"text": "second"}',
  });
  const prepared = await one(folder, { max_malformed: '0.5' });
  expect(await documentsOf(prepared.training)).toEqual([
    { text: 'first\nand second line\n', file: 'd/a.txt', line: 1 },
    { text: 'second', file: 'd/a2.jsonl', line: 2 },
    { text: 'third', file: 'd/b.jsonl', line: 1 },
    { text: 'fourth\n', file: 'd/b.jsonl', line: 3 },
  ]);
  expect(prepared.malformed).toMatchObject({ count: 1, rows: 5, kinds: { empty_text: 1 } });
  expect(prepared.malformed.examples).toEqual([
    { kind: 'empty_text', file: 'd/b.jsonl', line: 2, reason: 'column `text` is empty' },
  ]);
  expect(prepared.heldOut.tokenCount).toBe(0);
});

test('the same rows plain, with BOM, with CRLF, without a last line feed, with keys in another order: one hash', async () => {
  const texts = ['Call me Ishmael.', 'Some years ago', '-never mind', 'how long', 'precisely\u2028-'];
  const plain = jsonLines(texts.map((text, id) => ({ id, text })));
  const variants = {
    plain,
    bom: `\uFEFF${plain}`,
    crlf: plain.replaceAll('\n', '\r\n'),
    short: plain.slice(0, -1),
    keys: jsonLines(texts.map((text, id) => ({ text, id, extra: [text] }))),
  };
  const hashes = new Set<string>();
  for (const content of Object.values(variants)) {
    const prepared = await one(dataFolder({ 'd/a.jsonl': content }));
    hashes.add(prepared.contentHash);
    expect((await documentsOf(prepared.training)).map((document) => document.text)).toEqual(texts);
  }
  expect(hashes.size).toBe(1);
});

test('malformed rows of every class, first, last and between: counted, skipped, no end of text for them', async () => {
  const good = rows(20).map((row) => JSON.stringify(row));
  const bad = [
    '{"text": ""}',
    '{"text": null}',
    '{}',
    '{"text": "  "}',
    '{"text": 5}',
    '[]',
    '{"text":',
    '{"text": "\\ud800"}',
  ];
  const lines = [bad[0]!, bad[1]!, ...good.slice(0, 10), ...bad.slice(2, 6), ...good.slice(10), bad[6]!, bad[7]!];
  const bytes = Buffer.from(`${lines.join('\n')}\n{"text": "ab?"}\n`);
  bytes[bytes.lastIndexOf('?')] = 0xfe;
  const folder = dataFolder({ 'd/a.jsonl': bytes });
  const prepared = await one(folder, { max_malformed: '0.4' });
  expect(prepared.malformed).toMatchObject({ count: 9, rows: 29 });
  expect(prepared.malformed.kinds).toEqual({
    column_missing: 1,
    column_not_text: 1,
    column_null: 1,
    empty_text: 2,
    invalid_json: 1,
    invalid_utf8: 1,
    lone_surrogate: 1,
    not_an_object: 1,
  });
  const clean = await one(dataFolder({ 'd/a.jsonl': good.join('\n') }));
  expect(prepared.contentHash).toBe(clean.contentHash);
  const lengths = await tokenizer.encodeBatch(rows(20).map((row) => row.text));
  expect(prepared.training.tokenCount).toBe(lengths.reduce((sum, tokens) => sum + tokens.length + 1, 0));
  // The limit is asked again when the tokens come from the cache.
  await expect(one(folder, { max_malformed: '0.3' })).rejects.toMatchObject({
    message: 'dataset `web`: 9 of 29 rows are malformed (31%), above `max_malformed = 30%`',
    details: expect.arrayContaining([
      'd/a.jsonl:1: column `text` is empty',
      expect.stringMatching(/^d\/a\.jsonl:29: is not UTF-8: byte 0xfe at byte offset \d+ of the file$/),
    ]),
  });
  expect((await one(folder, { max_malformed: '0.4' })).cached).toBe(true);
});

test('a dataset without a usable row is named', async () => {
  const all = jsonLines([{ text: '' }, { text: null }, {}]);
  await expect(one(dataFolder({ 'd/a.jsonl': all }), { max_malformed: '1' })).rejects.toThrow(
    'dataset `web` has no row that can be used: all 3 are malformed',
  );
  await expect(one(dataFolder({ 'd/a.jsonl': '\n' }))).rejects.toThrow('dataset `web` is empty');
  await expect(one(dataFolder({ 'd/a.jsonl': jsonLines([{ text: 'a' }]) }))).rejects.toThrow(
    /dataset `web` has 2 training tokens, less than one window of 9/,
  );
});

test('a second run reads the cache; a changed byte, column, holdout or name makes new tokens', async () => {
  const content = jsonLines(rows(50));
  const folder = dataFolder({ 'd/a.jsonl': content });
  const first = await one(folder);
  expect(first.cached).toBe(false);
  expect(await one(folder)).toMatchObject({ cached: true, contentHash: first.contentHash });

  const file = path.join(folder, 'd/a.jsonl');
  writeFileSync(file, content.replace('Row 7', 'Row X'));
  utimesSync(file, 1, 1);
  const changed = await one(folder);
  expect(changed.cached).toBe(false);
  expect(changed.contentHash).not.toBe(first.contentHash);

  writeFileSync(file, content);
  utimesSync(file, 1, 1);
  expect(await one(folder)).toMatchObject({ cached: true, contentHash: first.contentHash });
  expect((await one(folder, { holdout_rows: 5 })).cached).toBe(false);
  renameSync(file, path.join(folder, 'd/b.jsonl'));
  const renamed = await one(folder);
  expect(renamed).toMatchObject({ cached: false, contentHash: first.contentHash });
  expect(renamed.training.documentAt(0).file).toBe('d/b.jsonl');
});

test('training and held-out rows are disjoint, together all rows, and the same in any order', async () => {
  const all = [...rows(200), ...rows(30)];
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(all) });
  const prepared = await one(folder, { holdout_rows: 25 });
  const heldOut = (await documentsOf(prepared.heldOut)).map((document) => document.text);
  const training = (await documentsOf(prepared.training)).map((document) => document.text);
  expect(heldOut.length).toBeGreaterThanOrEqual(25);
  expect(heldOut.length).toBeLessThanOrEqual(26);
  expect(training.filter((text) => heldOut.includes(text))).toEqual([]);
  expect([...training, ...heldOut].sort()).toEqual(all.map((row) => row.text).sort());

  const reversed = dataFolder({ 'd/z.jsonl': jsonLines([...all].reverse()) });
  const again = (await documentsOf((await one(reversed, { holdout_rows: 25 })).heldOut)).map((each) => each.text);
  expect(again.sort()).toEqual(heldOut.sort());
  await expect(one(folder, { holdout_rows: 230 })).rejects.toThrow(
    'dataset `web` has 230 usable rows, and `holdout = 230 rows` leaves none to train on',
  );
});

test('a store that was cut, changed or lost a file is made again', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(60)) });
  const good = await one(folder, { holdout_rows: 4 });
  const [key] = readdirSync(stores(folder));
  const store = path.join(stores(folder), key!);
  const names = readdirSync(store).sort();
  expect(names).toEqual(
    ['manifest.json', 'held-out.documents', 'held-out.tokens', 'training.documents', 'training.tokens'].sort(),
  );
  for (const name of names) {
    const file = path.join(store, name);
    const bytes = readFileSync(file);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length >> 1]! ^= 1;
    for (const breakIt of [
      () => writeFileSync(file, bytes.subarray(0, -1)),
      () => writeFileSync(file, flipped),
      () => writeFileSync(file, ''),
      () => rmSync(file),
    ]) {
      breakIt();
      const again = await one(folder, { holdout_rows: 4 });
      expect(again).toMatchObject({ cached: false, contentHash: good.contentHash });
      expect(readFileSync(file)).toEqual(bytes);
    }
  }
  expect(readdirSync(stores(folder))).toEqual([key]);
});

test('two preparations at once both end with the whole store, and leave nothing else', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(400)) });
  const both = await Promise.all([one(folder), one(folder), one(folder)]);
  expect(new Set(both.map((each) => each.contentHash)).size).toBe(1);
  for (const each of both) expect(await documentsOf(each.training)).toHaveLength(400);
  expect(readdirSync(stores(folder))).toHaveLength(1);
});

test('an abort leaves no store and no temporary folder', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(9000)) });
  const stop = new AbortController();
  const plan = dataPlan([planDataset('web', ['d/*'])]);
  const running = prepare(plan, folder, {
    signal: stop.signal,
    onProgress: ({ documents }) => {
      if (documents > 0) stop.abort(new Error('stopped by the test'));
    },
  });
  await expect(running).rejects.toThrow('stopped by the test');
  expect(readdirSync(stores(folder))).toEqual([]);
});

test('what a killed process left is removed once it is old, and not before', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(20)) });
  addFiles(stores(folder), { '.partial-old/training.tokens': 'x', '.partial-new/training.tokens': 'x' });
  const old = path.join(stores(folder), '.partial-old');
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const each of [path.join(old, 'training.tokens'), old]) utimesSync(each, hoursAgo, hoursAgo);
  await one(folder);
  expect(existsSync(old)).toBe(false);
  expect(existsSync(path.join(stores(folder), '.partial-new'))).toBe(true);
});

test('progress counts up to the whole; a cached dataset says so', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(3000)) });
  const events: Parameters<NonNullable<PreparationOptions['onProgress']>>[0][] = [];
  const plan = dataPlan([planDataset('web', ['d/*'])]);
  const onProgress = (event: (typeof events)[number]) => void events.push(event);
  const [prepared] = await prepare(plan, folder, { onProgress });
  expect(events.length).toBeGreaterThan(2);
  for (const [index, event] of events.entries()) {
    expect(event).toMatchObject({ dataset: 'web', cached: false });
    if (index > 0) expect(event.bytesRead).toBeGreaterThanOrEqual(events[index - 1]!.bytesRead);
  }
  const last = events.at(-1)!;
  expect(last).toMatchObject({ documents: 3000, tokens: prepared!.training.tokenCount, bytesRead: last.bytesTotal });
  events.length = 0;
  await prepare(plan, folder, { onProgress });
  expect(events).toMatchObject([{ dataset: 'web', documents: 3000, tokens: last.tokens, cached: true }]);
});

test('only datasets that a segment reads, once per id', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(30)) });
  const used = planDataset('web', ['d/*']);
  const unused = planDataset('far', ['nowhere/*']);
  const plan = { ...dataPlan([used]), datasets: [unused, used, { ...used, name: 'same' }] };
  expect((await prepare(plan, folder)).map((each) => each.name)).toEqual(['web']);
});

test('what can only be planned is refused by name before anything is read', async () => {
  const hub = { kind: 'hf', repository: 'a/b', config: null, split: null, revision: null } as const;
  const folder = dataFolder();
  await expect(one(folder, { source: hub })).rejects.toThrow('dataset `web`: its source hf("a/b") was not fetched');
  const scored = stepsOf('score quality = classify("owner/name")');
  await expect(one(folder, { steps: scored })).rejects.toMatchObject({
    message:
      'dataset `web`: `score quality = classify("owner/name")` can be planned but not run: no classifier is run here',
    help: expect.stringContaining('they read the column `quality`'),
  });
  await expect(one(folder, { steps: stepsOf('dedup embedding("owner/name")') })).rejects.toThrow('no embedding model');
  expect(existsSync(stores(folder))).toBe(false);
});

test("a tokenizer larger than the model's vocabulary is refused; the plan's own tokenizer is loaded", async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(30)) });
  copyFileSync(path.join(examplesFolder, 'data/tokenizer.json'), path.join(folder, 'tokenizer.json'));
  const datasets = [planDataset('web', ['d/*'])];
  await expect(prepare(dataPlan(datasets, { vocab: 4095 }), folder)).rejects.toMatchObject({
    message: "the tokenizer has 4,096 tokens, but the model's `vocab` is 4,095",
    help: expect.stringContaining('`vocab = 4096`'),
  });
  const cacheDirectory = path.join(folder, 'cache');
  const own = await prepareDatasets(dataPlan(datasets), { baseDirectory: folder, cacheDirectory });
  onTestFinished(() => closeDatasets(own));
  expect(own[0]!.contentHash).toBe((await one(folder)).contentHash);
});

test('a file that changes while it is read is noticed', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(30)), 'd/b.jsonl': jsonLines(rows(30)) });
  const plan = dataPlan([planDataset('web', ['d/*'])]);
  const onProgress = () => addFiles(folder, { 'd/b.jsonl': jsonLines(rows(31)) });
  await expect(prepare(plan, folder, { onProgress })).rejects.toThrow(
    'dataset `web`: `d/b.jsonl` changed while it was being read',
  );
  expect(readdirSync(stores(folder))).toEqual([]);
});

test('a file that goes away meanwhile is named', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(30)), 'd/b.jsonl': jsonLines(rows(30)) });
  const plan = dataPlan([planDataset('web', ['d/*'])]);
  const onProgress = () => rmSync(path.join(folder, 'd/b.jsonl'), { force: true });
  await expect(prepare(plan, folder, { onProgress })).rejects.toThrow(
    'dataset `web`: `d/b.jsonl` cannot be read (ENOENT)',
  );
  expect(readdirSync(stores(folder))).toEqual([]);
});

test('a cache folder that cannot be used is named', async () => {
  const folder = dataFolder({ 'd/a.jsonl': jsonLines(rows(30)), cache: 'a file, not a folder' });
  await expect(one(folder)).rejects.toMatchObject({
    message: expect.stringMatching(/the token cache `.*tokens` cannot be used \(ENOTDIR\)/),
    help: expect.stringContaining('SMOL_CACHE'),
  });
});
