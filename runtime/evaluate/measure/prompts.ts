import { DataError } from '../../data/data-error.ts';
import { chooseShots } from '../task/few-shot.ts';
import type { LoadedTask } from '../task/load-task.ts';
import { fillTemplate } from '../task/row-value.ts';
import type { ChoiceTask, GenerateTask } from '../task/task-definition.ts';
import type { TaskRow } from '../task/task-rows.ts';
import type { TaskOptions, TaskSubject } from './prepared-task.ts';

type Asking = ChoiceTask | GenerateTask;

/** The prompt as it is, or as a user's turn with the beginning of the answer. Throws DataError where there is no template. */
export function inChat(text: string, { chat = false }: Asking, subject: TaskSubject, owner: string): string {
  if (!chat) return text;
  if (subject.chat !== null) {
    return subject.chat({ messages: [{ role: 'user', content: text }], tools: null }, 1, true);
  }
  throw new DataError(
    `${owner} asks by a chat template, and there is none here`,
    'measure a model that has one with `smol evaluate`: inside of a run no template is written',
  );
}

/** How a row asks, and what would follow it as a solved example (its separator included). */
export interface RowTexts {
  readonly question: (row: TaskRow) => string;
  readonly answer: (row: TaskRow) => string;
}

/** The items that are measured. */
export function itemsOf({ rows }: LoadedTask, { limit }: TaskOptions): readonly TaskRow[] {
  return limit === null ? rows : rows.slice(0, limit);
}

/** The prompt of item `index`: instruction, solved examples, question. Throws DataError where there are too few examples. */
export function promptOf(
  { definition, rows, examples, owner }: LoadedTask & { readonly definition: Asking },
  texts: RowTexts,
  index: number,
  { seed }: TaskOptions,
): string {
  const { shots = 0, instruction, shot_separator = '\n\n' } = definition;
  const from = examples ?? rows;
  const others = examples === null ? from.length - 1 : from.length;
  if (shots > others) {
    throw new DataError(
      `${owner}: ${shots} shots were asked for, and there are ${others} rows to take them from`,
      'lower `shots`, or name `examples`',
    );
  }
  const excluded = examples === null ? index : null;
  const chosen = shots === 0 ? [] : chooseShots(shots, from.length, { seed, item: index, excluded });
  const solved = chosen.map((at) => texts.question(from[at]!) + texts.answer(from[at]!));
  const parts = [...(instruction === undefined ? [] : [instruction]), ...solved, texts.question(rows[index]!)];
  return parts.join(shot_separator);
}

/** The question of a row between the task's prefix and cue, with what stands in between (the options of `mcf`). */
export function questionOf(
  { prefix = '', question, cue = '' }: Asking,
  row: TaskRow,
  owner: string,
  more = '',
): string {
  return `${prefix}${fillTemplate(question, row, owner)}${more}${cue}`;
}
