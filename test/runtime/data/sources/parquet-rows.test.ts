import { copyFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlanDataset } from '../../../../compiler/plan/index.ts';
import { prepareDatasets } from '../../../../runtime/data/prepare-datasets.ts';
import { datasetContents } from '../../../../runtime/data/rows/dataset-contents.ts';
import { InvalidText, parquetRows } from '../../../../runtime/data/sources/parquet-rows.ts';
import { loadTokenizer } from '../../../../runtime/data/tokenizer/load-tokenizer.ts';
import { jsonLines } from '../../../support/data-folder.ts';
import { dataPlan, examplesFolder, planDataset } from '../../../support/data-plan.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/parquet');
const folder = mkdtempSync(join(tmpdir(), 'smol-parquet-'));

function fileOf(path: string, name = 'a.parquet') {
  return { name, path, bytes: statSync(path).size };
}

function written(name: string, bytes: Uint8Array) {
  writeFileSync(join(folder, name), bytes);
  return fileOf(join(folder, name), name);
}

async function all(file: ReturnType<typeof fileOf>, columns?: readonly string[]) {
  const rows = [];
  for await (const row of parquetRows(file, 'dataset `web`', columns ? { columns } : {})) rows.push(row);
  return rows;
}

describe('rows of a parquet file that pyarrow wrote', () => {
  test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('with %s, in three row groups', async (codec) => {
    const rows = await all(fileOf(join(fixtures, `${codec}.parquet`)));
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(rows[5]!.values).toEqual({
      id: 5,
      question: 'Year 5 — é',
      choices: { text: ['was good', 'a whale'], label: ['A', 'B'] },
      answerKey: 'B',
      text: null,
      messages: [
        { role: 'user', content: 'say 5' },
        { role: 'assistant', content: 'ok' },
      ],
      when: '2024-01-06T00:00:00.000Z',
      score: 1.25,
      raw: 'fine',
    });
    // A number that a double does not hold stays what it is, and no replacement character stands for bytes that are no text.
    expect(rows[3]!.values.id).toBe('1152921504606846979');
    expect(rows[2]!.values.raw).toBeInstanceOf(InvalidText);
    expect(rows.at(-1)!.part).toBe(1);
  });

  test('have the columns that are asked for', async () => {
    const [first] = await all(fileOf(join(fixtures, 'zstd.parquet')), ['text']);
    expect(first!.values).toEqual({ text: `row 0: ${'some text '.repeat(5)}` });
    await expect(all(fileOf(join(fixtures, 'zstd.parquet')), ['txt'])).rejects.toThrow(
      'dataset `web`: `a.parquet` has no column `txt`, only `id`, `question`, `choices`',
    );
  });
});

describe('a file that is damaged is refused by name', () => {
  const whole = readFileSync(join(fixtures, 'snappy.parquet'));

  test.each([
    ['empty', Buffer.alloc(0), 'it does not end as one does'],
    ['no parquet', Buffer.from('{"text": "row"}\n'), 'it does not end as one does'],
    ['cut', whole.subarray(0, -100), 'it does not end as one does'],
    ['its footer only', whole.subarray(-200), ''],
    [
      'a footer that it has no room for',
      Buffer.concat([Buffer.from([255, 255, 255, 127]), Buffer.from('PAR1')]),
      'limit',
    ],
  ])('%s', async (_, bytes, why) => {
    await expect(all(written('bad.parquet', bytes))).rejects.toThrow(
      new RegExp(`dataset \`web\`: \`bad.parquet\` cannot be read as parquet: .*${why}`),
    );
  });

  test('with any byte changed, it is read or refused, never worse', async () => {
    for (let at = 4; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ 0x55;
      await all(written('changed.parquet', bytes)).catch((error) => expect(error.name).toBe('DataError'));
    }
  });

  test('and one whose sizes are beyond the limit is not unpacked', async () => {
    const read = async (maximumBytes: number) => {
      const rows = parquetRows(fileOf(join(fixtures, 'zstd.parquet')), 'dataset `web`', {
        columns: ['text'],
        maximumBytes,
      });
      for await (const { number } of rows) if (number === 12) return number;
      return null;
    };
    await expect(read(100)).rejects.toThrow(/a row group has \d+ bytes, above the limit of 100$/);
    expect(await read(1000)).toBe(12);
  });
});

describe('datasets of parquet files', () => {
  const tokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);
  copyFileSync(join(fixtures, 'zstd.parquet'), join(folder, 'web.parquet'));
  const texts = Array.from({ length: 12 }, (_, i) => `row ${i}: ${'some text '.repeat(5)}`).filter((_, i) => i !== 5);
  writeFileSync(join(folder, 'web.jsonl'), jsonLines(texts.map((text) => ({ text }))));

  test('give the tokens that a `.jsonl` of the same rows gives; a null is counted with its row', async () => {
    const prepare = async (name: string) => {
      const plan = dataPlan([planDataset('web', [name], { max_malformed: '0.5', holdout_rows: 2 })]);
      const options = { baseDirectory: folder, cacheDirectory: join(folder, 'cache'), tokenizer };
      const [prepared] = await prepareDatasets(plan, options);
      prepared!.training.close();
      prepared!.heldOut.close();
      return prepared!;
    };
    const [parquet, jsonl] = [await prepare('web.parquet'), await prepare('web.jsonl')];
    expect(parquet.contentHash).toBe(jsonl.contentHash);
    expect(parquet.heldOut.documentCount).toBe(2);
    expect(parquet.malformed).toMatchObject({
      count: 1,
      rows: 12,
      examples: [{ kind: 'column_null', file: 'web.parquet', line: 6 }],
    });
    expect((await prepare('web.parquet')).cached).toBe(true);
  });

  test('have conversations for post-training', async () => {
    const dataset: PlanDataset = planDataset('chats', ['web.parquet'], {
      holdout_rows: 0,
      format: { kind: 'messages', column: 'messages' },
    });
    const { training } = await datasetContents(dataset, {
      plan: { datasets: [dataset], seed: 1 },
      baseDirectory: folder,
    });
    expect(training).toHaveLength(12);
    expect(training[7]).toMatchObject({
      content: { kind: 'conversation', messages: [{ role: 'user', content: 'say 7' }, { content: 'ok' }] },
      file: 'web.parquet',
      line: 8,
    });
  });
});
