import { setImmediate as breathe } from 'node:timers/promises';
import { type Plan, type PlanDataset, sourceDatasets } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import type { DataScope } from '../data-scope.ts';
import { requireSteps } from '../dataset-files.ts';
import { datasetTexts } from '../dataset-texts.ts';
import { datasetNamed, ownSteps } from '../derive/derivation.ts';
import { readEvaluationSets } from '../derive/evaluation-sets.ts';
import type { RowView } from '../derive/row-view.ts';
import { selectRows } from '../derive/select-rows.ts';
import { selectionContext } from '../derive/selection-context.ts';
import type { StepRecord } from '../derive/step-record.ts';
import { createHoldoutChooser } from '../holdout.ts';
import type { MalformedRows } from '../types.ts';
import { contentText } from './content-text.ts';
import { localRows, type RowReading, rowFiles } from './local-rows.ts';
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
  /** What became of rows at the steps of derived datasets, in order. */
  readonly steps: readonly StepRecord[];
}

/** Throws DataError when a dataset of rows, or one that it is made of, cannot be read yet, or its files are not there. */
export function requireReadable(dataset: PlanDataset, plan: Pick<Plan, 'datasets'>, baseDirectory: string): void {
  const { source, name } = dataset;
  if (source.kind === 'generate') {
    throw new DataError(
      `dataset \`${name}\`: rows that a model writes can be planned but not made yet`,
      'give local files: `source = local("data/*.jsonl")`, for example in a profile',
    );
  }
  requireSteps(dataset, plan.datasets, baseDirectory);
  if (source.kind === 'local') rowFiles(dataset, baseDirectory);
  else
    for (const parent of sourceDatasets(source))
      requireReadable(datasetNamed(parent, plan.datasets), plan, baseDirectory);
}

/** Reads a dataset's rows, through its takes and its steps. Throws DataError. */
export async function datasetContents(
  dataset: PlanDataset,
  scope: DataScope,
  reading: RowReading = {},
): Promise<DatasetContents> {
  const withValues = reading.withValues === true || dataset.steps.length > 0;
  const read = await readRows(dataset, scope, { ...reading, withValues });
  const contents = await throughSteps(dataset, { ...read, training: withChat(read.training, dataset) }, scope);
  const held = withHoldout(dataset, contents);
  return reading.withValues === true ? held : { ...held, training: held.training.map(withoutValues) };
}

/** The rows as they come to a dataset's steps. */
async function readRows(dataset: PlanDataset, scope: DataScope, reading: RowReading): Promise<DatasetContents> {
  const { source, name } = dataset;
  const { datasets, seed } = scope.plan;
  if (source.kind === 'local' || source.kind === 'hf') {
    const { baseDirectory, signal, hubFiles } = scope;
    const { rows, malformed } = await localRows(dataset, baseDirectory, signal, hubFiles, reading);
    return { training: rows, heldOut: [], malformed: [{ dataset: name, malformed }], steps: [] };
  }
  if (source.kind === 'dataset') {
    // What a row is, the dataset that is read says.
    return await datasetContents(datasetNamed(source.dataset, datasets), scope, { format: dataset.format, ...reading });
  }
  if (source.kind !== 'takes') throw new Error(`a dataset of kind ${source.kind} was not refused`);
  const parts: DatasetContents[] = [];
  for (const { dataset: taken, asked } of source.takes) {
    const { withValues = false } = reading;
    const contents = await datasetContents(datasetNamed(taken, datasets), scope, { withValues });
    parts.push({ ...contents, training: takeRows(contents.training, asked, seed, taken) });
  }
  return {
    training: parts.flatMap(({ training }) => training),
    heldOut: parts.flatMap(({ heldOut }) => heldOut),
    malformed: parts.flatMap(({ malformed }) => malformed),
    steps: parts.flatMap(({ steps }) => steps),
  };
}

async function throughSteps(
  dataset: PlanDataset,
  contents: DatasetContents,
  scope: DataScope,
): Promise<DatasetContents> {
  if (dataset.steps.length === 0) return contents;
  const steps = ownSteps(dataset, scope.plan.datasets);
  const sets = await readEvaluationSets(steps, scope, (of) => datasetTexts(of, scope));
  const { training } = contents;
  const context = selectionContext(scope, sets);
  const selection = await selectRows(dataset.name, () => rowViews(training, scope.signal), steps, context);
  return {
    ...contents,
    training: training.filter((_, index) => selection.has(index)),
    steps: [...contents.steps, ...selection.records],
  };
}

/** Rows after which the event loop gets its turn (Ctrl-C). */
const rowsBetweenBreaths = 2_000;

async function* rowViews(rows: readonly DataRow[], signal: AbortSignal | undefined): AsyncGenerator<RowView, void> {
  for (const [index, { content, key, values = {}, file, line }] of rows.entries()) {
    if (index % rowsBetweenBreaths === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    yield { values, text: contentText(content), key, file, line };
  }
}

function withoutValues({ values: _, ...row }: DataRow): DataRow {
  return row;
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
