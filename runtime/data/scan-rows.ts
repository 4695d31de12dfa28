import { type DatasetSource, datasetRows } from './dataset-rows.ts';
import { createHoldoutChooser, type HoldoutRule } from './holdout.ts';
import { createMalformedTally } from './malformed-tally.ts';
import type { MalformedRows } from './types.ts';

export interface ScannedRows {
  readonly malformed: MalformedRows;
  readonly holdout: HoldoutRule;
  /** Rows that can be used, held out or not. */
  readonly usable: number;
  readonly heldOut: number;
}

/** First pass over a dataset: which rows can be used and which of them are held out. Nothing is tokenized yet. */
export async function scanRows(source: DatasetSource, holdoutRows: number, signal?: AbortSignal): Promise<ScannedRows> {
  const tally = createMalformedTally();
  const chooser = createHoldoutChooser(holdoutRows);
  let usable = 0;
  for await (const { row, isSelected } of datasetRows(source, signal)) {
    const text = tally.text(row, source.files[row.file]!.name);
    if (text === null || !isSelected) continue;
    usable++;
    chooser.see(text);
  }
  const { rule, heldOut } = chooser.choose();
  return { malformed: tally.result(), holdout: rule, usable, heldOut };
}
