import { DataError } from '../../data/data-error.ts';
import { isExactMatch } from '../answers/exact-match.ts';
import { bestRougeL } from '../answers/rouge-l.ts';
import { followInstructions, readInstructions } from '../instructions/follow-instructions.ts';
import type { LoadedTask } from '../task/load-task.ts';
import { fillTemplate, textList } from '../task/row-value.ts';
import type { GenerateTask } from '../task/task-definition.ts';
import type { TaskRow } from '../task/task-rows.ts';
import { encodeAll } from './encode-pairs.ts';
import { meanOf } from './estimate.ts';
import type { Measurement, PreparedTask, TaskOptions, TaskSubject } from './prepared-task.ts';
import { inChat, itemsOf, promptOf, questionOf } from './prompts.ts';

type LoadedGenerate = LoadedTask & { readonly definition: GenerateTask };

const usualMaxTokens = 256;

/** Answers that the model writes, greedily, judged as the task says. Throws DataError for rows that do not fit. */
export async function prepareGeneration(
  task: LoadedGenerate,
  subject: TaskSubject,
  options: TaskOptions,
): Promise<PreparedTask> {
  const { definition, owner } = task;
  const { separator = ' ', max_tokens: maxTokens = usualMaxTokens, stop = [] } = definition;
  if (maxTokens >= subject.context) {
    throw new DataError(
      `${owner}: answers of ${maxTokens} tokens leave no room in the model's context of ${subject.context}`,
      'lower `max_tokens`',
    );
  }
  const texts = {
    question: (row: TaskRow) => questionOf(definition, row, owner),
    answer: (row: TaskRow) => separator + answersOf(definition, row, owner)[0],
  };
  const items = itemsOf(task, options);
  // A separator that is a space is written by the model, as the first part of its first token.
  const ending = separator === ' ' || definition.chat ? '' : separator;
  const prompts = items.map((_, index) =>
    inChat(promptOf(task, texts, index, options) + ending, definition, subject, owner),
  );
  const tokens = await encodeAll(subject.tokenizer, prompts);
  const room = subject.context - maxTokens;
  const truncated = prompts.filter((prompt) => tokens.get(prompt)!.length > room).length;
  return {
    how: 'write',
    prompts: prompts.map((prompt) => ({ tokens: promptTokens(tokens.get(prompt)!, subject, room) })),
    maxTokens,
    stop,
    judge: judgeOf(definition, items, owner, truncated),
  };
}

function promptTokens(tokens: Int32Array, { tokenizer }: TaskSubject, room: number): readonly number[] {
  return tokens.length === 0 ? [tokenizer.endOfText] : [...tokens.slice(-room)];
}

/** The texts that are right: a list, or one. A template with braces is filled; a plain word is a column with a list. */
function answersOf({ answer }: GenerateTask, row: TaskRow, owner: string): readonly string[] {
  if (answer === undefined) throw new DataError(`${owner}: shots need an \`answer\``, 'name the column with answers');
  return answer.includes('{') ? [fillTemplate(answer, row, owner)] : textList(answer, row, owner);
}

function judgeOf(
  definition: GenerateTask,
  items: readonly TaskRow[],
  owner: string,
  truncated: number,
): (texts: readonly string[]) => Measurement {
  const { metric = 'exact_match', extract = 'text', loose = false } = definition;
  if (metric === 'instructions') {
    const wanted = items.map((row) => readInstructions(row, owner));
    return (texts) => ({ items: items.length, truncated, ...followInstructions(wanted, texts) });
  }
  const right = items.map((row) => answersOf(definition, row, owner));
  return (texts) => {
    const values = texts.map((text, i) =>
      metric === 'rouge_l' ? bestRougeL(text, right[i]!) : Number(isExactMatch(text, right[i]!, { extract, loose })),
    );
    const primary = metric === 'rouge_l' ? 'rouge_l' : `exact_match/${extract}`;
    return { items: items.length, truncated, metrics: { [primary]: meanOf(values) }, primary };
  };
}
