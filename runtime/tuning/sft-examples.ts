import { setImmediate as breathe } from 'node:timers/promises';
import Fraction from 'fraction.js';
import type { PlanTuning } from '../../compiler/plan/index.ts';
import { ChatTemplateError } from '../chat/render-chat.ts';
import { DataError } from '../data/data-error.ts';
import type { DataRow } from '../data/rows/row-content.ts';
import type { ChatEncoder, EncodedConversation } from './chat-encoder.ts';
import { type Example, trainedTokens } from './example.ts';
import type { LossOn } from './trained-spans.ts';

/** What became of a dataset's rows. */
export interface SftCounts {
  /** All that were read. */
  readonly rows: number;
  /** Longer than `sequence`: left out, or cut where the recipe says so. */
  readonly tooLong: number;
  /** Whether rows that are too long are cut. */
  readonly isCut: boolean;
  /** Rows without a token to train on, left out. */
  readonly untrained: number;
  /** Rows that are trained on, and those of them that were not cut. */
  readonly examples: number;
  readonly uncut: number;
  /** Of these, rows whose every trained turn ends in a mark that is trained. */
  readonly endsTrained: number;
  /** Of the examples. */
  readonly tokens: number;
  readonly trainedTokens: number;
}

export interface SftExamples {
  readonly examples: readonly Example[];
  readonly counts: SftCounts;
}

/** Rows that are rendered and tokenized at a time. */
const rowsAtATime = 256;
/** Examples are held in memory, five bytes a token. */
export const maximumTokens = 2 ** 28;
/** Places of dropped rows that a message names. */
const namedPlaces = 5;

type Settings = Pick<PlanTuning, 'sequence' | 'too_long' | 'loss_on' | 'max_untrained'>;

/**
 * The rows of a dataset as examples. A row is too long above `sequence` tokens; one without a token to train on is left out and
 * counted. Throws DataError: a conversation that the template cannot write, a row that is too long where that is an error, more
 * rows without a trained token than `max_untrained`, none that has one, a turn whose end is never trained, more tokens than fit
 * (`maximumTokens`).
 */
export async function sftExamples(
  dataset: string,
  rows: readonly DataRow[],
  encoder: ChatEncoder,
  settings: Settings,
  signal?: AbortSignal,
): Promise<SftExamples> {
  const tally = createTally(dataset, rows.length, settings);
  for (let start = 0; start < rows.length; start += rowsAtATime) {
    await breathe();
    signal?.throwIfAborted();
    const part = rows.slice(start, start + rowsAtATime);
    const encoded = await encodeRows(dataset, part, encoder, settings.loss_on ?? 'assistant');
    for (const [i, row] of part.entries()) tally.add(row, encoded[i]!);
  }
  return tally.result();
}

/** Takes rows one by one, keeps what is trained on and counts what is not. */
function createTally(dataset: string, rows: number, settings: Settings) {
  const isCut = settings.too_long === 'truncate';
  const zeros = { tooLong: 0, untrained: 0, examples: 0, uncut: 0, endsTrained: 0, tokens: 0, trainedTokens: 0 };
  const counts = { rows, isCut, ...zeros };
  const examples: Example[] = [];
  const dropped: string[] = [];
  let endless: string | null = null;
  const add = (row: DataRow, whole: EncodedConversation): void => {
    const isLong = whole.tokens.length > settings.sequence;
    if (isLong) counts.tooLong++;
    if (isLong && settings.too_long === 'error') throw tooLongRow(dataset, row, whole.tokens.length, settings.sequence);
    if (isLong && !isCut) return;
    const example = exampleOf(whole, row, settings.sequence);
    const trained = trainedTokens(example);
    if (trained === 0) {
      counts.untrained++;
      if (dropped.length < namedPlaces) dropped.push(placeOf(row));
      return;
    }
    counts.examples++;
    counts.tokens += example.tokens.length;
    counts.trainedTokens += trained;
    if (counts.tokens > maximumTokens) throw tooManyTokens(dataset);
    examples.push(example);
    if (isLong) return;
    counts.uncut++;
    if (whole.endsTrained) counts.endsTrained++;
    else endless ??= placeOf(row);
  };
  const result = (): SftExamples => {
    checkUntrained(dataset, counts, settings, dropped);
    if (examples.length === 0) throw nothingLeft(dataset, counts, settings.sequence);
    if (endless !== null) throw endNotTrained(dataset, endless);
    return { examples, counts };
  };
  return { add, result };
}

/** Throws DataError naming the row that the template cannot write. */
async function encodeRows(
  dataset: string,
  rows: readonly DataRow[],
  encoder: ChatEncoder,
  lossOn: LossOn,
): Promise<readonly EncodedConversation[]> {
  const written = rows.map((row) => {
    if (row.content.kind !== 'conversation') throw new Error('a row that is no conversation was given to sft');
    try {
      return encoder.write(row.content, lossOn, row.chat);
    } catch (cause) {
      if (!(cause instanceof ChatTemplateError)) throw cause;
      throw new DataError(
        `dataset \`${dataset}\`: the chat template cannot write the row at ${placeOf(row)}: ${cause.message}`,
        'mend the row or the template; `smol preview` shows what a template writes',
        { cause },
      );
    }
  });
  return encoder.encode(written);
}

function exampleOf({ tokens, trained }: EncodedConversation, { file, line }: DataRow, sequence: number): Example {
  return { tokens: tokens.slice(0, sequence), trained: trained.slice(0, sequence), file, line };
}

function placeOf({ file, line }: Pick<DataRow, 'file' | 'line'>): string {
  return `${file}:${line}`;
}

function checkUntrained(dataset: string, counts: SftCounts, settings: Settings, places: readonly string[]): void {
  const limit = new Fraction(settings.max_untrained ?? '0');
  const { untrained, rows } = counts;
  if (untrained === 0 || new Fraction(untrained, rows).compare(limit) <= 0) return;
  const percent = (value: Fraction) => `${Number(value.mul(100).valueOf().toPrecision(3))}%`;
  throw new DataError(
    `dataset \`${dataset}\`: ${number(untrained)} of ${number(rows)} rows have no token to train on ` +
      `(${percent(new Fraction(untrained, rows))}), above \`max_untrained = ${percent(limit)}\``,
    'look at these rows with `smol preview`, or raise `max_untrained` to leave them out',
    { details: places },
  );
}

function tooLongRow(dataset: string, row: DataRow, length: number, sequence: number): DataError {
  return new DataError(
    `dataset \`${dataset}\`: the row at ${placeOf(row)} has ${number(length)} tokens, above \`sequence = ${sequence}\``,
    'raise `sequence`, or say what becomes of such rows: `too_long = drop` or `truncate`',
  );
}

function nothingLeft(dataset: string, { rows, tooLong, untrained }: SftCounts, sequence: number): DataError {
  return new DataError(
    `dataset \`${dataset}\` has no row to train on: of ${number(rows)}, ${number(tooLong)} are longer than ` +
      `\`sequence = ${sequence}\` and ${number(untrained)} have no token to train on`,
    'raise `sequence`, or give other rows',
  );
}

function endNotTrained(dataset: string, place: string): DataError {
  return new DataError(
    `dataset \`${dataset}\`: the answer at ${place} ends in no mark: a model that learns it never learns to stop`,
    'the chat template has to end a turn with a special token of the tokenizer (such as `<|im_end|>`)',
  );
}

function tooManyTokens(dataset: string): DataError {
  return new DataError(
    `dataset \`${dataset}\` has more than ${number(maximumTokens)} tokens, and post-training holds them in memory`,
    'train on fewer rows, for example through `take`',
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
