import type { PlanDataset } from '../../compiler/plan/index.ts';
import type { DataScope } from './data-scope.ts';
import { datasetFiles, requireSteps } from './dataset-files.ts';
import { type DatasetSource, datasetRows, unreadable } from './dataset-rows.ts';
import { datasetTexts } from './dataset-texts.ts';
import { derivationIdentity, derivationOf } from './derive/derivation.ts';
import { readEvaluationSets } from './derive/evaluation-sets.ts';
import { sourceColumns } from './derive/read-columns.ts';
import type { RowView } from './derive/row-view.ts';
import { type Selection, selectRows } from './derive/select-rows.ts';
import { selectionContext } from './derive/selection-context.ts';
import { checkMalformed } from './malformed-limit.ts';
import { createMalformedTally, type MalformedTally } from './malformed-tally.ts';
import { contentHash } from './sources/content-hash.ts';
import { maximumRowBytes } from './sources/rows.ts';

/** The rows of a dataset of text: its files, hashed, and the steps that choose among their rows. */
export interface TextSource extends DatasetSource {
  /** What decides, besides the files, which rows are chosen; absent where all are. */
  readonly derivation?: unknown;
  /** Sends the rows through the steps; null where there are none. Throws DataError (see `selectRows`). */
  select(): Promise<Selection | null>;
}

/** Throws DataError; see `datasetFiles`, `requireSteps` and `readEvaluationSets`. */
export async function openTextSource(dataset: PlanDataset, scope: DataScope): Promise<TextSource> {
  const { plan, baseDirectory, hubFiles, signal } = scope;
  const owner = `dataset \`${dataset.name}\``;
  requireSteps(dataset, plan.datasets, baseDirectory);
  const files = [];
  for (const file of datasetFiles(dataset, plan.datasets, baseDirectory, hubFiles)) {
    try {
      files.push({ ...file, sha256: await contentHash(file.path, signal) });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreadable(owner, file, cause);
    }
  }
  const { steps } = derivationOf(dataset, plan.datasets);
  const columns = sourceColumns(steps.flatMap(({ work }) => (work.kind === 'step' ? [work.step] : [])));
  const source = { owner, files, textColumn: dataset.text_column, maximumRowBytes, columns };
  if (steps.length === 0) return { ...source, select: async () => null };
  const sets = await readEvaluationSets(steps, scope, (of) => datasetTexts(of, scope));
  return {
    ...source,
    derivation: [derivationIdentity(steps, plan.seed), sets.hashes],
    select() {
      const tally = createMalformedTally();
      let isFirst = true;
      const rows = () => {
        const own = isFirst ? tally : createMalformedTally();
        isFirst = false;
        return rowViews(source, own, signal);
      };
      // Rows that cannot be used come to no step: said before the steps are blamed for what is missing.
      const checkRead = () => checkMalformed(dataset.name, tally.result(), dataset.max_malformed);
      return selectRows(dataset.name, rows, steps, { ...selectionContext(scope, sets), checkRead });
    },
  };
}

async function* rowViews(
  source: DatasetSource,
  tally: MalformedTally,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowView | null, void> {
  for await (const { row } of datasetRows(source, signal)) {
    const { values, line } = row;
    const file = source.files[row.file]!.name;
    const text = tally.text(row, file);
    yield text === null ? null : { values, text, key: text, file, line };
  }
}
