import { setImmediate as breathe } from 'node:timers/promises';
import type { PlanTuning } from '../../compiler/plan/index.ts';
import { ChatTemplateError } from '../chat/render-chat.ts';
import { DataError } from '../data/data-error.ts';
import type { DataRow, RowContent } from '../data/rows/row-content.ts';
import type { ChatEncoder } from './chat-encoder.ts';
import type { Example } from './example.ts';
import { fitPair, type Pair, type WholePair } from './pair.ts';
import type { PairCounts } from './prepared-tuning.ts';
import { maximumTokens } from './sft-examples.ts';

type Preference = RowContent & { readonly kind: 'preference' };
type Settings = Pick<PlanTuning, 'sequence' | 'too_long' | 'max_prompt'>;

/** Pairs that are rendered and tokenized at a time. */
const pairsAtATime = 128;

/**
 * The pairs of a dataset. Pairs that teach nothing are left out and counted: both answers equal, before or after cutting, or one
 * empty. Throws DataError: a row that the template cannot write, a pair that is too long where that is an error, none left, more
 * tokens than fit (`maximumTokens`).
 */
export async function dpoPairs(
  dataset: string,
  rows: readonly DataRow[],
  encoder: ChatEncoder,
  settings: Settings,
  signal?: AbortSignal,
): Promise<{ readonly pairs: readonly Pair[]; readonly counts: PairCounts }> {
  const tally = createTally(dataset, rows.length, settings);
  for (let start = 0; start < rows.length; start += pairsAtATime) {
    await breathe();
    signal?.throwIfAborted();
    const part = rows.slice(start, start + pairsAtATime).filter(tally.isUseful);
    const whole = await encodePairs(dataset, part, encoder);
    for (const [i, row] of part.entries()) tally.add(row, whole[i]!);
  }
  return tally.result();
}

function createTally(dataset: string, rows: number, { sequence, too_long, max_prompt: maxPrompt }: Settings) {
  const counts = { rows, equal: 0, empty: 0, tooLong: 0, promptsCut: 0, pairs: 0, trainedTokens: 0 };
  const pairs: Pair[] = [];
  let tokens = 0;
  const isUseful = ({ content }: DataRow): boolean => {
    const { chosen, rejected } = preferenceOf(content);
    const isEqual = JSON.stringify(chosen) === JSON.stringify(rejected);
    const hasEmpty = [chosen, rejected].some((answer) => answer.every(({ content }) => isBlank(content)));
    if (hasEmpty) counts.empty++;
    else if (isEqual) counts.equal++;
    return !isEqual && !hasEmpty;
  };
  const add = (row: DataRow, whole: WholePair): void => {
    const fitted = fitPair(whole, { sequence, maxPrompt, cutsAnswers: too_long === 'truncate' });
    if (fitted === null || fitted.answersCut) counts.tooLong++;
    if (fitted === null && too_long === 'error') throw tooLongPair(dataset, row, whole, sequence);
    if (fitted === null) return;
    if (sameTokens(fitted.chosen, fitted.rejected)) {
      counts.equal++;
      return;
    }
    if (fitted.promptCut) counts.promptsCut++;
    counts.pairs++;
    counts.trainedTokens += fitted.chosen.length + fitted.rejected.length;
    const of = (answer: Int32Array) => exampleOf(fitted.prompt, answer, row);
    const pair = { chosen: of(fitted.chosen), rejected: of(fitted.rejected) };
    tokens += pair.chosen.tokens.length + pair.rejected.tokens.length;
    if (tokens > maximumTokens) throw tooManyTokens(dataset);
    pairs.push(pair);
  };
  const result = () => {
    if (pairs.length === 0) throw nothingLeft(dataset, counts, sequence);
    return { pairs, counts };
  };
  return { isUseful, add, result };
}

function preferenceOf(content: RowContent): Preference {
  if (content.kind !== 'preference') throw new Error('a row that is no pair was given to dpo');
  return content;
}

function isBlank(content: unknown): boolean {
  return typeof content === 'string' && content.trim() === '';
}

/** Prompts with what opens the answer, and answers up to the mark that ends them. */
async function encodePairs(
  dataset: string,
  rows: readonly DataRow[],
  encoder: ChatEncoder,
): Promise<readonly WholePair[]> {
  const texts = rows.map((row) => writePair(dataset, row, encoder));
  const prompts = await encoder.tokenizer.encodeBatch(texts.map(({ prompt }) => prompt));
  const answers = async (of: 'chosen' | 'rejected') => {
    const encoded = await encoder.tokenizer.encodeBatch(texts.map((text) => text[of]));
    return encoded.map((tokens) => throughLastMark(tokens, encoder.tokenizer.specialTokens));
  };
  const [chosen, rejected] = [await answers('chosen'), await answers('rejected')];
  return prompts.map((prompt, i) => ({ prompt, chosen: chosen[i]!, rejected: rejected[i]! }));
}

function writePair(dataset: string, row: DataRow, encoder: ChatEncoder) {
  const { prompt: messages, chosen, rejected, tools } = preferenceOf(row.content);
  try {
    const prompt = encoder.prompt({ messages, tools }, row.chat);
    const answer = (turns: typeof chosen): string => {
      const { text } = encoder.write({ messages: [...messages, ...turns], tools }, 'all', row.chat);
      if (text.startsWith(prompt)) return text.slice(prompt.length);
      throw new ChatTemplateError('an answer does not begin as the template asks for it');
    };
    return { prompt, chosen: answer(chosen), rejected: answer(rejected) };
  } catch (cause) {
    if (!(cause instanceof ChatTemplateError)) throw cause;
    throw new DataError(
      `dataset \`${dataset}\`: the chat template cannot write the row at ${row.file}:${row.line}: ${cause.message}`,
      'mend the row or the template; `smol preview` shows what a template writes',
      { cause },
    );
  }
}

/** What a template writes after the mark that ends a turn (a line break) is not the model's to say. */
function throughLastMark(tokens: Int32Array, marks: ReadonlySet<number>): Int32Array {
  const last = tokens.findLastIndex((token) => marks.has(token));
  return last < 0 ? tokens : tokens.slice(0, last + 1);
}

function exampleOf(prompt: Int32Array, answer: Int32Array, { file, line }: DataRow): Example {
  const tokens = Int32Array.from([...prompt, ...answer]);
  const trained = new Uint8Array(tokens.length).fill(1, Math.max(1, prompt.length));
  return { tokens, trained, file, line };
}

function sameTokens(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}

function tooLongPair(dataset: string, { file, line }: DataRow, whole: WholePair, sequence: number): DataError {
  const longest = Math.max(whole.chosen.length, whole.rejected.length);
  return new DataError(
    `dataset \`${dataset}\`: an answer at ${file}:${line} has ${longest} tokens, which leaves no room for a prompt in \`sequence = ${sequence}\``,
    'raise `sequence`, or say what becomes of such pairs: `too_long = drop` or `truncate`',
  );
}

function nothingLeft(dataset: string, { rows, equal, empty, tooLong }: PairCounts, sequence: number): DataError {
  return new DataError(
    `dataset \`${dataset}\` has no pair to train on: of ${rows}, ${equal} are equal, ${empty} have an empty answer and ` +
      `${tooLong} are too long for \`sequence = ${sequence}\``,
    'give other pairs, or raise `sequence`',
  );
}

function tooManyTokens(dataset: string): DataError {
  return new DataError(
    `dataset \`${dataset}\` has more than ${maximumTokens.toLocaleString('en-US')} tokens, and post-training holds them in memory`,
    'train on fewer pairs, for example through `take`',
  );
}
