import { Buffer } from 'node:buffer';
import { DataError } from '../../data/data-error.ts';
import type { Sequence } from '../scoring/plan-scoring.ts';
import type { SequenceScore } from '../scoring/score-sequences.ts';
import type { LoadedTask } from '../task/load-task.ts';
import { rowValue } from '../task/row-value.ts';
import type { PerplexityTask } from '../task/task-definition.ts';
import { encodeAll } from './encode-pairs.ts';
import { exponentialOf, ratioOf, scaled } from './estimate.ts';
import type { Measurement, PreparedTask, TaskOptions, TaskSubject } from './prepared-task.ts';
import { itemsOf } from './prompts.ts';

type LoadedPerplexity = LoadedTask & { readonly definition: PerplexityTask };

interface Document {
  readonly text: string;
  /** Its windows are the sequences from `from` to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
}

/** Perplexity of whole documents: every token is predicted once, each document after an end of text. */
export async function preparePerplexity(
  task: LoadedPerplexity,
  subject: TaskSubject,
  options: TaskOptions,
): Promise<PreparedTask> {
  const { definition, owner } = task;
  const { column = 'text' } = definition;
  const texts = itemsOf(task, options).map((row) => {
    const value = rowValue(column, row, owner);
    if (typeof value === 'string' && value !== '') return value;
    throw new DataError(`${owner}: \`${row.place}\`: column \`${column}\` is no text`, 'name a column of texts');
  });
  const tokens = await encodeAll(subject.tokenizer, texts);
  const sequences: Sequence[] = [];
  const documents = texts.map((text): Document => {
    const from = sequences.length;
    sequences.push(...rollingWindows(tokens.get(text)!, subject.tokenizer.endOfText, subject.context));
    return { text, from, to: sequences.length };
  });
  return { how: 'score', sequences, judge: (scores) => judgePerplexity(documents, scores) };
}

/**
 * Windows in which each token is predicted exactly once, as lm-evaluation-harness rolls them: full ones from the start, and
 * one at the end that is filled up with the tokens before, which are read and not predicted again.
 */
export function rollingWindows(tokens: Int32Array, start: number, context: number): Sequence[] {
  const windows: Sequence[] = [];
  for (let from = 0; from < tokens.length; from += context) {
    const end = Math.min(tokens.length, from + context);
    // Input i is the token before label i; before the document stands `start`.
    const first = from === 0 ? 0 : Math.max(0, end - context);
    const input = Int32Array.from({ length: end - first }, (_, i) =>
      first + i === 0 ? start : tokens[first + i - 1]!,
    );
    const labels = [...tokens.subarray(from, end)];
    windows.push({ tokens: input, labels, places: labels.map((_, i) => from - first + i) });
  }
  return windows;
}

function judgePerplexity(documents: readonly Document[], scores: readonly SequenceScore[]): Measurement {
  const losses = documents.map(({ from, to }) =>
    scores.slice(from, to).reduce((sum, { logProbability }) => sum - logProbability, 0),
  );
  const tokens = documents.map(({ from, to }) => scores.slice(from, to).reduce((sum, { labels }) => sum + labels, 0));
  const bytes = documents.map(({ text }) => Buffer.byteLength(text));
  const words = documents.map(({ text }) => text.split(/\s+/).length);
  const loss = ratioOf(losses, tokens);
  const perByte = ratioOf(losses, bytes);
  return {
    items: documents.length,
    truncated: 0,
    primary: 'perplexity/tokens',
    metrics: {
      loss,
      'perplexity/tokens': exponentialOf(loss),
      'perplexity/bytes': exponentialOf(perByte),
      'perplexity/words': exponentialOf(ratioOf(losses, words)),
      bits_per_byte: scaled(perByte, 1 / Math.LN2),
    },
  };
}
