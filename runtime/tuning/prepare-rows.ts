import type { Plan, PlanPhase, PlanTuning } from '../../compiler/plan/index.ts';
import type { DataScope } from '../data/data-scope.ts';
import { type DatasetContents, datasetContents } from '../data/rows/dataset-contents.ts';
import type { DataRow } from '../data/rows/row-content.ts';
import { heldOutBatchLimit } from '../train/held-out-batch-limit.ts';
import type { RunPhase } from '../train/run-phases.ts';
import { shapeAt } from '../train/step-position.ts';
import type { TrainingData } from '../train/training-data.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import { evenlySpread } from './evenly-spread.ts';
import type { Example } from './example.ts';
import { hashExamples } from './hash-examples.ts';
import { markedRows } from './marked-rows.ts';
import type { PreparedRow, PreparedTuning, RowsRecord } from './prepared-tuning.ts';
import { promptsOf } from './sample-prompts.ts';

/** What is trained on of one dataset: rows (sft) or pairs (dpo). */
export interface TrainedSet<T> {
  readonly id: string;
  readonly name: string;
  readonly items: readonly T[];
}

/** What is measured of one dataset. */
export interface HeldOutSet<T> {
  readonly dataset: string;
  readonly items: readonly T[];
}

/** What a kind of post-training makes of rows. */
export interface RowsWork<T> {
  /** The rows as the model reads them, and what became of them. Throws DataError. */
  make(
    dataset: string,
    rows: readonly DataRow[],
    encoder: ChatEncoder,
    settings: PlanTuning,
    signal?: AbortSignal,
  ): Promise<{ readonly items: readonly T[]; readonly counts: RowsRecord['counts'] }>;
  /** The sequences of an item: the row, or both answers of a pair. */
  sequencesOf(item: T): PreparedRow['sequences'];
  /** The batches by step. */
  dataOf(
    plan: Plan,
    phase: RunPhase,
    sets: readonly TrainedSet<T>[],
    heldOut: readonly HeldOutSet<T>[],
  ): { readonly data: TrainingData; readonly notes: readonly string[] };
}

/**
 * Reads, writes out and tokenizes the rows of a phase of post-training. Of what is held out, so much as a measurement takes: the
 * rest is said in a note. Throws DataError (see `datasetContents` and the work's `make`).
 */
export async function prepareRows<T>(
  plan: Plan,
  phase: RunPhase,
  encoder: ChatEncoder,
  scope: DataScope,
  work: RowsWork<T>,
): Promise<PreparedTuning> {
  const tuning = phase.phase.tuning!;
  const sets: TrainedSet<T>[] = [];
  const records: RowsRecord[] = [];
  const heldOut: HeldOutSet<T>[] = [];
  const prompts: { dataset: string; prompt: string }[] = [];
  const notes: string[] = [];
  const parts: { readonly id: string; readonly name: string; readonly contents: DatasetContents }[] = [];
  for (const { dataset_id: id } of phase.phase.segments[0]!.shares) {
    const dataset = plan.datasets.find((each) => each.id === id)!;
    parts.push({ id, name: dataset.name, contents: await datasetContents(dataset, scope) });
  }
  const measured = parts.flatMap(({ contents }) => contents.heldOut.filter(({ rows }) => rows.length > 0));
  const most = mostHeldOutRows(plan, phase.phase, measured.length);
  for (const { id, name, contents } of parts) {
    const { items, counts } = await work.make(name, contents.training, encoder, tuning, scope.signal);
    sets.push({ id, name, items });
    const marked = markedRows(contents.training, encoder.tokenizer);
    const { malformed, steps } = contents;
    const said = { counts, marked, malformed, ...(steps.length === 0 ? {} : { steps }) };
    records.push({
      phase: phase.phase.name,
      dataset: name,
      id,
      ...said,
      content_hash: hashExamples(examplesOf(items, work)),
    });
    prompts.push(...promptsOf(name, contents, encoder));
  }
  for (const { dataset, rows } of measured) {
    const taken = evenlySpread(rows, most);
    if (taken.length < rows.length) notes.push(sampledNote(phase.phase.name, dataset, taken.length, rows.length));
    // What is held out is measured as far as it can be; how much of it is left out is no reason to stop.
    const settings = { ...tuning, too_long: 'drop', max_untrained: '1' } as const;
    heldOut.push({ dataset, items: (await work.make(dataset, taken, encoder, settings, scope.signal)).items });
  }
  const made = work.dataOf(plan, phase, sets, heldOut);
  return { data: made.data, notes: [...made.notes, ...notes], records, prompts, preview: previewOf(sets, work) };
}

/** Rows of a held-out part that a measurement is over, at most: as many batches as in pretraining. */
function mostHeldOutRows({ model }: Plan, phase: PlanPhase, parts: number): number {
  const batches = heldOutBatchLimit(model, shapeAt(phase, 1), Math.max(1, parts));
  return batches * phase.segments[0]!.batch_sequences;
}

function sampledNote(phase: string, dataset: string, taken: number, all: number): string {
  const count = (value: number) => value.toLocaleString('en-US');
  return `\`${phase}\` measures ${count(taken)} of the ${count(all)} held-out rows of \`${dataset}\`, evenly spread: a measurement is over so many batches at most`;
}

/** One after the other, since there may be as many as rows. */
function* examplesOf<T>(items: readonly T[], work: RowsWork<T>): Generator<Example> {
  for (const item of items) for (const { example } of work.sequencesOf(item)) yield example;
}

function previewOf<T>(sets: readonly TrainedSet<T>[], work: RowsWork<T>): PreparedTuning['preview'] {
  const rows = sets.flatMap(({ name, items }) => items.map((item) => ({ dataset: name, item })));
  return (count) =>
    rows.slice(0, count).map(({ dataset, item }) => {
      const sequences = work.sequencesOf(item);
      const [{ example }] = sequences as [PreparedRow['sequences'][number]];
      return { dataset, place: `${example.file}:${example.line}`, sequences };
    });
}
