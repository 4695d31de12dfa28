import type { CatalogueRow } from '../catalogue-row.ts';
import * as ablation from './ablation.ts';
import * as blocks from './blocks.ts';
import * as calls from './calls.ts';
import * as classifier from './classifier.ts';
import * as cluster from './cluster.ts';
import * as data from './data.ts';
import * as evaluate from './evaluate.ts';
import * as exhaustion from './exhaustion.ts';
import * as exported from './export.ts';
import * as files from './files.ts';
import * as imported from './import.ts';
import * as importMeaning from './import-meaning.ts';
import * as lock from './lock.ts';
import * as model from './model.ts';
import * as names from './names.ts';
import * as plan from './plan.ts';
import * as rowEpochs from './row-epochs.ts';
import * as schedule from './schedule.ts';
import * as settings from './settings.ts';
import * as shares from './shares.ts';
import * as sizedShares from './sized-shares.ts';
import * as stages from './stages.ts';
import * as steps from './steps.ts';
import * as syntax from './syntax.ts';
import * as entries from './syntax-entries.ts';
import * as numbers from './syntax-numbers.ts';
import * as structure from './syntax-structure.ts';
import * as tuning from './tuning.ts';
import * as values from './values.ts';

const subjects = [
  syntax,
  numbers,
  structure,
  entries,
  ablation,
  blocks,
  calls,
  classifier,
  cluster,
  data,
  evaluate,
  exported,
  exhaustion,
  files,
  imported,
  importMeaning,
  lock,
  model,
  names,
  plan,
  rowEpochs,
  schedule,
  settings,
  shares,
  sizedShares,
  stages,
  steps,
  tuning,
  values,
];

/** Every diagnostic that can be given, in the order of codes. A new file of rows is imported and listed here. */
export const catalogue: readonly CatalogueRow<never>[] = subjects
  .flatMap((rows): CatalogueRow<never>[] => Object.values(rows))
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/** The row of a code; null when there is none. */
export function rowOf(code: string): CatalogueRow<never> | null {
  return catalogue.find((row) => row.code === code) ?? null;
}
