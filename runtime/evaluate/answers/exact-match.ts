import type { Extractor } from '../task/task-definition.ts';
import { extractAnswer } from './extract-answer.ts';

/** Whether what a model wrote holds one of the right answers, once the answer is taken out of both by the same rule. */
export function isExactMatch(
  written: string,
  right: readonly string[],
  { extract, loose }: { readonly extract: Extractor; readonly loose: boolean },
): boolean {
  const found = extractAnswer(written, extract);
  if (found === null) return false;
  const form = loose ? looseForm : (text: string) => text;
  return right.some((text) => {
    // A right answer without the mark is the answer itself.
    const wanted = extractAnswer(text, extract) ?? text.trim();
    return form(found) === form(wanted);
  });
}

/** Lower case, without punctuation and English articles, single spaces: as SQuAD and TriviaQA compare. */
function looseForm(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\b(a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
}
