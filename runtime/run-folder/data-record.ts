import { existsSync, readFileSync } from 'node:fs';
import type { StepRecord } from '../data/derive/step-record.ts';
import type { MalformedRow } from '../data/types.ts';
import { RunError } from '../train/run-error.ts';
import type { RowsRecord } from '../tuning/prepared-tuning.ts';

/** `data.json`: what the run was prepared from, so that a resumed run can tell that it is still the same. */
export interface DataRecord {
  readonly format: 1;
  /** SHA-256 (hex) of the tokenizer's file. */
  readonly tokenizer: string;
  readonly datasets: readonly DatasetRecord[];
  /** What phases of post-training read; absent without one. */
  readonly rows?: readonly RowsRecord[];
}

export interface DatasetRecord {
  readonly name: string;
  readonly id: string;
  readonly training_tokens: number;
  readonly training_documents: number;
  readonly held_out_tokens: number;
  readonly held_out_documents: number;
  /** Training windows by sequence length. */
  readonly windows: Readonly<Record<string, number>>;
  /** SHA-256 (hex) of the training tokens. */
  readonly content_hash: string;
  /** Entropy of the training tokens' frequencies in nats per token: the loss of the best model that knows only those. */
  readonly unigram_entropy: number;
  readonly malformed: { readonly count: number; readonly rows: number; readonly examples: readonly MalformedRow[] };
  /** What became of the rows at each step; absent where there is none. */
  readonly steps?: readonly StepRecord[];
}

/** Reads `data.json`; throws `RunError` when it is missing or is none. */
export function readDataRecord(path: string): DataRecord {
  if (!existsSync(path)) {
    throw new RunError(`\`${path}\` is missing, so it cannot be told whether the data is still the same`, {
      help: 'start a new run; `smol generate` can still use the checkpoints of this one',
    });
  }
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as DataRecord;
    if (value.format === 1 && typeof value.tokenizer === 'string' && Array.isArray(value.datasets)) return value;
  } catch {
    // Said below.
  }
  throw new RunError(`\`${path}\` is not a data record of this version`, {
    help: 'restore it from a copy, or start a new run',
  });
}

/**
 * Throws `RunError` naming the first dataset whose content is not what the run was started with. Datasets are compared by id,
 * so a renamed one is the same. `mayGrow`: an edited plan may read datasets, and sequences of lengths, that it did not before.
 */
export function refuseChangedData(recorded: DataRecord, current: DataRecord, mayGrow = false): void {
  if (recorded.tokenizer !== current.tokenizer) {
    throw changed('the tokenizer', 'its file has another content than when the run started');
  }
  for (const dataset of current.datasets) {
    const before = recorded.datasets.find(({ id }) => id === dataset.id);
    if (!before && mayGrow) continue;
    if (!before) throw changed(`dataset \`${dataset.name}\``, 'the run was started without it');
    for (const [sequence, windows] of Object.entries(dataset.windows)) {
      const known = before.windows[sequence];
      if (known === windows || (known === undefined && mayGrow)) continue;
      throw changed(
        `dataset \`${dataset.name}\``,
        `it has ${count(windows)} windows of ${sequence} tokens, and had ${count(known ?? 0)} when the run started`,
      );
    }
    if (before.content_hash !== dataset.content_hash) {
      const counts =
        before.training_tokens === dataset.training_tokens
          ? `its ${count(dataset.training_tokens)} tokens are other ones`
          : `it has ${count(dataset.training_tokens)} tokens, and had ${count(before.training_tokens)}`;
      throw changed(`dataset \`${dataset.name}\``, `${counts} than when the run started`);
    }
  }
  if (!mayGrow) refuseChangedRows(recorded, current);
}

/** Post-training reads the same rows as when the run started, in the phases that both plans have. */
function refuseChangedRows(recorded: DataRecord, current: DataRecord): void {
  for (const rows of current.rows ?? []) {
    const before = recorded.rows?.find(({ phase, id }) => phase === rows.phase && id === rows.id);
    if (before === undefined || before.content_hash === rows.content_hash) continue;
    throw changed(`dataset \`${rows.dataset}\``, `\`${rows.phase}\` would read other rows than when the run started`);
  }
}

/** The record of an edited run: all that it has read or reads. */
export function grownRecord(recorded: DataRecord, current: DataRecord): DataRecord {
  const before = new Map(recorded.datasets.map((dataset) => [dataset.id, dataset]));
  const now = current.datasets.map((dataset) => ({
    ...dataset,
    windows: { ...before.get(dataset.id)?.windows, ...dataset.windows },
  }));
  const ids = new Set(now.map(({ id }) => id));
  return {
    ...recorded,
    ...(current.rows && { rows: current.rows }),
    datasets: [...now, ...recorded.datasets.filter(({ id }) => !ids.has(id))],
  };
}

function changed(what: string, how: string): RunError {
  return new RunError(`${what} has changed: ${how}`, {
    help: 'bring the old data back to resume, or start a new run without `--resume`',
  });
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
