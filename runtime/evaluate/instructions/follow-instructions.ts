import { DataError } from '../../data/data-error.ts';
import { meanOf } from '../measure/estimate.ts';
import type { Measurement } from '../measure/prepared-task.ts';
import { rowValue } from '../task/row-value.ts';
import type { TaskRow } from '../task/task-rows.ts';
import { instructionCheckers } from './checkers.ts';
import { givenBy, type InstructionArguments, InstructionFault } from './instruction.ts';

/** What one prompt asks for, each checked by itself. */
export type PromptInstructions = readonly ((answer: string) => boolean)[];

/**
 * The instructions of a row: `instruction_id_list` with `kwargs` in the same order, as IFEval has them. Arguments are tried on
 * an empty answer, so that a fault is found before anything is written. Throws DataError.
 */
export function readInstructions(row: TaskRow, owner: string): PromptInstructions {
  const ids = rowValue('instruction_id_list', row, owner);
  const given = rowValue('kwargs', row, owner);
  if (!Array.isArray(ids) || !Array.isArray(given) || ids.length !== given.length || ids.length === 0) {
    throw new DataError(
      `${owner}: \`${row.place}\`: \`instruction_id_list\` and \`kwargs\` are not two lists of one length`,
      'give one object of arguments for each instruction',
    );
  }
  return ids.map((id, i) => checkerOf(String(id), (given[i] ?? {}) as InstructionArguments, row, owner));
}

function checkerOf(id: string, values: InstructionArguments, row: TaskRow, owner: string): (answer: string) => boolean {
  const checker = Object.hasOwn(instructionCheckers, id) ? instructionCheckers[id] : undefined;
  if (!checker) {
    throw new DataError(
      `${owner}: \`${row.place}\`: the instruction \`${id}\` cannot be checked`,
      `instructions that can be are ${Object.keys(instructionCheckers).slice(0, 6).join(', ')} and others (docs/evaluation.md)`,
    );
  }
  const arguments_ = givenBy(values);
  try {
    checker('', arguments_);
  } catch (error) {
    if (!(error instanceof InstructionFault)) throw error;
    throw new DataError(`${owner}: \`${row.place}\`: instruction \`${id}\`: ${error.message}`, 'correct its `kwargs`');
  }
  return (answer) => answer.trim() !== '' && checker(answer, arguments_);
}

/**
 * Parts of prompts whose instructions are all followed, and of single instructions, strictly and loosely: loosely, an answer
 * may also be taken without its first line, its last line, or its asterisks. The score that counts is the mean of the two
 * strict ones, as SmolLM2 reports it.
 */
export function followInstructions(
  wanted: readonly PromptInstructions[],
  texts: readonly string[],
): Pick<Measurement, 'metrics' | 'primary'> {
  const strict = wanted.map((checks, i) => checks.map((check) => check(texts[i]!)));
  const loose = wanted.map((checks, i) => checks.map((check) => looseForms(texts[i]!).some(check)));
  const prompts = (followed: readonly boolean[][]) => meanOf(followed.map((each) => Number(each.every(Boolean))));
  const single = (followed: readonly boolean[][]) => meanOf(followed.flat().map(Number));
  // The error of the mean is that of its prompts: instructions of one prompt are not independent.
  const both = meanOf(strict.map((each) => (Number(each.every(Boolean)) + part(each)) / 2));
  const [ofPrompts, ofSingle] = [prompts(strict), single(strict)];
  return {
    primary: 'followed',
    metrics: {
      followed: { value: (ofPrompts.value + ofSingle.value) / 2, standard_error: both.standard_error },
      'followed/prompts_strict': ofPrompts,
      'followed/instructions_strict': ofSingle,
      'followed/prompts_loose': prompts(loose),
      'followed/instructions_loose': single(loose),
    },
  };
}

function part(followed: readonly boolean[]): number {
  return followed.filter(Boolean).length / followed.length;
}

function looseForms(text: string): readonly string[] {
  const lines = text.split('\n');
  const forms = [text, lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((form) =>
    typeof form === 'string' ? form : form.join('\n').trim(),
  );
  return [...forms, ...forms.map((form) => form.replaceAll('*', ''))];
}
