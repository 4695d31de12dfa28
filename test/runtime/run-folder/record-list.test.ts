import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubRecordFile, readHubRecord } from '../../../runtime/run-folder/hub-record.ts';
import { addSkip, readSkips, type SkipRecord } from '../../../runtime/run-folder/skip-record.ts';
import { readStartRecords, startRecordFile } from '../../../runtime/run-folder/start-record.ts';
import { RunError } from '../../../runtime/train/run-error.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'smol-records-'));
const commits = [{ repository: 'datasets/owner/name', revision: null, commit: 'a'.repeat(40) }];
const starts = [{ path: 'runs/first', step: 20, sha256: 'b'.repeat(64) }];
const skip: SkipRecord = {
  ...{ phase: 'pretrain', kind: 'asked', step: 3, checkpoint: 2, first: 3, last: 3 },
  ...{ loss: 'NaN', gradient_norm: null, mean: null, deviation: null, datasets: [{ dataset: 'web', tokens: 64 }] },
};

const records = {
  'hub.json': { read: readHubRecord, file: hubRecordFile(commits), items: commits },
  'starts.json': { read: readStartRecords, file: startRecordFile(starts), items: starts },
};

describe.each(Object.entries(records))('%s', (name, { read, file, items }) => {
  it('is read as it was written, and is nothing where there is no file', () => {
    const run = folder();
    expect(read(run)).toEqual([]);
    writeFileSync(join(run, name), file[name]!);
    expect(read(run)).toEqual(items);
  });

  const whole = Buffer.from(file[name]!).toString('utf8');
  it.each([
    '',
    whole.slice(0, -10),
    '[]',
    'null',
    '{"format": 1}',
    whole.replace('"format": 1', '"format": 2'),
    whole.replace(/\[.*\]/s, '[null]'),
    whole.replace(/\[.*\]/s, '[{}]'),
  ])('damaged (%j) it is refused by name', (text) => {
    const run = folder();
    writeFileSync(join(run, name), text);
    expect(() => read(run)).toThrow(RunError);
    expect(() => read(run)).toThrow(`${join(run, name)}\` is not a record of`);
  });
});

it('skips are read in the order they were added, and refused where one is none', async () => {
  const path = join(folder(), 'skips.json');
  await addSkip(path, skip);
  await addSkip(path, { ...skip, step: 5, first: 5, last: 6 });
  expect(readSkips(path).map(({ step }) => step)).toEqual([3, 5]);
  writeFileSync(path, '{"format": 1, "skips": [{"phase": "pretrain"}]}');
  expect(() => readSkips(path)).toThrow(RunError);
});
