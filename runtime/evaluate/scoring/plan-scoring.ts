import type { ScoringBatch, ScoringShape } from './scorer.ts';

/** Tokens that a model reads, and the labels that are scored: token `labels[i]` right after place `places[i]`. */
export interface Sequence {
  readonly tokens: Int32Array;
  readonly places: readonly number[];
  readonly labels: readonly number[];
}

/** A batch with what its results belong to: label n is label `at` of sequence `of`. */
export interface PlannedBatch extends ScoringBatch {
  readonly owners: readonly { readonly of: number; readonly at: number }[];
}

export interface ScoringPlan {
  /** Distinct, few: lengths are rounded up to powers of two, and a length has at most two numbers of labels. */
  readonly shapes: readonly ScoringShape[];
  readonly batches: () => Generator<PlannedBatch, void>;
}

/** Tokens of one call, unless one sequence has more: enough to fill two cores, little enough for a large model. */
const tokensAtATime = 2048;
const sequencesAtATime = 32;
const shortest = 32;

/**
 * Puts sequences (none longer than `context`) into batches of few shapes, the longest first. Sequences with equal tokens are
 * read once for all their labels. Results do not depend on the batches: places after a sequence's end never reach it.
 */
export function planScoring(sequences: readonly Sequence[], context: number): ScoringPlan {
  const groups = new Map<string, { shape: ScoringShape; rows: Row[] }>();
  for (const row of mergedRows(sequences)) {
    const shape = shapeOf(row, context);
    const key = JSON.stringify(shape);
    const group = groups.get(key) ?? { shape, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const ordered = [...groups.values()].sort(
    (a, b) => b.shape.sequence - a.shape.sequence || b.shape.labels - a.shape.labels,
  );
  return {
    shapes: ordered.map(({ shape }) => shape),
    *batches() {
      for (const { shape, rows } of ordered) {
        for (let from = 0; from < rows.length; from += shape.sequences) {
          yield batchOf(shape, rows.slice(from, from + shape.sequences));
        }
      }
    },
  };
}

interface Row {
  readonly tokens: Int32Array;
  readonly labels: { readonly place: number; readonly label: number; readonly of: number; readonly at: number }[];
}

/** Equal contexts with other answers of one token (`A`, `B`, …) are one row of several labels. */
function mergedRows(sequences: readonly Sequence[]): Row[] {
  const rows = new Map<string, Row>();
  for (const [of, { tokens, places, labels }] of sequences.entries()) {
    if (labels.length === 0) continue;
    const key = tokens.join(' ');
    const known = rows.get(key);
    const added = labels.map((label, at) => ({ place: places[at]!, label, of, at }));
    // Past a quarter of the row, more labels would ask for a larger shape.
    if (known && known.labels.length + added.length <= sparseLabels(tokens.length)) known.labels.push(...added);
    else rows.set(known ? `${key} ${of}` : key, { tokens, labels: added });
  }
  return [...rows.values()];
}

function sparseLabels(length: number): number {
  return Math.max(8, Math.floor(length / 4));
}

function shapeOf(row: Row, context: number): ScoringShape {
  const length = row.tokens.length;
  if (length > context) throw new RangeError(`a sequence of ${length} tokens is longer than the context of ${context}`);
  let sequence = Math.min(shortest, context);
  while (sequence < length) sequence = Math.min(context, sequence * 2);
  const sequences = Math.min(sequencesAtATime, Math.max(1, Math.floor(tokensAtATime / sequence)));
  const isSparse = row.labels.length <= sparseLabels(sequence);
  return { sequences, sequence, labels: sequences * (isSparse ? sparseLabels(sequence) : sequence) };
}

function batchOf(shape: ScoringShape, rows: readonly Row[]): PlannedBatch {
  const tokens = new Int32Array(shape.sequences * shape.sequence);
  const places = new Int32Array(shape.labels);
  const labels = new Int32Array(shape.labels);
  const owners: { of: number; at: number }[] = [];
  for (const [index, row] of rows.entries()) {
    const start = index * shape.sequence;
    tokens.set(row.tokens, start);
    for (const { place, label, of, at } of row.labels) {
      places[owners.length] = start + place;
      labels[owners.length] = label;
      owners.push({ of, at });
    }
  }
  return { shape, tokens, places, labels, owners };
}
