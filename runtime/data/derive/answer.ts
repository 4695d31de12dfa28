import type { Unusable } from '../sources/row-text.ts';

/** What a condition says of a row: true, false, or why it cannot be told (Kleene's third value). */
export type Answer = boolean | Unusable;

/** True where all are; false where one is, whatever is not known of the others. */
export function all(answers: Iterable<Answer>): Answer {
  let unknown: Unusable | null = null;
  for (const answer of answers) {
    if (answer === false) return false;
    if (answer !== true) unknown ??= answer;
  }
  return unknown ?? true;
}

/** The opposite; what is not known stays so. */
export function opposite(answer: Answer): Answer {
  return typeof answer === 'boolean' ? !answer : answer;
}
