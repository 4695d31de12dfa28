import type { Plan, PlanDataset } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import { createHoldoutChooser } from '../holdout.ts';
import type { HubFiles } from '../sources/hub-files.ts';
import type { MalformedRows } from '../types.ts';
import { localRows, rowFiles } from './local-rows.ts';
import type { DataRow } from './row-content.ts';
import { takeRows } from './take-rows.ts';

/** The rows of a dataset as post-training reads them. */
export interface DatasetContents {
  /** To train on. */
  readonly training: readonly DataRow[];
  /** Kept out of training, of this dataset and of those that it takes rows of. */
  readonly heldOut: readonly { readonly dataset: string; readonly rows: readonly DataRow[] }[];
  /** What was wrong in its files, by dataset. */
  readonly malformed: readonly { readonly dataset: string; readonly malformed: MalformedRows }[];
}

export interface ContentsScope {
  readonly plan: Pick<Plan, 'datasets' | 'seed'>;
  readonly baseDirectory: string;
  /** Of datasets on the hub. */
  readonly hubFiles?: HubFiles | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws DataError when a dataset of rows, or one that it takes rows of, cannot be read yet, or its files are not there. */
export function requireReadable(dataset: PlanDataset, plan: Pick<Plan, 'datasets'>, baseDirectory: string): void {
  const { source, steps, name } = dataset;
  const owner = `dataset \`${name}\``;
  const help = 'give local files: `source = local("data/*.jsonl")`, for example in a profile';
  if (source.kind === 'generate') {
    throw new DataError(`${owner}: rows that a model writes can be planned but not made yet`, help);
  }
  if (source.kind === 'dataset' || steps.length > 0) {
    throw new DataError(`${owner}: datasets derived by steps can be planned but not run yet`, help);
  }
  // Files on the hub are not there yet.
  if (source.kind === 'hf') return;
  if (source.kind === 'local') rowFiles(dataset, baseDirectory);
  else for (const take of source.takes) requireReadable(datasetNamed(plan, take.dataset), plan, baseDirectory);
}

/** Reads a dataset's rows, through its takes. Throws DataError. */
export async function datasetContents(dataset: PlanDataset, scope: ContentsScope): Promise<DatasetContents> {
  const { source } = dataset;
  if (source.kind === 'local' || source.kind === 'hf') {
    const { rows, malformed } = await localRows(dataset, scope.baseDirectory, scope.signal, scope.hubFiles);
    const training = withChat(rows, dataset);
    return withHoldout(dataset, { training, heldOut: [], malformed: [{ dataset: dataset.name, malformed }] });
  }
  if (source.kind !== 'takes') throw new Error(`a dataset of kind ${source.kind} was not refused`);
  const parts: DatasetContents[] = [];
  for (const { dataset: name, asked } of source.takes) {
    const contents = await datasetContents(datasetNamed(scope.plan, name), scope);
    parts.push({ ...contents, training: takeRows(contents.training, asked, scope.plan.seed, name) });
  }
  return withHoldout(dataset, {
    training: withChat(
      parts.flatMap(({ training }) => training),
      dataset,
    ),
    heldOut: parts.flatMap(({ heldOut }) => heldOut),
    malformed: parts.flatMap(({ malformed }) => malformed),
  });
}

/** Rows keep the template of the data set that they come from; one of takes gives its own to those that have none. */
function withChat(rows: readonly DataRow[], { chat }: PlanDataset): readonly DataRow[] {
  return chat ? rows.map((row) => ({ chat, ...row })) : rows;
}

/** Holds out the dataset's own rows: the choice depends on their texts alone, and equal rows go to the same side. */
function withHoldout(dataset: PlanDataset, contents: DatasetContents): DatasetContents {
  const { name, holdout_rows } = dataset;
  if (holdout_rows === 0) return contents;
  const chooser = createHoldoutChooser(holdout_rows);
  for (const { key } of contents.training) chooser.see(key);
  const { rule } = chooser.choose();
  const training = contents.training.filter(({ key }) => !rule(key));
  if (training.length === 0) {
    throw new DataError(
      `dataset \`${name}\` has ${contents.training.length} rows, and \`holdout = ${holdout_rows} rows\` leaves none to train on`,
      'hold out fewer rows',
    );
  }
  const rows = contents.training.filter(({ key }) => rule(key));
  return { ...contents, training, heldOut: [...contents.heldOut, { dataset: name, rows }] };
}

function datasetNamed({ datasets }: Pick<Plan, 'datasets'>, name: string): PlanDataset {
  return datasets.find((dataset) => dataset.name === name)!;
}
