import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DataRecord, readDataRecord, refuseChangedData } from '../../../runtime/run-folder/data-record.ts';

const record: DataRecord = {
  format: 1,
  tokenizer: 'ff',
  datasets: [
    {
      name: 'novel',
      id: 'aa',
      training_tokens: 1000,
      training_documents: 3,
      held_out_tokens: 10,
      held_out_documents: 1,
      windows: { 8: 124, 16: 62 },
      content_hash: '01',
      unigram_entropy: 3.5,
      malformed: { count: 0, rows: 3, examples: [] },
    },
  ],
};
const withDataset = (changes: object): DataRecord => ({
  ...record,
  datasets: [{ ...record.datasets[0]!, ...changes }],
});

test('the same data under another name is the same', () => {
  expect(() => refuseChangedData(record, withDataset({ name: 'moby_dick' }))).not.toThrow();
});

test('another content, count, tokenizer or dataset is refused by name, with the numbers', () => {
  const refused = (current: DataRecord) => expect(() => refuseChangedData(record, current));
  refused(withDataset({ content_hash: '02' })).toThrow('dataset `novel` has changed: its 1,000 tokens are other ones');
  refused(withDataset({ content_hash: '02', training_tokens: 999 })).toThrow('it has 999 tokens, and had 1,000');
  refused(withDataset({ windows: { 8: 123, 16: 62 } })).toThrow('it has 123 windows of 8 tokens, and had 124');
  refused(withDataset({ id: 'bb', name: 'code' })).toThrow(
    'dataset `code` has changed: the run was started without it',
  );
  refused({ ...record, tokenizer: 'fe' }).toThrow('the tokenizer has changed');
});

test('a missing or damaged record is said', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'smol-data-')), 'data.json');
  expect(() => readDataRecord(path)).toThrow('is missing');
  writeFileSync(path, '{"format":1,');
  expect(() => readDataRecord(path)).toThrow('is not a data record');
  writeFileSync(path, JSON.stringify(record));
  expect(readDataRecord(path)).toEqual(record);
});
