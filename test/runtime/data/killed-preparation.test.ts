import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatasets, prepareDatasets } from '../../../runtime/data/prepare-datasets.ts';
import { loadTokenizer } from '../../../runtime/data/tokenizer/load-tokenizer.ts';
import { dataFolder, jsonLines } from '../../support/data-folder.ts';
import { dataPlan, examplesFolder, planDataset } from '../../support/data-plan.ts';

const child = fileURLToPath(new URL('../../support/prepare-and-die.ts', import.meta.url));
const tokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);
const rows = jsonLines(Array.from({ length: 300 }, (_, index) => ({ text: `Line ${index}, and again ${index * 3}` })));

async function prepare(folder: string) {
  const plan = dataPlan([planDataset('web', ['d/*'], { holdout_rows: 5 })]);
  const cacheDirectory = path.join(folder, 'cache');
  const datasets = await prepareDatasets(plan, { baseDirectory: folder, cacheDirectory, tokenizer });
  onTestFinished(() => closeDatasets(datasets));
  return datasets[0]!;
}

test.each([
  ['writeSync', 1, 'before', false],
  ['writeSync', 3, 'after', false],
  ['fsyncSync', 2, 'before', false],
  ['fsyncSync', 4, 'after', false],
  ['renameSync', 2, 'before', false],
  ['renameSync', 2, 'after', true],
] as const)('killed at %s %i (%s): no half store', async (operation, count, when, whole) => {
  const folder = dataFolder({ 'd/a.jsonl': rows });
  // The first rename would take a broken store out of the way; there is none, and the second is the store's own.
  const { signal, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', child, folder, operation, `${count}`, when],
    {
      encoding: 'utf8',
    },
  );
  expect(signal, stderr).toBe('SIGKILL');
  const left = readdirSync(path.join(folder, 'cache/tokens')).filter((name) => !name.startsWith('.'));
  expect(left).toHaveLength(whole ? 1 : 0);

  const prepared = await prepare(folder);
  expect(prepared.cached).toBe(whole);
  const clean = await prepare(dataFolder({ 'd/a.jsonl': rows }));
  expect(prepared.contentHash).toBe(clean.contentHash);
  expect(prepared.training.documentCount).toBe(295);
});
