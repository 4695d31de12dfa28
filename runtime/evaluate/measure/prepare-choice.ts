import { Buffer } from 'node:buffer';
import { DataError } from '../../data/data-error.ts';
import type { SequenceScore } from '../scoring/score-sequences.ts';
import type { LoadedTask } from '../task/load-task.ts';
import { fillTemplate, rowValue, textList } from '../task/row-value.ts';
import type { ChoiceTask, Normalizer } from '../task/task-definition.ts';
import type { TaskRow } from '../task/task-rows.ts';
import { encodePairs } from './encode-pairs.ts';
import { meanOf } from './estimate.ts';
import type { Measurement, PreparedTask, TaskOptions, TaskSubject } from './prepared-task.ts';
import { inChat, itemsOf, promptOf, questionOf } from './prompts.ts';

type LoadedChoice = LoadedTask & { readonly definition: ChoiceTask };

/** A row with its options in order. */
interface Item {
  readonly options: readonly string[];
  readonly right: number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const normalizers: readonly Normalizer[] = ['none', 'characters', 'bytes', 'tokens'];

/** Whether the options are shown and their letters compared. */
export function showsOptions({ kind, formulation = 'mcf' }: ChoiceTask): boolean {
  return kind === 'choice' && formulation === 'mcf';
}

/** The normaliser that counts: letters are of equal length, full answers are not. */
export function normalizerOf(task: ChoiceTask): Normalizer {
  return task.normalizer ?? (showsOptions(task) ? 'none' : 'characters');
}

/** A choice as log-likelihoods of its options; accuracy by each normaliser. Throws DataError for rows that do not fit. */
export async function prepareChoice(
  task: LoadedChoice,
  subject: TaskSubject,
  options: TaskOptions,
): Promise<PreparedTask> {
  const { definition, owner } = task;
  const isShown = showsOptions(definition);
  const { separator = ' ' } = definition;
  const read = (row: TaskRow) => itemOf(definition, row, owner);
  const answers = (item: Item) => item.options.map((option, i) => separator + (isShown ? letters[i]! : option));
  const texts = {
    question: (row: TaskRow) => questionOf(definition, row, owner, isShown ? shown(read(row)) : ''),
    answer: (row: TaskRow) => answers(read(row))[read(row).right]!,
  };
  const items = itemsOf(task, options).map(read);
  const pairs = items.flatMap((item, index) => {
    const context = inChat(promptOf(task, texts, index, options), definition, subject, owner);
    // After the beginning of a turn nothing separates.
    const from = definition.chat ? separator.length : 0;
    return answers(item).map((answer) => ({ context, continuation: answer.slice(from) }));
  });
  const encoded = await encodePairs(pairs, subject, owner);
  const truncated = truncatedItems(items, (at) => encoded[at]!.isTruncated);
  const judge = (scores: readonly SequenceScore[]) => judgeChoices(items, scores, normalizerOf(definition), truncated);
  return { how: 'score', sequences: encoded.map(({ sequence }) => sequence), judge };
}

function shown({ options }: Item): string {
  return options.map((option, i) => `\n${letters[i]}. ${option}`).join('');
}

function itemOf(task: ChoiceTask, row: TaskRow, owner: string): Item {
  const { choices } = task;
  const options =
    typeof choices === 'string' ? textList(choices, row, owner) : choices.map((each) => fillTemplate(each, row, owner));
  if (options.length > letters.length) {
    throw new DataError(
      `${owner}: \`${row.place}\` has ${options.length} options`,
      `a question has ${letters.length} at most`,
    );
  }
  return { options, right: rightOf(rowValue(task.answer, row, owner), options, row, owner) };
}

/** An index from 0 (also written as text), a letter, or the right option itself. */
function rightOf(value: unknown, options: readonly string[], row: TaskRow, owner: string): number {
  const text = typeof value === 'number' ? String(value) : value;
  const candidates =
    typeof text === 'string'
      ? [options.indexOf(text), /^\d+$/.test(text) ? Number(text) : -1, text.length === 1 ? letters.indexOf(text) : -1]
      : [];
  const found = candidates.find((index) => index >= 0 && index < options.length);
  if (found !== undefined) return found;
  throw new DataError(
    `${owner}: \`${row.place}\`: the answer ${JSON.stringify(value)} is none of the ${options.length} options`,
    'an answer is an index from 0, a letter from A, or the text of an option',
  );
}

function truncatedItems(items: readonly Item[], isTruncated: (at: number) => boolean): number {
  let at = 0;
  let count = 0;
  for (const { options } of items) {
    if (options.some((_, i) => isTruncated(at + i))) count++;
    at += options.length;
  }
  return count;
}

function judgeChoices(
  items: readonly Item[],
  scores: readonly SequenceScore[],
  counts: Normalizer,
  truncated: number,
): Measurement {
  const hits = new Map(normalizers.map((normalizer) => [normalizer, [] as number[]]));
  let at = 0;
  for (const { options, right } of items) {
    const own = scores.slice(at, at + options.length);
    at += options.length;
    for (const normalizer of normalizers) {
      const values = own.map((score, i) => score.logProbability / lengthOf(normalizer, options[i]!, score));
      hits.get(normalizer)!.push(values.indexOf(Math.max(...values)) === right ? 1 : 0);
    }
  }
  const metrics = Object.fromEntries(
    [...hits].map(([normalizer, values]) => [`accuracy/${normalizer}`, meanOf(values)]),
  );
  return { items: items.length, truncated, metrics, primary: `accuracy/${counts}` };
}

/** Of the option's own text, without the separator; characters are code points. An empty option has length 1. */
function lengthOf(normalizer: Normalizer, option: string, { labels }: SequenceScore): number {
  if (normalizer === 'none') return 1;
  if (normalizer === 'tokens') return labels;
  return Math.max(1, normalizer === 'bytes' ? Buffer.byteLength(option) : [...option].length);
}
