/**
 * A process for tests: prepares the data of a folder and kills itself, as `kill -9` does, at the n-th call of one file
 * operation, before or after it is done.
 *   node --import tsx prepare-and-die.ts FOLDER OPERATION N before|after
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { prepareDatasets } from '../../runtime/data/prepare-datasets.ts';
import { loadTokenizer } from '../../runtime/data/tokenizer/load-tokenizer.ts';
import { dataPlan, examplesFolder, planDataset } from './data-plan.ts';

const [folder, operation, count, when] = process.argv.slice(2) as [string, 'renameSync', string, 'before' | 'after'];
const tokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);

const operations = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
const original = operations[operation]!;
let calls = 0;
operations[operation] = (...args) => {
  const last = ++calls === Number(count);
  if (last && when === 'before') process.kill(process.pid, 'SIGKILL');
  const result = original(...args);
  if (last) process.kill(process.pid, 'SIGKILL');
  return result;
};
syncBuiltinESMExports();

const plan = dataPlan([planDataset('web', ['d/*'], { holdout_rows: 5 })]);
await prepareDatasets(plan, { baseDirectory: folder, cacheDirectory: path.join(folder, 'cache'), tokenizer });
process.exit(0);
