import type { DataScope } from '../data-scope.ts';
import { detectLanguage } from './detect-language.ts';
import type { EvaluationSets } from './evaluation-sets.ts';
import type { SelectionContext } from './select-rows.ts';

/** What the steps of derived datasets work with. */
export function selectionContext({ plan, tokenizer }: DataScope, { overlapOf }: EvaluationSets): SelectionContext {
  return { seed: plan.seed, overlapOf, detectLanguage, tokenizer: tokenizer ?? noTokenizer };
}

const noTokenizer = {
  encodeBatch: () => Promise.reject(new Error('a step counts tokens, and no tokenizer was given')),
};
